#include "core/photo/orientation.h"

#include <algorithm>

namespace stage {
namespace {

template <typename T>
void SwapPixels(T* a, T* b, int channels) {
  std::swap_ranges(a, a + channels, b);
}

template <typename T>
void MirrorRow(T* row, int width, int channels) {
  T* left = row;
  T* right = row + static_cast<ptrdiff_t>(width - 1) * channels;
  for (; left < right; left += channels, right -= channels) {
    SwapPixels(left, right, channels);
  }
}

template <typename T>
void MirrorLeftRight(Image<T>& image) {
  for (int y = 0; y < image.height(); ++y) {
    MirrorRow(image.row(y), image.width(), image.channels());
  }
}

template <typename T>
void MirrorUpDown(Image<T>& image) {
  const size_t row_values =
      static_cast<size_t>(image.width()) * image.channels();
  for (int y = 0; y < image.height() / 2; ++y) {
    T* top = image.row(y);
    std::swap_ranges(top, top + row_values, image.row(image.height() - 1 - y));
  }
}

// In tiles, so that neither side runs down columns through the cache.
template <typename T>
Image<T> Transpose(const Image<T>& image) {
  constexpr int kTile = 64;
  const int channels = image.channels();
  Image<T> turned(image.height(), image.width(), channels);
  for (int tile_y = 0; tile_y < image.height(); tile_y += kTile) {
    const int end_y = std::min(tile_y + kTile, image.height());
    for (int tile_x = 0; tile_x < image.width(); tile_x += kTile) {
      const int end_x = std::min(tile_x + kTile, image.width());
      for (int y = tile_y; y < end_y; ++y) {
        const T* source = image.row(y);
        for (int x = tile_x; x < end_x; ++x) {
          std::copy_n(source + static_cast<size_t>(x) * channels,
                      channels,
                      turned.row(x) + static_cast<size_t>(y) * channels);
        }
      }
    }
  }
  return turned;
}

template <typename T>
Image<T> Turn(Image<T> image, int orientation) {
  if (SwapsSides(orientation)) image = Transpose(image);
  // After the transpose 5 is done, 6 wants its rows mirrored (a quarter turn
  // clockwise), 8 its columns, 7 both.
  switch (orientation) {
    case 2:
    case 6:
      MirrorLeftRight(image);
      break;
    case 3:
    case 7:
      MirrorLeftRight(image);
      MirrorUpDown(image);
      break;
    case 4:
    case 8:
      MirrorUpDown(image);
      break;
    default:
      break;
  }
  return image;
}

}  // namespace

ImageU8 TurnUpright(ImageU8 stored, int orientation) {
  return Turn(std::move(stored), orientation);
}

ImageU16 TurnUpright(ImageU16 stored, int orientation) {
  return Turn(std::move(stored), orientation);
}

}  // namespace stage
