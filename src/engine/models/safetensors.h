#pragma once

#include <filesystem>

#include "engine/models/checkpoint.h"

namespace stage::models {

/// Maps a safetensors file: 8 bytes header length, a JSON header, the data
/// (format of the Hugging Face `safetensors` library, version 0.4). A header
/// is trusted in nothing: lengths, types, offsets and shapes are checked
/// against each other and the file, and tensors may not overlap.
/// @throws Error(kModel) naming the file and the tensor
Checkpoint ReadSafetensors(const std::filesystem::path& path);

}  // namespace stage::models
