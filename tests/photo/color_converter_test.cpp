#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "core/photo/icc_profiles.h"
#include "core/photo/photo.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

struct Space {
  const char* name;
  std::vector<uint8_t> profile;
};

std::vector<Space> ColorSpaces() {
  return {{"no profile", {}},
          {"sRGB", SrgbProfile()},
          {"Adobe RGB", GammaProfile(kAdobeRgbPrimaries, 563.0 / 256.0)},
          {"Display P3", SrgbCurveProfile(kDisplayP3Primaries)},
          {"Rec. 2020", SrgbCurveProfile(kRec2020Primaries)},
          {"gamma 1.8", GammaProfile(kSrgbPrimaries, 1.8)}};
}

/// Counts pixels that a trip to linear light and back changes.
int ChangedByRoundTrip(const Photo& photo) {
  const ColorConverter converter(photo);
  Photo back = photo;
  std::vector<float> linear(static_cast<size_t>(photo.width()) * 3);
  for (int y = 0; y < photo.height(); ++y) {
    converter.ToLinear(photo, 0, y, photo.width(), linear.data());
    converter.FromLinear(linear.data(), 0, y, photo.width(), back);
  }
  int changed = 0;
  for (int y = 0; y < photo.height(); ++y) {
    for (int x = 0; x < photo.width(); ++x) {
      for (int c = 0; c < photo.channels(); ++c) {
        changed += photo.is_16_bit()
                       ? photo.pixels16.at(x, y, c) != back.pixels16.at(x, y, c)
                       : photo.pixels8.at(x, y, c) != back.pixels8.at(x, y, c);
      }
    }
  }
  return changed;
}

std::array<float, 3> Linear(const Photo& photo) {
  std::array<float, 3> linear;
  ColorConverter(photo).ToLinear(photo, 0, 0, 1, linear.data());
  return linear;
}

}  // namespace

TEST_CASE("ColorConverter: every 8-bit colour of a cube comes back exactly") {
  for (const Space& space : ColorSpaces()) {
    CAPTURE(space.name);
    Photo photo;
    photo.icc_profile = space.profile;
    // All pairs of red and green with 52 blues, then all greys.
    photo.pixels8 = ImageU8(256 * 52, 257, 3);
    for (int red = 0; red < 256; ++red) {
      for (int x = 0; x < photo.width(); ++x) {
        photo.pixels8.at(x, red, 0) = static_cast<uint8_t>(red);
        photo.pixels8.at(x, red, 1) = static_cast<uint8_t>(x % 256);
        photo.pixels8.at(x, red, 2) = static_cast<uint8_t>(x / 256 * 5);
      }
    }
    for (int x = 0; x < photo.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        photo.pixels8.at(x, 256, c) = static_cast<uint8_t>(x % 256);
      }
    }
    CHECK(ChangedByRoundTrip(photo) == 0);
  }
}

TEST_CASE("ColorConverter: every 16-bit grey of an RGB photo comes back") {
  for (const Space& space : ColorSpaces()) {
    CAPTURE(space.name);
    Photo photo;
    photo.icc_profile = space.profile;
    photo.pixels16 = ImageU16(65536, 1, 3);
    for (int x = 0; x < 65536; ++x) {
      for (int c = 0; c < 3; ++c) {
        photo.pixels16.at(x, 0, c) = static_cast<uint16_t>(x);
      }
    }
    CHECK(ChangedByRoundTrip(photo) == 0);
  }
}

TEST_CASE("ColorConverter: every 16-bit sRGB colour of a sample comes back") {
  Photo photo;
  photo.pixels16 = ImageU16(1000, 100, 3);
  uint64_t state = 1;
  for (size_t i = 0; i < photo.pixels16.size_bytes() / 2; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    photo.pixels16.data()[i] = static_cast<uint16_t>(state >> 48);
  }
  CHECK(ChangedByRoundTrip(photo) == 0);
}

TEST_CASE(
    "ColorConverter: every grey code comes back, with and without alpha") {
  for (const auto& profile : {std::vector<uint8_t>{}, GreyGammaProfile(2.2)}) {
    for (const int channels : {1, 2}) {
      CAPTURE(channels);
      Photo photo8, photo16;
      photo8.icc_profile = photo16.icc_profile = profile;
      photo8.pixels8 = ImageU8(256, 1, channels, 7);
      photo16.pixels16 = ImageU16(65536, 1, channels, 7);
      for (int x = 0; x < 65536; ++x) {
        if (x < 256) photo8.pixels8.at(x, 0) = static_cast<uint8_t>(x);
        photo16.pixels16.at(x, 0) = static_cast<uint16_t>(x);
      }
      CHECK(ChangedByRoundTrip(photo8) == 0);
      CHECK(ChangedByRoundTrip(photo16) == 0);
    }
  }
}

TEST_CASE("ColorConverter: sRGB values follow IEC 61966-2-1") {
  Photo photo;
  photo.pixels8 = ImageU8(1, 1, 3);
  photo.pixels8.at(0, 0, 0) = 255;
  photo.pixels8.at(0, 0, 1) = 188;
  photo.pixels8.at(0, 0, 2) = 10;
  const auto linear = Linear(photo);
  CHECK(linear[0] == doctest::Approx(1.0).epsilon(1e-6));
  CHECK(linear[1] == doctest::Approx(0.50289).epsilon(1e-4));
  CHECK(linear[2] == doctest::Approx(10 / 255.0 / 12.92).epsilon(1e-4));
  photo.icc_profile = SrgbProfile();
  const auto by_profile = Linear(photo);
  for (int c = 0; c < 3; ++c) {
    CHECK(by_profile[c] == doctest::Approx(linear[c]).epsilon(2e-4));
  }
}

TEST_CASE(
    "ColorConverter: wide-gamut green lies outside sRGB, white does not") {
  for (const auto& primaries : {kAdobeRgbPrimaries, kDisplayP3Primaries}) {
    Photo photo;
    photo.icc_profile = SrgbCurveProfile(primaries);
    photo.pixels8 = ImageU8(1, 1, 3);
    photo.pixels8.at(0, 0, 1) = 255;
    const auto green = Linear(photo);
    CHECK(green[0] < -0.1f);
    CHECK(green[1] > 0.99f);
    photo.pixels8 = ImageU8(1, 1, 3, 255);
    for (const float value : Linear(photo)) {
      CHECK(value == doctest::Approx(1.0).epsilon(1e-5));
    }
  }
}

TEST_CASE("ColorConverter: out of range light clips, NaN is black") {
  Photo photo = TestPhoto8(3, 1);
  const ColorConverter converter(photo);
  const float linear[9] = {-1, 2, 1e30f, NAN, INFINITY, -INFINITY, 0, 1, 0.5f};
  converter.FromLinear(linear, 0, 0, 3, photo);
  const std::array<int, 9> expected = {0, 255, 255, 0, 255, 0, 0, 255, 188};
  for (int i = 0; i < 9; ++i) CHECK(photo.pixels8.data()[i] == expected[i]);
}

TEST_CASE("ColorConverter: FromLinear keeps alpha and its neighbours") {
  Photo photo = TestPhoto8(8, 2, 4);
  const Photo before = photo;
  const ColorConverter converter(photo);
  const float white[6] = {1, 1, 1, 1, 1, 1};
  converter.FromLinear(white, 3, 1, 2, photo);
  for (int x = 0; x < 8; ++x) {
    for (int c = 0; c < 4; ++c) {
      const bool written = (x == 3 || x == 4) && c < 3;
      CHECK(photo.pixels8.at(x, 1, c) ==
            (written ? 255 : before.pixels8.at(x, 1, c)));
      CHECK(photo.pixels8.at(x, 0, c) == before.pixels8.at(x, 0, c));
    }
  }
}

TEST_CASE("ColorConverter: a profile of rubbish counts as sRGB") {
  Photo photo = TestPhoto8(4, 1);
  const auto plain = Linear(photo);
  photo.icc_profile = Bytes(200, 0x5a);
  CHECK(Linear(photo) == plain);
}
