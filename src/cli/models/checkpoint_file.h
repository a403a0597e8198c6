#pragma once

#include <filesystem>
#include <string>

namespace stage::cli {

/// Whether `--model` names a file or folder rather than a model of the
/// registry: it has a folder in front, or ends in .safetensors or .ckpt.
bool IsModelPath(const std::string& model);

/// The family of a model in one file, from the names in its header: "sd15",
/// "sd2" or "sdxl". Empty for a pickled file, which is not looked into here.
/// @throws Error(kModel) for a file that is missing or damaged
std::string CheckpointFamily(const std::filesystem::path& file);

/// What tells a file of weights from others: 64 hexadecimal digits over its
/// size, its first and its last megabytes. Reading all of it would take longer
/// than loading it.
/// @throws Error(kModel) when it cannot be read
std::string FileIdentityText(const std::filesystem::path& file);

}  // namespace stage::cli
