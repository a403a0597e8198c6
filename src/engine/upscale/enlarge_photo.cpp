#include "engine/upscale/enlarge_photo.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/error.h"
#include "engine/upscale/bicubic.h"
#include "engine/upscale/photo_tile.h"

namespace stage::engine {
namespace {

/// A plane without its outermost pixels.
std::vector<float> Trimmed(const float* values,
                           int width,
                           int height,
                           int margin) {
  std::vector<float> inside;
  inside.reserve(static_cast<size_t>(width - 2 * margin) *
                 (height - 2 * margin));
  for (int y = margin; y < height - margin; ++y) {
    const float* row = values + static_cast<size_t>(y) * width;
    inside.insert(inside.end(), row + margin, row + width - margin);
  }
  return inside;
}

PlanarImage Trimmed(const PlanarImage& image, int margin) {
  PlanarImage inside(image.width - 2 * margin, image.height - 2 * margin);
  for (int c = 0; c < 3; ++c) {
    const std::vector<float> plane =
        Trimmed(image.row(c, 0), image.width, image.height, margin);
    std::copy(plane.begin(), plane.end(), inside.row(c, 0));
  }
  return inside;
}

/// What a tile needs around itself before each pass, the first first, and
/// nothing after the last.
std::vector<int> Margins(int factor, int reach_px, int passes) {
  std::vector<int> margins{0};
  for (int i = 0; i < passes; ++i) {
    margins.insert(margins.begin(),
                   (margins.front() + factor - 1) / factor + reach_px);
  }
  return margins;
}

class TileEnlarger {
 public:
  TileEnlarger(Upscaler& upscaler, int passes)
      : upscaler_(upscaler),
        margins_(Margins(upscaler.factor(),
                         std::max(upscaler.reach_px(), kCubicReachPx),
                         passes)) {
    for (int i = 0; i < passes; ++i) factor_ *= upscaler.factor();
  }

  int factor() const { return factor_; }

  PhotoTile Enlarged(const Photo& photo, const TileArea& inside) {
    const int margin = margins_.front() + kColorBleedPx;
    PhotoTile seen = ReadTile(photo,
                              {inside.x - margin,
                               inside.y - margin,
                               inside.width + 2 * margin,
                               inside.height + 2 * margin});
    PhotoTile made;
    if (!seen.alpha.empty()) {
      const int width = seen.colors.width, height = seen.colors.height;
      made.alpha =
          Trimmed(EnlargedBicubic(seen.alpha, width, height, factor_).data(),
                  width * factor_,
                  height * factor_,
                  margin * factor_);
    }
    made.colors = Trimmed(seen.colors, kColorBleedPx);
    const int factor = upscaler_.factor();
    for (size_t pass = 0; pass + 1 < margins_.size(); ++pass) {
      made.colors = Trimmed(upscaler_.Enlarge(made.colors),
                            factor * margins_[pass] - margins_[pass + 1]);
    }
    return made;
  }

 private:
  static constexpr int kCubicReachPx = 2;

  Upscaler& upscaler_;
  std::vector<int> margins_;
  int factor_ = 1;
};

Photo EmptyResult(const Photo& photo, int factor) {
  Photo result;
  result.icc_profile = photo.icc_profile;
  result.metadata = photo.metadata;
  result.source = photo.source;
  const int width = photo.width() * factor, height = photo.height() * factor;
  if (photo.is_16_bit()) {
    result.pixels16 = ImageU16(width, height, photo.channels());
  } else {
    result.pixels8 = ImageU8(width, height, photo.channels());
  }
  return result;
}

}  // namespace

Photo EnlargePhoto(const Photo& photo,
                   Upscaler& upscaler,
                   int passes,
                   const EnlargeOptions& options) {
  TileEnlarger enlarger(upscaler, passes);
  const int factor = enlarger.factor();
  Photo result = EmptyResult(photo, factor);
  const int side = options.tile_px;
  for (int y = 0; y < photo.height(); y += side) {
    const int height = std::min(side, photo.height() - y);
    for (int x = 0; x < photo.width(); x += side) {
      if (options.cancelled && options.cancelled()) {
        throw Error(ErrorKind::kInterrupted, "interrupted");
      }
      const int width = std::min(side, photo.width() - x);
      WriteTile(enlarger.Enlarged(photo, {x, y, width, height}),
                x * factor,
                y * factor,
                result);
    }
    if (options.progress) {
      options.progress(static_cast<double>(y + height) / photo.height());
    }
  }
  return result;
}

}  // namespace stage::engine
