#pragma once

#include <filesystem>
#include <string>

namespace stage::cli {

/// A model in a folder of one's own, in Hugging Face's layout.
struct ModelFolder {
  std::filesystem::path path;  ///< absolute, without a slash at its end
  std::string family;          ///< "sd15", "sd2" or "sdxl", by its UNet
  /// What tells it from others: 64 hexadecimal digits over its config files and
  /// its weights' identities, see FileIdentityText.
  std::string identity;
};

/// @throws Error(kModel) naming the first file that is missing or cannot be
///         used
ModelFolder ReadModelFolder(const std::filesystem::path& folder);

}  // namespace stage::cli
