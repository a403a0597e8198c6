#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace stage {

/// The text with every byte that is not part of valid UTF-8 replaced; what
/// goes into JSON and to terminals. `replacement` is U+FFFD unless told.
std::string ValidUtf8(std::string_view bytes,
                      std::string_view replacement = "\xEF\xBF\xBD");

/// A path as valid UTF-8, for records and messages.
std::string Utf8Path(const std::filesystem::path& path);

/// Lower case for comparing file names the way Windows and macOS do: ASCII,
/// Latin-1, Latin Extended-A, Greek and Cyrillic capitals.
std::string FoldedCase(std::string_view utf8);

/// The text without control characters (terminal escapes included); tabs and
/// line ends become spaces. For names that others chose.
std::string Printable(std::string_view utf8);

}  // namespace stage
