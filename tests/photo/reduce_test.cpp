#include <doctest/doctest.h>

#include "core/photo/photo.h"
#include "core/photo/resize.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

TEST_CASE("ReadLinear: averages light, not display values") {
  Photo photo;
  photo.pixels8 = ImageU8(64, 32, 3);
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 64; ++x) {
      for (int c = 0; c < 3; ++c) photo.pixels8.at(x, y, c) = (x + y) % 2 * 255;
    }
  }
  const ColorConverter converter(photo);
  const ImageF reduced = ReadLinear(photo, converter, 16);
  REQUIRE(reduced.width() == 16);
  REQUIRE(reduced.height() == 8);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 16; ++x) {
      CHECK(reduced.at(x, y, 1) == doctest::Approx(0.5).epsilon(1e-5));
    }
  }
  const ImageU8 display = ReadSrgb8(photo, converter, 16);
  CHECK(display.at(3, 3, 0) == 188);
}

TEST_CASE("ReadLinear: keeps the mean light at any ratio") {
  const Photo photo = TestPhoto8(401, 299);
  const ColorConverter converter(photo);
  const auto mean = [](const ImageF& image) {
    double sum = 0;
    for (size_t i = 0; i < image.size_bytes() / sizeof(float); ++i) {
      sum += image.data()[i];
    }
    return sum / (image.size_bytes() / sizeof(float));
  };
  const double whole = mean(ReadLinear(photo, converter, 401));
  for (const int long_edge : {400, 333, 200, 97, 10, 1}) {
    CAPTURE(long_edge);
    CHECK(mean(ReadLinear(photo, converter, long_edge)) ==
          doctest::Approx(whole).epsilon(1e-4));
  }
}

TEST_CASE("ReadLinear: never enlarges, and widens grey to three channels") {
  const Photo photo = TestPhoto8(40, 30, 1);
  const ColorConverter converter(photo);
  const ImageF linear = ReadLinear(photo, converter, 4000);
  REQUIRE(linear.width() == 40);
  REQUIRE(linear.channels() == 3);
  CHECK(linear.at(20, 20, 0) == linear.at(20, 20, 2));
}

TEST_CASE("ReadSrgb8: at full size an sRGB photo is itself") {
  const Photo photo = TestPhoto8(120, 80);
  CHECK(ReadSrgb8(photo, ColorConverter(photo), 120) == photo.pixels8);
}

TEST_CASE("ReadSrgb8: rows made by several threads equal those made by one") {
  const Photo large = TestPhoto8(1200, 900);  // large enough for threads
  Photo strip;
  strip.pixels8 = ImageU8(1200, 90, 3);
  std::copy_n(large.pixels8.row(450), 1200 * 90 * 3, strip.pixels8.data());
  const ImageU8 whole = ReadSrgb8(large, ColorConverter(large), 120);
  const ImageU8 part = ReadSrgb8(strip, ColorConverter(strip), 120);
  for (int y = 0; y < part.height(); ++y) {
    for (int x = 0; x < 120; ++x) {
      CHECK(part.at(x, y, 0) == whole.at(x, y + 45, 0));
    }
  }
}

TEST_CASE("DownscalePhoto: flat areas stay exact, edges do not ring") {
  Photo photo;
  photo.pixels8 = ImageU8(300, 200, 3, 40);
  for (int y = 0; y < 200; ++y) {
    for (int x = 150; x < 300; ++x) {
      for (int c = 0; c < 3; ++c) photo.pixels8.at(x, y, c) = 230;
    }
  }
  const Photo small = DownscalePhoto(photo, ColorConverter(photo), 71, 47);
  for (int y = 0; y < 47; ++y) {
    CHECK(small.pixels8.at(5, y, 0) == 40);
    CHECK(small.pixels8.at(65, y, 0) == 230);
    for (int x = 0; x < 71; ++x) {
      CHECK(small.pixels8.at(x, y, 1) >= 40);
      CHECK(small.pixels8.at(x, y, 1) <= 230);
    }
  }
}

TEST_CASE("DownscalePhoto: hidden colours do not bleed into what is seen") {
  Photo photo;
  photo.pixels8 = ImageU8(100, 100, 4, 0);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 100; ++x) {
      const bool seen = x < 50;
      photo.pixels8.at(x, y, seen ? 1 : 0) = 255;  // green seen, red hidden
      photo.pixels8.at(x, y, 3) = seen ? 255 : 0;
    }
  }
  const Photo small = DownscalePhoto(photo, ColorConverter(photo), 33, 33);
  for (int x = 0; x < 33; ++x) {
    if (small.pixels8.at(x, 16, 3) > 0) {
      CHECK(small.pixels8.at(x, 16, 0) == 0);
    }
  }
}

TEST_CASE("FitLongEdge: keeps the shape and never enlarges") {
  CHECK(FitLongEdge(6000, 4000, 2048).width == 2048);
  CHECK(FitLongEdge(6000, 4000, 2048).height == 1365);
  CHECK(FitLongEdge(4000, 6000, 3000).height == 3000);
  CHECK(FitLongEdge(800, 600, 2048).width == 800);
  CHECK(FitLongEdge(10000, 2, 100).height == 1);
}
