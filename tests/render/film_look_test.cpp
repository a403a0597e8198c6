#include "engine/render/film_look.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <random>

namespace stage::engine {
namespace {

constexpr int kWidth = 480, kHeight = 360;

// A 16-bit photo of display values 0..1.
Photo PhotoOf(const std::function<float(int, int)>& value) {
  Photo photo;
  photo.pixels16 = Image<uint16_t>(kWidth, kHeight, 3);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const float v = std::clamp(value(x, y), 0.0f, 1.0f);
      for (int c = 0; c < 3; ++c) {
        photo.pixels16.at(x, y, c) = static_cast<uint16_t>(v * 65535 + 0.5f);
      }
    }
  }
  return photo;
}

FilmLook LookOf(const Photo& photo) {
  return MeasureFilmLook(photo, ColorConverter(photo));
}

TEST_CASE("FilmLook: a smooth photo has no grain") {
  const Photo photo =
      PhotoOf([](int x, int y) { return 0.3f + 0.0005f * x + 0.0003f * y; });
  CHECK(LookOf(photo).grain < 5e-4f);
}

TEST_CASE("FilmLook: grain is measured as strong as it is") {
  for (const float deviation : {0.004f, 0.01f}) {
    std::mt19937 random(5);
    std::normal_distribution<float> noise(0, deviation);
    const Photo photo = PhotoOf([&](int, int) { return 0.5f + noise(random); });
    const FilmLook look = LookOf(photo);
    CHECK(look.grain == doctest::Approx(deviation).epsilon(0.2));
    CHECK(look.grain_correlation < 0.25f);
  }
}

// Leaves and brick all over, but for a share of the picture.
Photo TexturedPhoto(float flat_share, float deviation) {
  auto random = std::make_shared<std::mt19937>(5);
  return PhotoOf([=](int x, int) {
    std::normal_distribution<float> noise(0, deviation);
    std::uniform_real_distribution<float> texture(0.25f, 0.75f);
    const bool flat = static_cast<float>(x) < flat_share * kWidth;
    return flat ? 0.5f + noise(*random) : texture(*random);
  });
}

TEST_CASE("FilmLook: texture is no grain") {
  CHECK(LookOf(TexturedPhoto(0.25f, 0.004f)).grain ==
        doctest::Approx(0.004f).epsilon(0.25));
  CHECK(LookOf(TexturedPhoto(0, 0.004f)).grain < 0.006f);
}

TEST_CASE("FilmLook: the blur of edges is measured in pixels") {
  for (const double sigma : {1.0, 2.0}) {
    cv::Mat picture(kHeight, kWidth, CV_32F);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        picture.at<float>(y, x) = (x / 37 + y / 41) % 2 ? 0.85f : 0.15f;
      }
    }
    cv::GaussianBlur(picture, picture, cv::Size(0, 0), sigma);
    const Photo photo =
        PhotoOf([&](int x, int y) { return picture.at<float>(y, x); });
    CHECK(LookOf(photo).blur_px == doctest::Approx(sigma).epsilon(0.25));
  }
}

TEST_CASE("GrainAt: deviation one, and neighbours as alike as asked") {
  for (const float correlation : {0.0f, 0.3f}) {
    double sum = 0, square = 0, lagged = 0;
    constexpr int kSide = 300;
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const double g = GrainAt(x, y, correlation);
        sum += g;
        square += g * g;
        lagged += g * GrainAt(x + 1, y, correlation);
      }
    }
    constexpr double kCount = kSide * kSide;
    CHECK(std::fabs(sum / kCount) < 0.02);
    CHECK(square / kCount == doctest::Approx(1).epsilon(0.03));
    CHECK(lagged / square ==
          doctest::Approx(correlation).epsilon(0.1).scale(1));
  }
}

}  // namespace
}  // namespace stage::engine
