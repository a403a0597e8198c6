#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/photo/photo.h"

namespace stage {

/// What a file says about itself besides its pixels.
struct FileMetadata {
  PhotoMetadata blobs;
  int orientation = 1;  ///< EXIF, 1 to 8
  std::optional<double> focal_length_35mm;
  bool says_adobe_rgb = false;  ///< DCF's R03 mark of files without a profile
};

/// Reads EXIF, IPTC and XMP out of the file. Metadata that cannot be read is
/// left out: it is no reason to refuse a photo.
FileMetadata ReadFileMetadata(std::span<const uint8_t> file);

/// The same for HEIC, whose metadata libheif finds.
FileMetadata HeicMetadata(std::span<const uint8_t> file);

/// The same from blocks taken out of a file.
FileMetadata ReadMetadataBlocks(std::span<const uint8_t> exif,
                                const std::string& xmp);

/// How metadata changes from the original to a result.
struct MetadataChanges {
  int width = 0;
  int height = 0;
  bool keep_gps = true;
  bool is_srgb = false;             ///< pixels became sRGB (from CMYK)
  std::string digital_source_type;  ///< IPTC NewsCodes URI; empty: as it was
  std::string caption;              ///< put before any existing description
  std::vector<std::string> contributors;  ///< attributions to add
  std::vector<uint8_t> thumbnail_jpeg;    ///< replaces an existing one
};

/// Puts the original's metadata, changed, into an encoded JPEG, PNG, WebP or
/// TIFF. The ICC profile in `encoded` stays.
/// @throws Error(kUnexpected) when the encoded file takes no metadata
std::vector<uint8_t> EmbedMetadata(std::vector<uint8_t> encoded,
                                   const PhotoMetadata& original,
                                   const MetadataChanges& changes);

}  // namespace stage
