#include "engine/models/lora.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/error.h"

namespace stage::models {
namespace {

using torch::Tensor;

enum class Piece { kDown, kUp, kMid, kAlpha };

struct Ending {
  std::string_view text;
  Piece piece;
};
constexpr auto kEndings = std::to_array<Ending>({
    {".lora_down.weight", Piece::kDown},
    {".lora_up.weight", Piece::kUp},
    {".lora_mid.weight", Piece::kMid},
    {".lora_A.weight", Piece::kDown},
    {".lora_B.weight", Piece::kUp},
    {".lora.down.weight", Piece::kDown},
    {".lora.up.weight", Piece::kUp},
    {".lora_linear_layer.down.weight", Piece::kDown},
    {".lora_linear_layer.up.weight", Piece::kUp},
    // diffusers before 0.22: "attn1.processor.to_q_lora.down.weight"
    {"_lora.down.weight", Piece::kDown},
    {"_lora.up.weight", Piece::kUp},
    {".alpha", Piece::kAlpha},
});

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string Flat(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

/// "lora_te1_x" and "text_encoder.x" become "te1_x", "lora_unet_x" and
/// "unet.x" become "unet_x".
std::string Canonical(std::string layer) {
  if (layer.ends_with("_lora")) layer.resize(layer.size() - 5);
  ReplaceAll(layer, ".processor", "");
  constexpr auto kBeginnings =
      std::to_array<std::pair<std::string_view, std::string_view>>({
          {"lora_unet_", "unet_"},
          {"lora_te1_", "te1_"},
          {"lora_te2_", "te2_"},
          {"lora_te_", "te1_"},
          {"text_encoder_2.", "te2_"},
          {"text_encoder.", "te1_"},
          {"unet.", "unet_"},
      });
  for (const auto& [from, to] : kBeginnings) {
    if (!layer.starts_with(from)) continue;
    std::string flat = Flat(std::string(to) + layer.substr(from.size()));
    // Old files of diffusers leave the number of the output layer out.
    if (flat.ends_with("to_out")) flat += "_0";
    return flat;
  }
  return {};
}

std::string_view Beginning(Lora::Part part) {
  switch (part) {
    case Lora::Part::kUNet:
      return "unet_";
    case Lora::Part::kTextEncoder:
      return "te1_";
    case Lora::Part::kTextEncoder2:
      return "te2_";
  }
  return {};
}

}  // namespace

Lora::Lora(const std::filesystem::path& file) : source_(file.string()) {
  const Checkpoint checkpoint = ReadCheckpoint(file);
  for (const auto& [name, tensor] : checkpoint.tensors) {
    const auto ending =
        std::find_if(kEndings.begin(), kEndings.end(), [&](const Ending& end) {
          return name.ends_with(end.text);
        });
    const std::string layer =
        ending == kEndings.end()
            ? std::string()
            : Canonical(name.substr(0, name.size() - ending->text.size()));
    if (layer.empty()) {
      throw Error(ErrorKind::kModel,
                  source_ + ": tensor '" + name +
                      "' is not of a plain LoRA file in kohya's or diffusers' "
                      "naming (LoHa, LoKr and DoRA are other kinds)");
    }
    Change& change = changes_[layer];
    switch (ending->piece) {
      case Piece::kDown:
        change.down = tensor;
        break;
      case Piece::kUp:
        change.up = tensor;
        break;
      case Piece::kMid:
        change.mid = tensor;
        break;
      case Piece::kAlpha:
        change.alpha = tensor.to(torch::kFloat64).item<double>();
        break;
    }
  }
  for (const auto& [layer, change] : changes_) {
    if (change.down.defined() && change.up.defined()) continue;
    throw Error(ErrorKind::kModel,
                source_ + ": has only one half of the change to '" + layer +
                    "'; it is damaged, or no LoRA file");
  }
}

Tensor Lora::Delta(const Change& change,
                   const std::string& layer,
                   const Tensor& weight) const {
  const Tensor up = change.up.to(torch::kFloat32).flatten(1);
  const Tensor down = change.down.to(torch::kFloat32);
  const int64_t rank = up.size(1);
  const auto fits = [&](bool right) {
    if (right) return;
    throw Error(ErrorKind::kModel,
                source_ + ": the change to '" + layer +
                    "' does not fit the model's layer; the file was made for "
                    "another model");
  };
  fits(down.size(0) == rank && up.size(0) == weight.size(0));
  Tensor product;
  if (change.mid.defined()) {
    const Tensor mid = change.mid.to(torch::kFloat32);  // [rank, rank, k, k]
    fits(mid.dim() == 4 && mid.size(0) == rank && mid.size(1) == rank);
    product = torch::einsum("or,rskl,si->oikl", {up, mid, down.flatten(1)});
  } else {
    product = torch::mm(up, down.flatten(1));
  }
  fits(product.numel() == weight.numel());
  const double alpha =
      change.alpha < 0 ? static_cast<double>(rank) : change.alpha;
  return product.view(weight.sizes()) * (alpha / static_cast<double>(rank));
}

int Lora::MergeInto(torch::nn::Module& module,
                    Part part,
                    double weight,
                    const OtherName& other_name) {
  const torch::NoGradGuard no_grad;
  constexpr std::string_view kWeight = ".weight";
  const std::string beginning(Beginning(part));
  int merged = 0;
  for (auto& item : module.named_parameters()) {
    const std::string& name = item.key();
    if (!name.ends_with(kWeight)) continue;
    const auto find = [&](std::string parameter) {
      parameter.resize(parameter.size() - kWeight.size());
      return changes_.find(beginning + Flat(parameter));
    };
    auto found = find(name);
    if (found == changes_.end() && other_name) found = find(other_name(name));
    if (found == changes_.end()) continue;
    Change& change = found->second;
    Tensor& target = item.value();
    const Tensor delta = Delta(change, found->first, target) * weight;
    target.set_data((target.to(torch::kFloat32) + delta.to(target.device()))
                        .to(target.scalar_type()));
    change.used = true;
    ++merged;
  }
  return merged;
}

std::vector<std::string> Lora::Unused() const {
  std::vector<std::string> names;
  for (const auto& [layer, change] : changes_) {
    if (!change.used) names.push_back(layer);
  }
  return names;
}

}  // namespace stage::models
