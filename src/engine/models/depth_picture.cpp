#include "engine/models/depth_picture.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/models/model_config.h"
#include "engine/models/pipeline/picture_resize.h"

namespace stage::models {
namespace {

using torch::Tensor;

constexpr int64_t kLargestSide = 4096;  // what a hostile file may ask for

std::array<double, 3> Colors(const nlohmann::json& json,
                             const char* name,
                             const std::array<double, 3>& otherwise) {
  if (!json.contains(name)) return otherwise;
  const nlohmann::json& list = json[name];
  const bool is_usable =
      list.is_array() && list.size() == otherwise.size() &&
      std::all_of(list.begin(), list.end(), [](const nlohmann::json& v) {
        return v.is_number();
      });
  if (!is_usable) ModelConfig(json).Only(name, nullptr);
  return {list[0].get<double>(), list[1].get<double>(), list[2].get<double>()};
}

Tensor Channels(const std::array<double, 3>& values) {
  return torch::tensor({values[0], values[1], values[2]}, torch::kFloat32)
      .view({3, 1, 1});
}

int64_t ToMultiple(double length, int64_t multiple) {
  // Halves to even, as in the reference.
  const auto parts = static_cast<int64_t>(
      std::nearbyint(length / static_cast<double>(multiple)));
  return std::max<int64_t>(1, parts) * multiple;
}

}  // namespace

DepthPreprocessing DepthPreprocessing::FromJson(const nlohmann::json& json) {
  DepthPreprocessing how;
  const ModelConfig config(json);
  if (json.contains("size") && json["size"].is_object()) {
    const ModelConfig size(json["size"]);
    how.height = size.Integer("height", how.height);
    how.width = size.Integer("width", how.width);
  }
  how.keep_aspect_ratio = config.Flag("keep_aspect_ratio", false);
  how.ensure_multiple_of = config.Integer("ensure_multiple_of", 1);
  how.image_mean = Colors(json, "image_mean", how.image_mean);
  how.image_std = Colors(json, "image_std", how.image_std);
  const auto sane = [](int64_t side) {
    return side > 0 && side <= kLargestSide;
  };
  const bool divides = std::all_of(how.image_std.begin(),
                                   how.image_std.end(),
                                   [](double v) { return v > 0; });
  if (!sane(how.height) || !sane(how.width) || !sane(how.ensure_multiple_of) ||
      !divides) {
    throw Error(ErrorKind::kModel,
                "the model's preprocessor_config.json: sizes or image_std are "
                "out of range");
  }
  return how;
}

Tensor DepthPreprocessing::Pixels(const Tensor& picture) const {
  const auto rows = static_cast<double>(picture.size(1));
  const auto columns = static_cast<double>(picture.size(2));
  double down = static_cast<double>(height) / rows;
  double across = static_cast<double>(width) / columns;
  if (keep_aspect_ratio) {
    // The one that changes the picture less.
    const bool by_width = std::abs(1 - across) < std::abs(1 - down);
    (by_width ? down : across) = by_width ? across : down;
  }
  const Tensor resized =
      ResizePicture(picture,
                    ToMultiple(down * rows, ensure_multiple_of),
                    ToMultiple(across * columns, ensure_multiple_of),
                    ResizeFilter::kBicubic);
  return ((resized.to(torch::kFloat32) / 255 - Channels(image_mean)) /
          Channels(image_std))
      .unsqueeze(0);
}

DepthEstimation::DepthEstimation(const std::filesystem::path& folder,
                                 const Placement& placement)
    : network_(LoadDepthModel(folder, placement)),
      preprocessing_(DepthPreprocessing::FromJson(
          ReadModelConfig(folder, "preprocessor_config.json"))),
      device_(placement.device) {}

Tensor DepthEstimation::Estimate(const Tensor& picture) {
  const Tensor depth =
      network_->forward(preprocessing_.Pixels(picture).to(device_)).depth;
  namespace F = torch::nn::functional;
  return F::interpolate(
             depth.to(torch::kFloat32).unsqueeze(1),
             F::InterpolateFuncOptions()
                 .size(std::vector<int64_t>{picture.size(1), picture.size(2)})
                 .mode(torch::kBicubic)
                 .align_corners(false))
      .squeeze(0)
      .squeeze(0)
      .cpu();
}

}  // namespace stage::models
