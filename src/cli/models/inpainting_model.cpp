#include "cli/models/inpainting_model.h"

#include <array>

namespace stage::cli {
namespace {

// The better first.
constexpr std::array kNames = {
    "sdxl-inpainting", "sd2-inpainting", "sd15-inpainting"};

}  // namespace

InpaintingModel FindInpaintingModel(const std::string& purpose) {
  const ModelFolders folders = FindModelFolders();
  for (const char* name : kNames) {
    const ModelEntry& entry = KnownModels().Get(name);
    if (auto installed = FindInstalled(entry, folders)) {
      return {&entry, std::move(*installed)};
    }
  }
  throw MissingModel(purpose, KnownModels().Get(kNames.back()));
}

}  // namespace stage::cli
