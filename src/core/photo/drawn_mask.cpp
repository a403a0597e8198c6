#include "core/photo/drawn_mask.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <string>

#include "core/error.h"

namespace stage {
namespace {

constexpr int kLit = 128;        // marked from here on
constexpr int kColourful = 64;   // between the largest and the least channel
constexpr int kHues = 12;        // of the colour circle
constexpr double kSpeck = 5e-4;  // of the picture: noise of JPEG
// Of the paint, brushes with soft edges and JPEG granted.
constexpr double kMostBeside = 0.1;
// Greys that nobody paints a mask with, and their share in photos.
constexpr int kDarkestGrey = 96, kBrightestGrey = 223;
constexpr double kMostGreys = 0.4;

/// How often each kind of pixel occurs.
struct Census {
  int64_t all = 0;
  int64_t white = 0;  ///< lit, without colour
  int64_t greys = 0;  ///< neither black nor white, without colour
  std::array<int64_t, kHues> hues{};

  int64_t Painted() const {
    return std::accumulate(hues.begin(), hues.end(), int64_t{0});
  }

  /// Of the commonest hue and its neighbours.
  int64_t OfOneHue() const {
    int64_t most = 0;
    for (size_t i = 0; i < kHues; ++i) {
      most = std::max(
          most,
          hues[i] + hues[(i + 1) % kHues] + hues[(i + kHues - 1) % kHues]);
    }
    return most;
  }
};

/// The sixth of the colour circle, halved.
size_t HueOf(const uint8_t* rgb, int value, int chroma) {
  const auto part = [&](int from, int to) {
    return static_cast<double>(rgb[to] - rgb[from]) / chroma;
  };
  double sixths = 0;
  if (rgb[0] == value) {
    sixths = part(2, 1);
  } else if (rgb[1] == value) {
    sixths = 2 + part(0, 2);
  } else {
    sixths = 4 + part(1, 0);
  }
  const int hue = static_cast<int>((sixths < 0 ? sixths + 6 : sixths) * 2);
  return static_cast<size_t>(std::clamp(hue, 0, kHues - 1));
}

bool IsClear(const Photo& drawn, int x, int y) {
  const int channels = drawn.channels();
  if (channels != 2 && channels != 4) return false;
  return drawn.is_16_bit() ? drawn.pixels16.at(x, y, channels - 1) < 0x8000
                           : drawn.pixels8.at(x, y, channels - 1) < 0x80;
}

[[noreturn]] void Refuse(const Photo& drawn) {
  throw Error(ErrorKind::kInput,
              drawn.source.path.filename().string() +
                  ": a picture, no mask: paint what is to change white, or in "
                  "one colour, and all else black");
}

void CheckMask(const Photo& drawn, const Census& census) {
  const auto all = static_cast<double>(std::max<int64_t>(census.all, 1));
  const auto painted = static_cast<double>(census.Painted());
  if (census.greys > kMostGreys * all) {
    Refuse(drawn);
  }
  if (painted < kSpeck * all) return;
  const double beside = painted - static_cast<double>(census.OfOneHue());
  if (std::max(beside, static_cast<double>(census.white)) >
      kMostBeside * painted) {
    Refuse(drawn);
  }
}

}  // namespace

ImageU8 MarkedPart(const Photo& drawn) {
  const ImageU8 rgb = ReadSrgb8(
      drawn, ColorConverter(drawn), std::max(drawn.width(), drawn.height()));
  ImageU8 marked(rgb.width(), rgb.height(), 1);
  Census census;
  census.all = int64_t{rgb.width()} * rgb.height();
  for (int y = 0; y < rgb.height(); ++y) {
    for (int x = 0; x < rgb.width(); ++x) {
      if (IsClear(drawn, x, y)) continue;  // whatever colour lies below
      const uint8_t* pixel = &rgb.at(x, y);
      const auto [least, most] = std::minmax({pixel[0], pixel[1], pixel[2]});
      const int value = most, chroma = most - least;
      marked.at(x, y) = most;
      if (chroma >= kColourful && 2 * chroma > value) {
        if (value >= kLit) ++census.hues[HueOf(pixel, value, chroma)];
      } else {
        census.white += value >= kLit ? 1 : 0;
        census.greys +=
            value >= kDarkestGrey && value <= kBrightestGrey ? 1 : 0;
      }
    }
  }
  CheckMask(drawn, census);
  return marked;
}

}  // namespace stage
