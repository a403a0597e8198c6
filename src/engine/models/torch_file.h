#pragma once

#include <filesystem>

#include "engine/models/checkpoint.h"

namespace stage::models {

/// Reads the tensors of a file that torch.save wrote (.pth, .pt, .ckpt, .bin):
/// the zip format of PyTorch 1.6 and later, or the stream before it. Nothing
/// in it is executed. Of dictionaries around the weights ("params_ema",
/// "params", "state_dict") the first that is there is taken.
/// @throws Error(kModel) naming the file and what was refused
Checkpoint ReadTorchFile(const std::filesystem::path& path);

}  // namespace stage::models
