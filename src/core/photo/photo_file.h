#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/photo/photo.h"

namespace stage {

/// A photo's file in memory, known to begin like one of our formats.
struct PhotoFile {
  std::vector<uint8_t> bytes;
  PhotoFormat format = PhotoFormat::kJpeg;
  bool name_misleads = false;
};

/// Reads a file whole and tells its format by content.
/// @throws Error(kInput) when it is missing, unreadable, a folder, empty or
///         no photo; the message says which.
PhotoFile LoadPhotoFile(const std::filesystem::path& path);

}  // namespace stage
