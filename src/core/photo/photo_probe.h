#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/photo/photo.h"

namespace stage {

/// What the headers of a photo say; its pixels may still be damaged.
struct PhotoInfo {
  PhotoFormat format = PhotoFormat::kJpeg;
  bool name_misleads = false;
  int width = 0;  ///< upright
  int height = 0;
  int orientation = 1;  ///< EXIF; 1 for HEIC, which turns itself
  int64_t file_bytes = 0;
  std::optional<double> focal_length_35mm;
};

/// Reads headers and metadata without decoding.
/// @throws Error(kInput) as ReadPhoto, for what headers show
PhotoInfo ProbePhoto(const std::filesystem::path& path);

/// A small upright sRGB JPEG without metadata, for pages and lists. JPEGs are
/// decoded reduced by up to eight, in a fraction of the time.
/// @throws Error(kInput) as ReadPhoto
std::vector<uint8_t> MakeThumbnail(const std::filesystem::path& path,
                                   int long_edge_px,
                                   int quality = 82);

}  // namespace stage
