#include "engine/models/clip_zero_shot.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/clip_tokenizer.h"
#include "engine/models/model_config.h"
#include "engine/models/pipeline/picture_resize.h"

namespace stage::models {
namespace {

using torch::Tensor;

constexpr double kNearlySquare = 1.15;

nlohmann::json PartOf(const nlohmann::json& whole,
                      const char* part,
                      const std::filesystem::path& folder) {
  if (!whole.contains(part) || !whole[part].is_object()) {
    throw Error(ErrorKind::kModel,
                (folder / "config.json").string() + ": no " + part +
                    ": not a whole CLIP");
  }
  nlohmann::json config = whole[part];
  config["projection_dim"] = ModelConfig(whole).Integer("projection_dim", 512);
  return config;
}

Tensor Unit(const Tensor& rows) {
  return rows / rows.norm(2, -1, true).clamp_min(1e-12);
}

/// The squares of a picture that are looked at.
std::vector<Tensor> Squares(const Tensor& picture) {
  const int64_t height = picture.size(1), width = picture.size(2);
  const int64_t side = std::min(height, width);
  if (std::max(height, width) < kNearlySquare * static_cast<double>(side)) {
    return {picture};
  }
  const int64_t along = height > width ? 1 : 2;
  return {picture.narrow(along, 0, side),
          picture.narrow(along, picture.size(along) - side, side)};
}

}  // namespace

ClipZeroShot::ClipZeroShot(const std::filesystem::path& folder,
                           const std::vector<std::string>& texts,
                           const Placement& placement)
    : vision_(nullptr) {
  const nlohmann::json whole = ReadModelConfig(folder);
  const Checkpoint weights = ReadCheckpoint(folder);
  vision_ = ClipVisionModel(
      ClipVisionConfig::FromJson(PartOf(whole, "vision_config", folder)));
  LoadWeights(*vision_, weights, placement);
  vision_->eval();
  nlohmann::json of_text = PartOf(whole, "text_config", folder);
  of_text["architectures"] = {"CLIPTextModelWithProjection"};
  ClipTextModel text(ClipTextConfig::FromJson(of_text));
  LoadWeights(*text, weights, placement);
  text->eval();
  const auto scale = weights.tensors.find("logit_scale");
  if (scale == weights.tensors.end()) {
    throw Error(ErrorKind::kModel,
                weights.source + ": no logit_scale: not a whole CLIP");
  }
  scale_ = std::exp(scale->second.to(torch::kFloat64).item<double>());
  const ClipTokenizer tokenizer(folder);
  std::vector<Tensor> rows;
  for (const std::string& words : texts) {
    rows.push_back(torch::tensor(tokenizer.EncodePadded(words)));
  }
  const Tensor ids = torch::stack(rows).to(placement.device);
  directions_ = Unit(text->forward(ids).pooled);
}

Tensor ClipZeroShot::Probabilities(const Tensor& picture) {
  std::vector<Tensor> pixels;
  for (const Tensor& square : Squares(picture)) {
    pixels.push_back(ClipPixels(square, vision_->image_size()));
  }
  const Tensor seen =
      Unit(vision_->forward(torch::cat(pixels).to(directions_.device()))
               .image_embeds);
  return torch::softmax(scale_ * seen.matmul(directions_.t()), -1).mean(0);
}

}  // namespace stage::models
