#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/photo/metadata.h"
#include "core/photo/photo.h"
#include "core/staging_job.h"

namespace stage {

/// The format that a result gets: the one asked for; with "keep" the one that
/// the result's name promises, else the source's; HEIC becomes JPEG.
/// @throws Error(kUsage) for an unknown format word
PhotoFormat ResultFormat(const OutputOptions& options,
                         const PhotoSource& source,
                         const std::filesystem::path& path);

struct EncodedResult {
  std::vector<uint8_t> bytes;
  int quality = 0;  ///< JPEG or WebP; 0 when lossless
};

/// Encodes at the final size, with metadata. Without a quality asked for the
/// source's own coding is kept; `options.max_bytes` lowers the quality only as
/// far as needed.
/// @throws Error(kUsage) when `max_bytes` cannot be met
EncodedResult EncodeResult(const Photo& result,
                           const PhotoSource& source,
                           const PhotoMetadata& metadata,
                           const MetadataChanges& changes,
                           PhotoFormat format,
                           const OutputOptions& options);

}  // namespace stage
