#pragma once

#include <string>
#include <vector>

namespace stage::models {

/// Cuts a text into the pieces that CLIP's byte-pair encoding works on, each
/// lower case and UTF-8: the words given, English contractions, runs of
/// letters, single digits, runs of other characters.
/// @param words  kept whole wherever they stand, such as end marks
std::vector<std::string> ClipTextPieces(const std::string& text,
                                        const std::vector<std::string>& words);

/// A code point as UTF-8.
std::string Utf8Of(char32_t code_point);

}  // namespace stage::models
