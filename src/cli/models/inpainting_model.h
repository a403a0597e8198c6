#pragma once

#include <string>

#include "core/weights/model_store.h"

namespace stage::cli {

/// The inpainting model that edits on this machine use: of those that are
/// installed, the largest.
struct InpaintingModel {
  const ModelEntry* entry;
  InstalledModel installed;
};
/// @param purpose  what needs it, for the message
/// @throws Error(kModel) with the command that installs the smallest, and its
///         size
InpaintingModel FindInpaintingModel(const std::string& purpose);

}  // namespace stage::cli
