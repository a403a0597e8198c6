#include "engine/edit/white_balance.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

const cv::Matx33d kBradford(
    0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296);
const cv::Matx33d kXyzFromRgb(0.4123908,
                              0.3575843,
                              0.1804808,
                              0.2126390,
                              0.7151687,
                              0.0721923,
                              0.0193308,
                              0.1191948,
                              0.9505322);
const cv::Vec2d kD65(0.3127, 0.3290);
constexpr double kD65Mired = 1e6 / 6504;
constexpr double kTintDuv = 0.0002;  // of one unit

cv::Vec3d Xyz(const cv::Vec2d& xy) {
  return {xy[0] / xy[1], 1, (1 - xy[0] - xy[1]) / xy[1]};
}

cv::Vec2d PlanckianXy(double kelvin) {
  const double t = 1000 / std::clamp(kelvin, 1667.0, 25000.0);
  const double x =
      kelvin < 4000
          ? ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910
          : ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390;
  double y = 0;
  if (kelvin < 2222) {
    y = ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683;
  } else if (kelvin < 4000) {
    y = ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867;
  } else {
    y = ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483;
  }
  return {x, y};
}

cv::Vec2d UvOf(const cv::Vec2d& xy) {
  const double d = -2 * xy[0] + 12 * xy[1] + 3;
  return {4 * xy[0] / d, 6 * xy[1] / d};
}

cv::Vec2d XyOf(const cv::Vec2d& uv) {
  const double d = 2 * uv[0] - 8 * uv[1] + 4;
  return {3 * uv[0] / d, 2 * uv[1] / d};
}

}  // namespace

cv::Vec2d Chromaticity(double kelvin, double duv) {
  const cv::Vec2d here = UvOf(PlanckianXy(kelvin));
  if (duv == 0) return XyOf(here);
  const cv::Vec2d hotter = UvOf(PlanckianXy(kelvin * 1.01));
  cv::Vec2d across(here[1] - hotter[1], hotter[0] - here[0]);
  if (across[1] < 0) across = -across;  // greenish is up in v
  return XyOf(here + across * (duv / cv::norm(across)));
}

cv::Matx33d AdaptationMatrix(const cv::Vec2d& from, const cv::Vec2d& to) {
  const cv::Vec3d cone_from = kBradford * Xyz(from);
  const cv::Vec3d cone_to = kBradford * Xyz(to);
  const cv::Matx33d scale =
      cv::Matx33d::diag(cv::Vec3d(cone_to[0] / cone_from[0],
                                  cone_to[1] / cone_from[1],
                                  cone_to[2] / cone_from[2]));
  return kXyzFromRgb.inv() * kBradford.inv() * scale * kBradford * kXyzFromRgb;
}

cv::Matx33f WhiteBalanceMatrix(double warm, double tint) {
  // Measured from the locus' own point, so that no change is none at all.
  const cv::Vec2d neutral = Chromaticity(1e6 / kD65Mired, 0);
  const cv::Vec2d moved =
      Chromaticity(1e6 / (kD65Mired + warm), -tint * kTintDuv);
  return AdaptationMatrix(kD65, kD65 + moved - neutral);
}

}  // namespace stage::engine
