#include "engine/catalogue/properties.h"

#include <charconv>
#include <cstdint>

namespace stage::engine {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

void AppendUtf8(uint32_t code, std::string& text) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// The code unit of "uXXXX" at the front of `text`, or -1.
int32_t CodeUnit(std::string_view text) {
  uint32_t value = 0;
  if (text.size() < 5 || text[0] != 'u') return -1;
  const auto [end, error] =
      std::from_chars(text.data() + 1, text.data() + 5, value, 16);
  return error == std::errc() && end == text.data() + 5
             ? static_cast<int32_t>(value)
             : -1;
}

/// Resolves the escape after a backslash; returns how many bytes it took.
size_t Unescape(std::string_view rest, std::string& text) {
  const int32_t unit = CodeUnit(rest);
  if (unit >= 0) {
    if (unit >= 0xD800 && unit < 0xDC00 && rest.size() >= 11 &&
        rest[5] == '\\') {
      const int32_t low = CodeUnit(rest.substr(6));
      if (low >= 0xDC00 && low < 0xE000) {
        AppendUtf8(0x10000u + ((unit - 0xD800u) << 10) + (low - 0xDC00u), text);
        return 11;
      }
    }
    const bool lone_surrogate = unit >= 0xD800 && unit < 0xE000;
    AppendUtf8(lone_surrogate ? 0xFFFDu : static_cast<uint32_t>(unit), text);
    return 5;
  }
  switch (rest[0]) {
    case 't':
      text += '\t';
      break;
    case 'n':
      text += '\n';
      break;
    case 'r':
      text += '\r';
      break;
    case 'f':
      text += '\f';
      break;
    default:
      AppendUtf8(static_cast<uint8_t>(rest[0]), text);
  }
  return 1;
}

/// One logical line: physical lines joined where a backslash ends them.
std::string NextLine(std::string_view& text) {
  std::string line;
  for (bool first = true;; first = false) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(end);
    if (text.size() > 1 && text[0] == '\r' && text[1] == '\n') {
      text.remove_prefix(2);
    } else if (!text.empty()) {
      text.remove_prefix(1);
    }
    while (!part.empty() && IsBlank(part.front())) part.remove_prefix(1);
    if (first && !part.empty() && (part[0] == '#' || part[0] == '!')) return "";
    const size_t last = part.find_last_not_of('\\');
    const size_t slashes =
        part.size() - (last == std::string_view::npos ? 0 : last + 1);
    if (slashes % 2 == 0) return line.append(part);
    line.append(part.substr(0, part.size() - 1));
    if (text.empty()) return line;
  }
}

}  // namespace

std::map<std::string, std::string> ParseProperties(std::string_view latin1) {
  std::map<std::string, std::string> properties;
  while (!latin1.empty()) {
    const std::string line = NextLine(latin1);
    if (line.empty()) continue;
    std::string_view rest(line);
    std::string key;
    std::string value;
    while (!rest.empty() && rest[0] != '=' && rest[0] != ':' &&
           !IsBlank(rest[0])) {
      if (rest[0] == '\\' && rest.size() > 1) {
        rest.remove_prefix(1);
        rest.remove_prefix(Unescape(rest, key));
      } else {
        AppendUtf8(static_cast<uint8_t>(rest[0]), key);
        rest.remove_prefix(1);
      }
    }
    while (!rest.empty() && IsBlank(rest[0])) rest.remove_prefix(1);
    if (!rest.empty() && (rest[0] == '=' || rest[0] == ':')) {
      rest.remove_prefix(1);
    }
    while (!rest.empty() && IsBlank(rest[0])) rest.remove_prefix(1);
    while (!rest.empty()) {
      const bool escape = rest[0] == '\\' && rest.size() > 1;
      if (escape) {
        rest.remove_prefix(1);
        rest.remove_prefix(Unescape(rest, value));
      } else {
        AppendUtf8(static_cast<uint8_t>(rest[0]), value);
        rest.remove_prefix(1);
      }
    }
    properties[key] = value;
  }
  return properties;
}

}  // namespace stage::engine
