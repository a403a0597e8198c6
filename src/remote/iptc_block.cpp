#include "remote/iptc_block.h"

#include <cstdint>

namespace stage::remote {
namespace {

constexpr std::string_view kPhotoshop("Photoshop 3.0\0", 14);
constexpr std::string_view kResource = "8BIM";
constexpr size_t kIptcRecords = 0x0404;

/// 0 past the end.
size_t BigAt(std::string_view bytes, size_t at, size_t size) {
  if (at > bytes.size() || size > bytes.size() - at) return 0;
  size_t number = 0;
  for (size_t i = 0; i < size; ++i) {
    number = number << 8 | static_cast<uint8_t>(bytes[at + i]);
  }
  return number;
}

size_t Even(size_t size) { return size + size % 2; }

/// The records among the resources of one segment.
std::string_view RecordsIn(std::string_view resources) {
  size_t at = 0;
  while (resources.substr(at).starts_with(kResource)) {
    const size_t id = BigAt(resources, at + 4, 2);
    const size_t name = Even(1 + BigAt(resources, at + 6, 1));
    const size_t data = at + 6 + name + 4;
    const size_t size = BigAt(resources, data - 4, 4);
    if (data > resources.size() || size > resources.size() - data) break;
    if (id == kIptcRecords) return resources.substr(data, size);
    at = data + Even(size);
    if (at > resources.size()) break;
  }
  return {};
}

}  // namespace

std::string IptcOfJpeg(std::string_view jpeg) {
  constexpr char kApp13 = '\xED';
  constexpr char kScan = '\xDA';
  size_t at = 2;
  while (at + 4 <= jpeg.size() && jpeg[at] == '\xFF' && jpeg[at + 1] != kScan) {
    const size_t length = BigAt(jpeg, at + 2, 2);
    if (length < 2 || at + 2 + length > jpeg.size()) break;
    const std::string_view content = jpeg.substr(at + 4, length - 2);
    if (jpeg[at + 1] == kApp13 && content.starts_with(kPhotoshop)) {
      const auto records = RecordsIn(content.substr(kPhotoshop.size()));
      if (!records.empty()) return std::string(records);
    }
    at += 2 + length;
  }
  return {};
}

std::string IptcSegment(std::string_view records) {
  std::string segment(kPhotoshop);
  segment += kResource;
  segment += static_cast<char>(kIptcRecords >> 8);
  segment += static_cast<char>(kIptcRecords & 0xFF);
  segment.append(2, '\0');  // a name of no characters, padded
  for (int shift = 24; shift >= 0; shift -= 8) {
    segment += static_cast<char>(records.size() >> shift);
  }
  segment += records;
  if (records.size() % 2 == 1) segment += '\0';
  return segment;
}

}  // namespace stage::remote
