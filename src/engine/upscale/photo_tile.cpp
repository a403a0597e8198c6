#include "engine/upscale/photo_tile.h"

#include <algorithm>
#include <cstdint>

#include "engine/upscale/bicubic.h"

namespace stage::engine {
namespace {

bool HasAlpha(const Photo& photo) { return photo.channels() % 2 == 0; }

template <typename T>
constexpr float kWhite = static_cast<float>(static_cast<T>(-1));

template <typename T>
void ReadPixels(const Image<T>& pixels, const TileArea& area, PhotoTile& tile) {
  const int channels = pixels.channels();
  const bool is_grey = channels <= 2;
  std::vector<int> columns(area.width);
  for (int x = 0; x < area.width; ++x) {
    columns[x] = Mirrored(area.x + x, pixels.width()) * channels;
  }
  for (int y = 0; y < area.height; ++y) {
    const T* row = pixels.row(Mirrored(area.y + y, pixels.height()));
    for (int c = 0; c < 3; ++c) {
      float* out = tile.colors.row(c, y);
      const T* channel = row + (is_grey ? 0 : c);
      for (int x = 0; x < area.width; ++x) {
        out[x] = channel[columns[x]] / kWhite<T>;
      }
    }
    if (tile.alpha.empty()) continue;
    float* out = &tile.alpha[static_cast<size_t>(y) * area.width];
    for (int x = 0; x < area.width; ++x) {
      out[x] = row[columns[x] + channels - 1] / kWhite<T>;
    }
  }
}

/// Gives pixels without colour the mean of their neighbours that have one.
/// @return whether any was left without
bool BleedOnce(PhotoTile& tile, std::vector<uint8_t>& has_color) {
  const int width = tile.colors.width, height = tile.colors.height;
  const std::vector<uint8_t> had_color = has_color;
  bool any_left = false;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (had_color[static_cast<size_t>(y) * width + x]) continue;
      float sum[3] = {};
      int count = 0;
      for (int v = std::max(y - 1, 0); v <= std::min(y + 1, height - 1); ++v) {
        for (int u = std::max(x - 1, 0); u <= std::min(x + 1, width - 1); ++u) {
          if (!had_color[static_cast<size_t>(v) * width + u]) continue;
          for (int c = 0; c < 3; ++c) sum[c] += tile.colors.row(c, v)[u];
          ++count;
        }
      }
      if (count == 0) {
        any_left = true;
        continue;
      }
      for (int c = 0; c < 3; ++c) tile.colors.row(c, y)[x] = sum[c] / count;
      has_color[static_cast<size_t>(y) * width + x] = 1;
    }
  }
  return any_left;
}

void BleedColors(PhotoTile& tile) {
  std::vector<uint8_t> has_color(tile.alpha.size());
  std::transform(
      tile.alpha.begin(), tile.alpha.end(), has_color.begin(), [](float alpha) {
        return alpha > 0 ? 1 : 0;
      });
  for (int i = 0; i < kColorBleedPx && BleedOnce(tile, has_color); ++i) {
  }
}

template <typename T>
T Quantised(float value) {
  return static_cast<T>(std::clamp(value, 0.0f, 1.0f) * kWhite<T> + 0.5f);
}

template <typename T>
void WritePixels(const PhotoTile& tile, int left, int top, Image<T>& pixels) {
  const int channels = pixels.channels();
  const PlanarImage& colors = tile.colors;
  for (int y = 0; y < colors.height; ++y) {
    T* out = pixels.row(top + y) + static_cast<size_t>(left) * channels;
    for (int x = 0; x < colors.width; ++x, out += channels) {
      const float rgb[3] = {
          colors.row(0, y)[x], colors.row(1, y)[x], colors.row(2, y)[x]};
      if (channels <= 2) {
        out[0] = Quantised<T>((rgb[0] + rgb[1] + rgb[2]) / 3);
      } else {
        for (int c = 0; c < 3; ++c) out[c] = Quantised<T>(rgb[c]);
      }
      if (!tile.alpha.empty()) {
        out[channels - 1] =
            Quantised<T>(tile.alpha[static_cast<size_t>(y) * colors.width + x]);
      }
    }
  }
}

}  // namespace

PhotoTile ReadTile(const Photo& photo, const TileArea& area) {
  PhotoTile tile;
  tile.colors = PlanarImage(area.width, area.height);
  if (HasAlpha(photo)) {
    tile.alpha.resize(static_cast<size_t>(area.width) * area.height);
  }
  if (photo.is_16_bit()) {
    ReadPixels(photo.pixels16, area, tile);
  } else {
    ReadPixels(photo.pixels8, area, tile);
  }
  if (HasAlpha(photo)) BleedColors(tile);
  return tile;
}

void WriteTile(const PhotoTile& tile, int x, int y, Photo& photo) {
  if (photo.is_16_bit()) {
    WritePixels(tile, x, y, photo.pixels16);
  } else {
    WritePixels(tile, x, y, photo.pixels8);
  }
}

}  // namespace stage::engine
