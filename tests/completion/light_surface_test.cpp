#include "engine/completion/light_surface.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

struct Wall {
  cv::Mat log_tone{cv::Size(100, 80), CV_32FC3};
  std::vector<cv::Point> pixels;

  template <typename Light>
  explicit Wall(const Light& light) {
    for (int y = 0; y < log_tone.rows; ++y) {
      for (int x = 0; x < log_tone.cols; ++x) {
        log_tone.at<cv::Vec3f>(y, x) = cv::Vec3f::all(light(x, y));
        pixels.emplace_back(x, y);
      }
    }
  }
};

float Gradient(int x, int y) {
  return -0.3f - 0.004f * static_cast<float>(x) +
         0.00002f * static_cast<float>(y * y);
}

TEST_CASE("LightSurface: shade on a part of it does not count") {
  const Wall wall([](int x, int y) {
    return Gradient(x, y) - (x > 75 && y > 30 ? 0.4f : 0.f);
  });
  const auto light = LightSurface::Fit(wall.log_tone, wall.pixels);
  REQUIRE(light);
  CHECK(light->At({20, 20})[0] ==
        doctest::Approx(Gradient(20, 20)).epsilon(0.05));
  CHECK(std::abs(light->At({90, 60})[1] - Gradient(90, 60)) < 0.05);
  CHECK(light->spread() < 0.01);
}

TEST_CASE("LightSurface: too few pixels tell no light") {
  const Wall wall(Gradient);
  CHECK_FALSE(LightSurface::Fit(wall.log_tone, {{1, 1}, {2, 2}, {5, 9}}));
}

}  // namespace
}  // namespace stage::engine
