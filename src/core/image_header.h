#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace stage {

/// What the first bytes of a picture file say. Read without any library, for
/// programs that do not decode pictures.
struct ImageHeader {
  std::string format;  ///< "jpeg", "png", "webp", "tiff" or "heic"
  int width = 0;       ///< as coded; 0: not told (TIFF, HEIC)
  int height = 0;
  int orientation = 1;  ///< EXIF, 1 to 8; JPEG only
};

/// nullopt for what is none of these formats, or breaks off before its size.
/// @throws Error(kInput) when the file cannot be read
std::optional<ImageHeader> ReadImageHeader(const std::filesystem::path& file);

/// True when the last 64 kB of a JPEG hold its end marker, of a PNG its last
/// chunk; false for a file that breaks off, but also for one with a film
/// behind the picture. Other formats are not looked at.
/// @throws Error(kInput) when the file cannot be read
bool EndsLikePicture(const std::filesystem::path& file,
                     const ImageHeader& header);

}  // namespace stage
