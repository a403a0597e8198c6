#include "cli/models/inpainting_model.h"

#include <array>

namespace stage::cli {
namespace {

struct Names {
  const char* base;
  const char* depth_control;  ///< or null
};
// The better first.
constexpr auto kModels = std::to_array<Names>({
    {"sdxl-inpainting", "sdxl-controlnet-depth"},
    {"sd2-inpainting", nullptr},
    {"sd15-inpainting", "controlnet-depth"},
});

std::optional<ModelInUse> Find(const char* name, const ModelFolders& folders) {
  const ModelEntry& entry = KnownModels().Get(name);
  auto installed = FindInstalled(entry, folders);
  if (!installed) return std::nullopt;
  return ModelInUse{&entry, std::move(*installed)};
}

}  // namespace

InpaintingModel FindInpaintingModel(const std::string& purpose) {
  const ModelFolders folders = FindModelFolders();
  for (const Names& names : kModels) {
    if (auto base = Find(names.base, folders)) {
      InpaintingModel model{std::move(*base), std::nullopt};
      if (names.depth_control != nullptr) {
        model.depth_control = Find(names.depth_control, folders);
      }
      return model;
    }
  }
  throw MissingModel(purpose, KnownModels().Get(kModels.back().base));
}

}  // namespace stage::cli
