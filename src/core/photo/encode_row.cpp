#include <algorithm>

#include "core/photo/encode.h"

namespace stage {
namespace {

uint8_t To8(uint8_t value) { return value; }
uint8_t To8(uint16_t value) {
  return static_cast<uint8_t>((uint32_t{value} + 128) / 257);
}

template <typename T>
void CopyRow(const T* row, int width, int from, int to, uint8_t* out) {
  const bool flatten = (from == 2 || from == 4) && to == from - 1;
  for (int x = 0; x < width; ++x, row += from, out += to) {
    for (int c = 0; c < to; ++c) {
      uint32_t value = To8(row[c]);
      if (flatten) {
        const uint32_t alpha = To8(row[from - 1]);
        value = (value * alpha + 255 * (255 - alpha) + 127) / 255;
      }
      out[c] = static_cast<uint8_t>(value);
    }
  }
}

}  // namespace

void Row8(const Photo& photo, int y, int channels, uint8_t* out) {
  if (photo.is_16_bit()) {
    CopyRow(
        photo.pixels16.row(y), photo.width(), photo.channels(), channels, out);
    return;
  }
  CopyRow(photo.pixels8.row(y), photo.width(), photo.channels(), channels, out);
}

}  // namespace stage
