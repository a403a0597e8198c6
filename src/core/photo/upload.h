#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/photo/photo.h"

namespace stage {

/// What a vendor accepts. Zero means no limit.
struct UploadLimits {
  std::vector<PhotoFormat> formats = {PhotoFormat::kJpeg};
  int max_long_edge_px = 0;
  int64_t max_pixels = 0;
  int64_t max_bytes = 0;
};

/// A photo as it may be sent.
struct UploadCopy {
  std::vector<uint8_t> bytes;  ///< of the file to send
  PhotoFormat format = PhotoFormat::kJpeg;
  int width = 0;
  int height = 0;
  /// What was mended, each a phrase such as "HEIC to JPEG"; empty: `bytes` are
  /// the photo's own.
  std::vector<std::string> changes;
};

/// Makes a photo fit a vendor's limits with as little loss as can be: a photo
/// that fits is left alone. What must be written anew becomes an upright sRGB
/// JPEG (PNG where JPEG is not accepted) without metadata, so that GPS does
/// not leave the house with it.
/// @throws Error(kInput) when it cannot be read, Error(kUsage) when it cannot
///         be made to fit
UploadCopy ConvertForUpload(const std::filesystem::path& photo,
                            const UploadLimits& limits);

}  // namespace stage
