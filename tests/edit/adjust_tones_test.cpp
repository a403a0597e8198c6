#include "engine/edit/adjust_tones.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "core/photo/srgb_curve.h"
#include "engine/edit/oklab.h"

namespace stage::engine {
namespace {

/// All greys from left to right, in `depth` bits.
Photo GreyRamp(int depth, int channels = 3) {
  Photo photo;
  photo.source.bit_depth = depth;
  constexpr int kWidth = 256, kHeight = 24;
  if (depth == 16) {
    photo.pixels16 = ImageU16(kWidth, kHeight, channels);
  } else {
    photo.pixels8 = ImageU8(kWidth, kHeight, channels);
  }
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      for (int c = 0; c < channels; ++c) {
        if (depth == 16) {
          photo.pixels16.at(x, y, c) = static_cast<uint16_t>(x * 257);
        } else {
          photo.pixels8.at(x, y, c) = static_cast<uint8_t>(x);
        }
      }
    }
  }
  return photo;
}

Photo Adjusted(const Photo& photo, const Adjustments& adjustments) {
  Photo adjusted = photo;
  AdjustTones(adjustments, ColorConverter(photo), {.threads = 2}, adjusted);
  return adjusted;
}

std::array<float, 3> LinearAt(const Photo& photo, int x, int y) {
  std::array<float, 3> rgb{};
  ColorConverter(photo).ToLinear(photo, x, y, 1, rgb.data());
  return rgb;
}

double LinearGreen(const Photo& photo, int x) {
  return LinearAt(photo, x, 12)[1];
}

}  // namespace

TEST_CASE("AdjustTones: a stop doubles the linear light of middle tones") {
  const Photo ramp = GreyRamp(16);
  const Photo brighter = Adjusted(ramp, {.exposure = 1});
  const Photo darker = Adjusted(ramp, {.exposure = -1});
  for (int x = 20; x < 160; x += 5) {
    CAPTURE(x);
    const double before = LinearGreen(ramp, x);
    CHECK(LinearGreen(brighter, x) ==
          doctest::Approx(2 * before).epsilon(0.005));
    CHECK(LinearGreen(darker, x) == doctest::Approx(before / 2).epsilon(0.005));
  }
}

TEST_CASE("AdjustTones: brightened tones rise to white without clipping") {
  const Photo brighter = Adjusted(GreyRamp(16), {.exposure = 1.5});
  for (int x = 1; x < 256; ++x) {
    CAPTURE(x);
    CHECK(LinearGreen(brighter, x) > LinearGreen(brighter, x - 1));
  }
  CHECK(brighter.pixels16.at(255, 0, 0) == 65535);
}

TEST_CASE("AdjustTones: warm adds red, takes blue and keeps luminance") {
  const Photo ramp = GreyRamp(16);
  const auto warm = LinearAt(Adjusted(ramp, {.warm = 30}), 128, 12);
  const auto cold = LinearAt(Adjusted(ramp, {.warm = -30}), 128, 12);
  const double before = LinearGreen(ramp, 128);
  CHECK(warm[0] > before * 1.05);
  CHECK(warm[2] < before * 0.9);
  CHECK(cold[0] < before * 0.95);
  CHECK(cold[2] > before * 1.1);
  for (const auto& rgb : {warm, cold}) {
    CHECK(0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] ==
          doctest::Approx(before).epsilon(0.01));
  }
}

TEST_CASE("AdjustTones: tint moves between green and magenta") {
  const auto magenta = LinearAt(Adjusted(GreyRamp(16), {.tint = 50}), 128, 12);
  CHECK(magenta[1] < magenta[0]);
  CHECK(magenta[1] < magenta[2]);
}

TEST_CASE("AdjustTones: shadows and highlights reach their own end only") {
  // Broad areas, as the base is one of areas.
  Photo areas;
  areas.pixels8 = ImageU8(400, 100, 3);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 400; ++x) {
      for (int c = 0; c < 3; ++c) {
        areas.pixels8.at(x, y, c) = x < 200 ? 30 : 225;
      }
    }
  }
  const Photo lifted = Adjusted(areas, {.shadows = 60});
  CHECK(lifted.pixels8.at(60, 50, 1) > 40);
  CHECK(lifted.pixels8.at(340, 50, 1) == doctest::Approx(225).epsilon(0.01));
  const Photo held = Adjusted(areas, {.highlights = -60});
  CHECK(held.pixels8.at(340, 50, 1) < 205);
  CHECK(held.pixels8.at(60, 50, 1) == doctest::Approx(30).epsilon(0.04));
}

TEST_CASE("AdjustTones: contrast turns about middle grey, without reversals") {
  for (const double amount : {-100.0, 60.0, 100.0}) {
    CAPTURE(amount);
    const Photo changed = Adjusted(GreyRamp(16), {.contrast = amount});
    CHECK(changed.pixels16.at(118, 0, 0) ==
          doctest::Approx(118 * 257).epsilon(0.01));
    const int spread =
        changed.pixels16.at(180, 0, 0) - changed.pixels16.at(60, 0, 0);
    CHECK((spread > 120 * 257) == (amount > 0));
    for (int x = 1; x < 256; ++x) {
      CHECK(changed.pixels16.at(x, 0, 0) >= changed.pixels16.at(x - 1, 0, 0));
    }
  }
}

TEST_CASE("AdjustTones: no saturation is grey, and hue stays") {
  Photo photo;
  photo.pixels8 = ImageU8(8, 8, 3);
  for (int i = 0; i < 64; ++i) {
    photo.pixels8.data()[3 * i] = 150;
    photo.pixels8.data()[3 * i + 1] = 110;
    photo.pixels8.data()[3 * i + 2] = 90;
  }
  const Photo grey = Adjusted(photo, {.saturation = -100});
  CHECK(std::abs(grey.pixels8.at(3, 3, 0) - grey.pixels8.at(3, 3, 2)) <= 1);
  const auto hue = [](const Photo& of) {
    const Oklab lab = OklabOf(LinearAt(of, 3, 3).data());
    return std::atan2(lab.b, lab.a);
  };
  const Photo vivid = Adjusted(photo, {.saturation = 40});
  CHECK(vivid.pixels8.at(3, 3, 0) - vivid.pixels8.at(3, 3, 2) > 70);
  CHECK(hue(vivid) == doctest::Approx(hue(photo)).epsilon(0.05));
}

TEST_CASE("AdjustTones: alpha stays, the number of threads does not matter") {
  Photo photo = GreyRamp(8, 4);
  for (int x = 0; x < 256; ++x) photo.pixels8.at(x, 5, 3) = 77;
  const Adjustments all{.exposure = 0.4,
                        .warm = 8,
                        .contrast = 20,
                        .shadows = 30,
                        .clarity = 20,
                        .vibrance = 15};
  Photo one = photo;
  AdjustTones(all, ColorConverter(photo), {.threads = 1}, one);
  const Photo two = Adjusted(photo, all);
  CHECK(one.pixels8 == two.pixels8);
  CHECK(one.pixels8.at(40, 5, 3) == 77);
  CHECK(one.pixels8.at(40, 6, 3) == 40);
}

}  // namespace stage::engine
