#include "core/text_encoding.h"

#include <cstdint>

namespace stage {
namespace {

/// One code point of UTF-8 at the front of `bytes`; length 0 when the first
/// byte does not begin a valid, shortest-form sequence.
struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;
};

CodePoint FirstCodePoint(std::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return {};
  uint32_t value = lead & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  const bool overlong =
      (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

void AppendUtf8(uint32_t value, std::string& text) {
  if (value < 0x80) {
    text += static_cast<char>(value);
  } else {  // folding stays below U+0800
    text += static_cast<char>(0xC0 | value >> 6);
    text += static_cast<char>(0x80 | (value & 0x3F));
  }
}

uint32_t LowerCase(uint32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if ((c >= 0x100 && c <= 0x12F) || (c >= 0x132 && c <= 0x137) ||
      (c >= 0x14A && c <= 0x177)) {
    return c | 1;
  }
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) {
    return c + (c & 1);
  }
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  return c;
}

}  // namespace

std::string ValidUtf8(std::string_view bytes, std::string_view replacement) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const size_t length = FirstCodePoint(bytes).length;
    text += length == 0 ? replacement : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

std::string Utf8Path(const std::filesystem::path& path) {
  return ValidUtf8(path.native());
}

std::string FoldedCase(std::string_view utf8) {
  std::string folded;
  folded.reserve(utf8.size());
  while (!utf8.empty()) {
    const CodePoint first = FirstCodePoint(utf8);
    const uint32_t lower = LowerCase(first.value);
    const size_t length = first.length == 0 ? 1 : first.length;
    if (first.length == 0 || lower == first.value) {
      folded += utf8.substr(0, length);
    } else {
      AppendUtf8(lower, folded);
    }
    utf8.remove_prefix(length);
  }
  return folded;
}

std::string Printable(std::string_view utf8) {
  std::string text;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\t' || c == '\r') {
      text += ' ';
    } else if (byte >= 0x20 && byte != 0x7F) {
      text += c;
    }
  }
  return text;
}

}  // namespace stage
