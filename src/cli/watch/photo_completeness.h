#pragma once

#include <filesystem>
#include <string_view>

namespace stage::cli {

/// How much of a photo file has arrived, by its own structure. Nothing is
/// decoded; a complete file can still be damaged inside.
enum class Completeness {
  kComplete,  ///< its last part is there
  kPartial,   ///< a photo whose end is missing, or an empty file
  kNoPhoto,   ///< none of the formats stage reads
};

/// Judges the bytes of a JPEG (marker by marker to the end of the image), PNG
/// (chunks to IEND), WebP, TIFF (all strips or tiles) or HEIC (boxes).
Completeness CompletenessOf(std::string_view bytes);

/// The same for a file; one that cannot be read counts as partial.
Completeness CompletenessOfFile(const std::filesystem::path& path);

}  // namespace stage::cli
