#include "engine/upscale/enlarge_photo.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "core/error.h"
#include "engine/upscale/bicubic.h"

namespace stage::engine {
namespace {

/// Doubles by repeating, then blurs over a neighbourhood of a network's size,
/// with black beyond the edge: tiles that are cut too tight show.
class BlurringUpscaler final : public Upscaler {
 public:
  int factor() const override { return 2; }
  int reach_px() const override { return 3; }
  PlanarImage Enlarge(const PlanarImage& image) override {
    constexpr int kReach = 3;
    PlanarImage made(2 * image.width, 2 * image.height);
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < made.height; ++y) {
        for (int x = 0; x < made.width; ++x) {
          float sum = 0;
          for (int v = y / 2 - kReach; v <= y / 2 + kReach; ++v) {
            for (int u = x / 2 - kReach; u <= x / 2 + kReach; ++u) {
              if (v >= 0 && v < image.height && u >= 0 && u < image.width) {
                sum += image.row(c, v)[u];
              }
            }
          }
          const int side = 2 * kReach + 1;
          made.row(c, y)[x] =
              0.5f * image.row(c, y / 2)[x / 2] + 0.5f * sum / (side * side);
        }
      }
    }
    return made;
  }
};

/// Noise of `channels`; alpha is opaque but for a hole with odd colours.
template <typename T>
Image<T> Noise(int width, int height, int channels) {
  Image<T> image(width, height, channels);
  uint32_t state = 7;
  for (size_t i = 0; i < image.size_bytes() / sizeof(T); ++i) {
    state = state * 1664525u + 1013904223u;
    image.data()[i] = static_cast<T>(state >> 12);
  }
  if (channels % 2 == 1) return image;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool hole = x > 10 && x < 20 && y > 5 && y < 25;
      image.at(x, y, channels - 1) = hole ? 0 : static_cast<T>(-1);
    }
  }
  return image;
}

Photo Enlarged(const Photo& photo, int passes, int tile_px) {
  BlurringUpscaler upscaler;
  return EnlargePhoto(photo, upscaler, passes, {.tile_px = tile_px});
}

TEST_CASE("EnlargePhoto: tiles of any size give the same pixels") {
  for (const int channels : {1, 2, 3, 4}) {
    CAPTURE(channels);
    Photo photo;
    photo.pixels8 = Noise<uint8_t>(37, 29, channels);
    for (const int passes : {1, 2}) {
      CAPTURE(passes);
      const Photo whole = Enlarged(photo, passes, 1000);
      CHECK(whole.width() == 37 << passes);
      CHECK(whole.height() == 29 << passes);
      CHECK(whole.channels() == channels);
      CHECK(Enlarged(photo, passes, 8).pixels8 == whole.pixels8);
      CHECK(Enlarged(photo, passes, 13).pixels8 == whole.pixels8);
    }
  }
}

TEST_CASE("EnlargePhoto: a photo smaller than what the network sees") {
  Photo photo;
  photo.pixels8 = ImageU8(1, 2, 3, 77);
  const Photo large = Enlarged(photo, 2, 256);
  CHECK(large.pixels8 == ImageU8(4, 8, 3, 77));
}

TEST_CASE("EnlargePhoto: 16 bits, profile, metadata and source stay") {
  Photo photo;
  photo.pixels16 = ImageU16(9, 9, 3, 12345);
  photo.icc_profile = {1, 2, 3};
  photo.metadata.xmp = "<x/>";
  photo.source.jpeg_quality = 83;
  const Photo large = Enlarged(photo, 1, 4);
  REQUIRE(large.is_16_bit());
  CHECK(std::abs(large.pixels16.at(7, 7, 1) - 12345) <= 1);
  CHECK(large.icc_profile == photo.icc_profile);
  CHECK(large.metadata.xmp == "<x/>");
  CHECK(large.source.jpeg_quality == 83);
}

TEST_CASE("EnlargePhoto: what is transparent lends no colour to what is not") {
  Photo photo;
  photo.pixels8 = ImageU8(24, 24, 4);
  for (int y = 0; y < 24; ++y) {
    for (int x = 0; x < 24; ++x) {
      const bool hole = x < 12;
      for (int c = 0; c < 3; ++c) photo.pixels8.at(x, y, c) = hole ? 0 : 200;
      photo.pixels8.at(x, y, 3) = hole ? 0 : 255;
    }
  }
  const Photo large = Enlarged(photo, 1, 256);
  for (int x = 0; x < 48; ++x) {
    CAPTURE(x);
    if (large.pixels8.at(x, 24, 3) > 0) {
      CHECK(std::abs(large.pixels8.at(x, 24, 0) - 200) <= 1);
    }
  }
  CHECK(large.pixels8.at(4, 24, 3) == 0);
  CHECK(large.pixels8.at(40, 24, 3) == 255);
}

TEST_CASE("EnlargePhoto: stops when it is told to") {
  Photo photo;
  photo.pixels8 = ImageU8(40, 40, 3, 9);
  BlurringUpscaler upscaler;
  int asked = 0;
  EnlargeOptions options;
  options.tile_px = 10;
  options.cancelled = [&] { return ++asked > 3; };
  CHECK_THROWS_AS(EnlargePhoto(photo, upscaler, 1, options), Error);
  CHECK(asked == 4);
}

TEST_CASE("EnlargedBicubic: straight ramps stay straight, flats stay flat") {
  std::vector<float> ramp(12 * 3);
  for (int i = 0; i < 36; ++i) ramp[i] = static_cast<float>(i % 12);
  const std::vector<float> large = EnlargedBicubic(ramp, 12, 3, 2);
  REQUIRE(large.size() == 24 * 6);
  for (int x = 4; x < 20; ++x) {
    CHECK(large[24 * 2 + x] == doctest::Approx((x + 0.5) / 2 - 0.5));
  }
  for (const float value :
       EnlargedBicubic(std::vector<float>(20, 1), 5, 4, 4)) {
    CHECK(value == doctest::Approx(1));
  }
}

TEST_CASE("Mirrored: repeats the edge and comes back, however far out") {
  CHECK(Mirrored(-1, 3) == 0);
  CHECK(Mirrored(-3, 3) == 2);
  CHECK(Mirrored(-4, 3) == 2);
  CHECK(Mirrored(3, 3) == 2);
  CHECK(Mirrored(8, 3) == 2);
  CHECK(Mirrored(17, 1) == 0);
}

}  // namespace
}  // namespace stage::engine
