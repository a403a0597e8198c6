#include "engine/edit/sky_model.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

Eigen::Vector3d Direction(double elevation_degrees, double azimuth_degrees) {
  const double e = elevation_degrees * 3.14159265358979 / 180;
  const double a = azimuth_degrees * 3.14159265358979 / 180;
  return {std::cos(e) * std::sin(a), std::sin(e), -std::cos(e) * std::cos(a)};
}

double Luminance(const cv::Vec3f& c) {
  return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

}  // namespace

TEST_CASE("SkyModel: a clear sky is blue and brighter towards the horizon") {
  const SkyModel sky(SkyKind::kClear, 1);
  const cv::Vec3f high = sky.Radiance(Direction(60, 0));
  const cv::Vec3f low = sky.Radiance(Direction(4, 0));
  CHECK(high[2] > 1.8 * high[0]);
  CHECK(Luminance(low) > 1.3 * Luminance(high));
  CHECK(low[2] / low[0] < high[2] / high[0]);
}

TEST_CASE("SkyModel: dusk is warm below and blue above, night darker still") {
  const SkyModel dusk(SkyKind::kDusk, 1), night(SkyKind::kBlue, 1);
  const cv::Vec3f low = dusk.Radiance(Direction(1, 0));
  const cv::Vec3f high = dusk.Radiance(Direction(50, 0));
  CHECK(low[0] > 1.3 * low[2]);
  CHECK(high[2] > 1.5 * high[0]);
  CHECK(Luminance(night.Radiance(Direction(30, 0))) <
        Luminance(dusk.Radiance(Direction(30, 0))));
}

TEST_CASE("SkyModel: colours begin at the horizon it is given") {
  const SkyModel plain(SkyKind::kDusk, 1), lifted(SkyKind::kDusk, 1, 20);
  CHECK(lifted.Radiance(Direction(22, 0))[0] >
        1.5 * plain.Radiance(Direction(22, 0))[0]);
}

TEST_CASE("SkyModel: clouds differ by seed and are without seams") {
  const SkyModel one(SkyKind::kCloudy, 1), two(SkyKind::kCloudy, 2);
  double apart = 0, steepest = 0;
  for (double azimuth = -40; azimuth < 40; azimuth += 0.05) {
    const cv::Vec3f here = one.Radiance(Direction(20, azimuth));
    const cv::Vec3f next = one.Radiance(Direction(20, azimuth + 0.05));
    apart =
        std::max(apart, cv::norm(here - two.Radiance(Direction(20, azimuth))));
    steepest = std::max(steepest, cv::norm(here - next));
    for (int c = 0; c < 3; ++c) CHECK((here[c] >= 0 && here[c] <= 1));
  }
  CHECK(apart > 0.1);
  CHECK(steepest < 0.05);
}

}  // namespace stage::engine
