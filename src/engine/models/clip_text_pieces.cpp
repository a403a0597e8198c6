#include "engine/models/clip_text_pieces.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace stage::models {
namespace {

using Text = std::u32string;

constexpr char32_t kReplacement = 0xfffd;
constexpr char32_t kCapitalIDot = 0x130;
constexpr char32_t kCombiningDot = 0x307;
constexpr char32_t kCapitalSigma = 0x3a3;
constexpr char32_t kSigma = 0x3c3;
constexpr char32_t kFinalSigma = 0x3c2;
constexpr std::array kContractions = {
    U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"};

struct Range {
  char32_t first, last;
};

// CJK ideographs: the blocks that BERT's tokenizer sets apart.
constexpr Range kIdeographs[] = {{0x4e00, 0x9fff},
                                 {0x3400, 0x4dbf},
                                 {0x20000, 0x2a6df},
                                 {0x2a700, 0x2b73f},
                                 {0x2b740, 0x2b81f},
                                 {0x2b820, 0x2ceaf},
                                 {0xf900, 0xfaff},
                                 {0x2f800, 0x2fa1f}};

bool IsIdeograph(char32_t c) {
  return std::any_of(
      std::begin(kIdeographs), std::end(kIdeographs), [c](const Range& range) {
        return c >= range.first && c <= range.last;
      });
}

utf8proc_category_t CategoryOf(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

bool IsSpace(char32_t c) {
  const utf8proc_category_t category = CategoryOf(c);
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' ||
         category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

/// Control, format, private, surrogate and unassigned characters.
bool IsControl(char32_t c) {
  switch (CategoryOf(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
      return true;
    default:
      return false;
  }
}

bool IsLetter(char32_t c) {
  switch (CategoryOf(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return true;
    default:
      return false;
  }
}

bool IsNumber(char32_t c) {
  switch (CategoryOf(c)) {
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

Text Decode(const std::string& text) {
  Text decoded;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = -1;
    const utf8proc_ssize_t used = utf8proc_iterate(bytes, left, &c);
    if (c >= 0) decoded.push_back(static_cast<char32_t>(c));
    const utf8proc_ssize_t step = std::max<utf8proc_ssize_t>(used, 1);
    bytes += step;
    left -= step;
  }
  return decoded;
}

std::string Encode(const Text& text) {
  std::string encoded;
  for (const char32_t c : text) encoded += Utf8Of(c);
  return encoded;
}

/// Without control characters, any space a plain one, ideographs set apart.
Text Cleaned(const Text& text) {
  Text cleaned;
  for (const char32_t c : text) {
    if (IsSpace(c)) {
      cleaned += U' ';
    } else if (IsIdeograph(c)) {
      cleaned += {U' ', c, U' '};
    } else if (c != 0 && c != kReplacement && !IsControl(c)) {
      cleaned += c;
    }
  }
  return cleaned;
}

Text Composed(const Text& text) {
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> composed(
      utf8proc_NFC(
          reinterpret_cast<const utf8proc_uint8_t*>(Encode(text).c_str())),
      &std::free);
  if (!composed) return text;
  return Decode(reinterpret_cast<const char*>(composed.get()));
}

/// Unicode's full lower case: the two characters whose own depends on more
/// than themselves included.
Text Lower(const Text& text) {
  Text lower;
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c == kCapitalIDot) {
      lower += {U'i', kCombiningDot};
    } else if (c == kCapitalSigma) {
      const bool after_letter = i > 0 && IsLetter(text[i - 1]);
      const bool before_letter = i + 1 < text.size() && IsLetter(text[i + 1]);
      lower += after_letter && !before_letter ? kFinalSigma : kSigma;
    } else {
      lower += static_cast<char32_t>(
          utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
    }
  }
  return lower;
}

/// The length of the piece that begins at `at`, which is no space.
size_t PieceLength(const Text& text,
                   size_t at,
                   const std::vector<Text>& words) {
  for (const Text& word : words) {
    if (text.compare(at, word.size(), word) == 0) return word.size();
  }
  for (const Text contraction : kContractions) {
    if (text.compare(at, contraction.size(), contraction) == 0) {
      return contraction.size();
    }
  }
  if (IsNumber(text[at])) return 1;
  const bool letters = IsLetter(text[at]);
  size_t end = at + 1;
  while (end < text.size() && text[end] != U' ' &&
         (letters ? IsLetter(text[end])
                  : !IsLetter(text[end]) && !IsNumber(text[end]))) {
    ++end;
  }
  return end - at;
}

}  // namespace

std::string Utf8Of(char32_t code_point) {
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t count =
      utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes);
  return {reinterpret_cast<const char*>(bytes), static_cast<size_t>(count)};
}

std::vector<std::string> ClipTextPieces(const std::string& text,
                                        const std::vector<std::string>& words) {
  std::vector<Text> kept;
  for (const std::string& word : words) kept.push_back(Decode(word));
  const Text lower = Lower(Composed(Cleaned(Decode(text))));
  std::vector<std::string> pieces;
  for (size_t at = 0; at < lower.size();) {
    if (lower[at] == U' ') {
      ++at;
      continue;
    }
    const size_t length = PieceLength(lower, at, kept);
    pieces.push_back(Encode(lower.substr(at, length)));
    at += length;
  }
  return pieces;
}

}  // namespace stage::models
