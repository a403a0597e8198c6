#include "engine/scene/floor_gloss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

/// Luminance of linear light, 0..1.
cv::Mat Luminance(const cv::Mat& rgb) {
  cv::Mat linear(rgb.size(), CV_32F);
  std::array<float, 256> table;
  for (int i = 0; i < 256; ++i) {
    table[i] = static_cast<float>(std::pow(i / 255.0, 2.2));
  }
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const cv::Vec3b& c = rgb.at<cv::Vec3b>(y, x);
      linear.at<float>(y, x) =
          0.2126f * table[c[0]] + 0.7152f * table[c[1]] + 0.0722f * table[c[2]];
    }
  }
  return linear;
}

/// For each pixel the pixel seen in the floor's mirror there, and the mirror's
/// weight by Schlick's law for f0 = 0; -1 where there is none.
struct MirrorMap {
  cv::Mat map;      ///< CV_32FC2
  cv::Mat grazing;  ///< CV_32F, (1 - cos)^5
  cv::Mat valid;    ///< CV_8U
};

MirrorMap MakeMirror(const Camera& camera,
                     const cv::Mat& floor,
                     const std::vector<BoundaryRun>& runs,
                     double height) {
  MirrorMap mirror{cv::Mat(floor.size(), CV_32FC2, cv::Scalar(-1, -1)),
                   cv::Mat::zeros(floor.size(), CV_32F),
                   cv::Mat::zeros(floor.size(), CV_8U)};
  for (int y = 0; y < floor.rows; ++y) {
    for (int x = 0; x < floor.cols; ++x) {
      if (!floor.at<uchar>(y, x)) continue;
      const Eigen::Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      if (ray.y() > -0.02) continue;
      const double azimuth = std::atan2(ray.x(), -ray.z());
      const auto run =
          std::find_if(runs.begin(), runs.end() - 1, [&](const BoundaryRun& r) {
            return azimuth < r.to;
          });
      const double wall = run->Distance(azimuth);
      const double slope = -ray.y() / std::hypot(ray.x(), ray.z());
      const double up = (wall - 1 / slope) * slope;
      if (!(up > 0.02) || up > height || !std::isfinite(wall)) continue;
      const auto pixel = camera.Project(
          {wall * std::sin(azimuth), up, -wall * std::cos(azimuth)});
      if (!pixel || pixel->x() < 1 || pixel->y() < 1 ||
          pixel->x() > floor.cols - 1 || pixel->y() > floor.rows - 1) {
        continue;
      }
      mirror.map.at<cv::Vec2f>(y, x) = {static_cast<float>(pixel->x() - 0.5),
                                        static_cast<float>(pixel->y() - 0.5)};
      mirror.grazing.at<float>(y, x) =
          static_cast<float>(std::pow(1 + ray.y(), 5));
      mirror.valid.at<uchar>(y, x) = 1;
    }
  }
  return mirror;
}

/// Takes the local mean over valid pixels out.
cv::Mat Detrended(const cv::Mat& values, const cv::Mat& valid, int size) {
  cv::Mat weight, sum, count;
  valid.convertTo(weight, CV_32F);
  cv::blur(values.mul(weight), sum, {size, size});
  cv::blur(weight, count, {size, size});
  return (values - sum / cv::max(count, 1e-3)).mul(weight);
}

struct Relation {
  double slope = 0, correlation = 0;
};

Relation Relate(const cv::Mat& floor, const cv::Mat& mirror) {
  const double both = floor.dot(mirror);
  const double floor_2 = floor.dot(floor), mirror_2 = mirror.dot(mirror);
  if (floor_2 <= 0 || mirror_2 <= 0) return {};
  return {both / mirror_2, both / std::sqrt(floor_2 * mirror_2)};
}

}  // namespace

FloorGloss MeasureGloss(const Camera& half_camera,
                        const cv::Mat& half_rgb,
                        const cv::Mat& half_floor,
                        const std::vector<BoundaryRun>& runs,
                        double height) {
  FloorGloss gloss;
  if (runs.empty()) return gloss;
  const MirrorMap mirror = MakeMirror(half_camera, half_floor, runs, height);
  const int pixels = cv::countNonZero(mirror.valid);
  if (pixels < 400) return gloss;
  cv::Mat light = Luminance(half_rgb);
  cv::GaussianBlur(light, light, {0, 0}, 1.5);
  const int size = std::max(half_rgb.cols, half_rgb.rows) / 12 * 2 + 1;
  const cv::Mat floor = Detrended(light, mirror.valid, size);

  constexpr double kLeast = 0.4;  // correlation below which it is chance
  struct Blur {
    double sigma, roughness;  // pixels of the half-size picture
  };
  // A still softer image could not be told from daylight falling off.
  constexpr std::array<Blur, 3> kBlurs = {{{1.5, 0.08}, {4, 0.16}, {8, 0.26}}};
  Relation best;
  for (const Blur& blur : kBlurs) {
    cv::Mat soft, seen;
    cv::GaussianBlur(light, soft, {0, 0}, blur.sigma);
    cv::remap(soft, seen, mirror.map, cv::noArray(), cv::INTER_LINEAR);
    const Relation relation =
        Relate(floor, Detrended(seen, mirror.valid, size));
    if (relation.correlation <= best.correlation) continue;
    best = relation;
    gloss.roughness = blur.roughness;
  }
  gloss.correlation = best.correlation;
  if (best.correlation < kLeast || best.slope <= 0.004) {
    gloss.roughness = 0.3;
    return gloss;
  }
  // slope = f0 + (1 - f0) (1 - cos)^5, averaged over the floor seen.
  const double grazing = cv::sum(mirror.grazing)[0] / pixels;
  const double f0 = (best.slope - grazing) / (1 - grazing);
  // Windows are clipped in the photo, so the slope says too much; varnish,
  // stone and glaze all lie near 0.04.
  gloss.f0 = std::clamp(f0, 0.015, 0.05);
  return gloss;
}

}  // namespace stage::engine
