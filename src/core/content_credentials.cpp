#include "core/content_credentials.h"

#include <string_view>

namespace stage {
namespace {

using namespace std::string_view_literals;
using Bytes = std::span<const uint8_t>;

std::string_view TextAt(Bytes file, size_t offset, size_t length) {
  if (offset > file.size() || length > file.size() - offset) return {};
  return {reinterpret_cast<const char*>(file.data()) + offset, length};
}

// 0 past the end.
uint32_t BigEndian(Bytes file, size_t offset, int bytes) {
  if (offset > file.size() || file.size() - offset < size_t(bytes)) return 0;
  uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | file[offset + i];
  return value;
}

uint32_t LittleEndian(Bytes file, size_t offset, int bytes) {
  if (offset > file.size() || file.size() - offset < size_t(bytes)) return 0;
  uint32_t value = 0;
  for (int i = bytes; i-- > 0;) value = value << 8 | file[offset + i];
  return value;
}

// JUMBF boxes travel in APP11 segments: "JP", instance, sequence, box.
bool JpegHas(Bytes file) {
  constexpr uint8_t kApp11 = 0xeb, kStartOfScan = 0xda;
  for (size_t at = 2; at + 4 <= file.size() && file[at] == 0xff;) {
    const uint8_t marker = file[at + 1];
    if (marker == 0xff) {  // a fill byte
      ++at;
      continue;
    }
    if (marker == kStartOfScan) return false;
    const size_t length = BigEndian(file, at + 2, 2);
    if (length < 2) return false;
    const std::string_view segment = TextAt(file, at + 4, length - 2);
    if (marker == kApp11 && segment.substr(0, 2) == "JP"sv &&
        segment.find("c2pa"sv) != std::string_view::npos) {
      return true;
    }
    at += 2 + length;
  }
  return false;
}

bool PngHas(Bytes file) {
  for (size_t at = 8; at + 12 <= file.size();) {
    const size_t length = BigEndian(file, at, 4);
    if (TextAt(file, at + 4, 4) == "caBX"sv) return true;
    at += 12 + length;
  }
  return false;
}

bool WebpHas(Bytes file) {
  for (size_t at = 12; at + 8 <= file.size();) {
    const size_t length = LittleEndian(file, at + 4, 4);
    if (TextAt(file, at, 4) == "C2PA"sv) return true;
    at += 8 + length + length % 2;
  }
  return false;
}

// A tag of the first directory.
bool TiffHas(Bytes file) {
  constexpr uint32_t kTag = 0xcd41;
  const bool little = TextAt(file, 0, 2) == "II"sv;
  const auto number = [&](size_t offset, int bytes) {
    return little ? LittleEndian(file, offset, bytes)
                  : BigEndian(file, offset, bytes);
  };
  if (number(2, 2) != 42) return false;  // BigTIFF: no camera writes it
  const size_t directory = number(4, 4);
  const size_t count = number(directory, 2);
  for (size_t i = 0; i < count; ++i) {
    if (number(directory + 2 + 12 * i, 2) == kTag) return true;
  }
  return false;
}

// A top-level box with C2PA's own identifier.
bool HeicHas(Bytes file) {
  constexpr std::string_view kId =
      "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81"sv;
  for (size_t at = 0; at + 8 <= file.size();) {
    size_t length = BigEndian(file, at, 4);
    size_t header = 8;
    if (length == 1) {  // 64 bits follow; no photo needs the upper half
      length = BigEndian(file, at + 12, 4);
      header = 16;
    }
    if (TextAt(file, at + 4, 4) == "uuid"sv &&
        TextAt(file, at + header, kId.size()) == kId) {
      return true;
    }
    if (length < header) return false;
    at += length;
  }
  return false;
}

}  // namespace

bool HasContentCredentials(Bytes file) {
  if (TextAt(file, 0, 2) == "\xff\xd8"sv) return JpegHas(file);
  if (TextAt(file, 0, 4) == "\x89PNG"sv) return PngHas(file);
  if (TextAt(file, 0, 4) == "RIFF"sv) return WebpHas(file);
  const std::string_view order = TextAt(file, 0, 2);
  return order == "II"sv || order == "MM"sv ? TiffHas(file) : HeicHas(file);
}

}  // namespace stage
