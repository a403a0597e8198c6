#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/photo/photo.h"

namespace stage {

/// The format that the first bytes of a file show; nullopt: none of ours.
std::optional<PhotoFormat> DetectPhotoFormat(std::span<const uint8_t> bytes);

/// The format that a file name promises; nullopt: no extension of ours.
std::optional<PhotoFormat> PhotoFormatOfName(const std::filesystem::path& path);

/// True for the extensions of raw camera files, many of which begin as TIFF.
bool IsRawFileName(const std::filesystem::path& path);

/// What bytes that are none of our formats seem to be ("a PDF document"), or
/// an empty string. Looks at the name only to tell raw camera files.
std::string DescribeForeignFile(std::span<const uint8_t> bytes,
                                const std::filesystem::path& path);

/// "JPEG", "PNG", "WebP", "TIFF" or "HEIC".
std::string_view PhotoFormatName(PhotoFormat format);

/// The usual extension with its dot, such as ".jpg".
std::string_view PhotoFormatExtension(PhotoFormat format);

}  // namespace stage
