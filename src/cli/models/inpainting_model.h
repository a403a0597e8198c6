#pragma once

#include <optional>
#include <string>

#include "core/weights/model_store.h"

namespace stage::cli {

/// A model and where it is.
struct ModelInUse {
  const ModelEntry* entry = nullptr;
  InstalledModel installed;
};

/// The inpainting model that work on this machine uses, of those that are
/// installed the largest, and the ControlNet for depth that goes with it.
struct InpaintingModel {
  ModelInUse base;
  std::optional<ModelInUse> depth_control;
};
/// @param purpose  what needs it, for the message
/// @throws Error(kModel) with the command that installs the smallest, and its
///         size
InpaintingModel FindInpaintingModel(const std::string& purpose);

}  // namespace stage::cli
