#include "engine/scene/scene_confidence.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

/// Part of the picture's top fifth that has the blue of a sky.
double SkyShare(const cv::Mat& lab) {
  const int rows = std::max(1, lab.rows / 5);
  int blue = 0, all = 0;
  for (int y = 0; y < rows; y += 2) {
    for (int x = 0; x < lab.cols; x += 2) {
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      blue += c[2] < -12 && c[0] > 25;
      ++all;
    }
  }
  return all > 0 ? static_cast<double>(blue) / all : 0;
}

}  // namespace

SceneDoubts CollectDoubts(double camera_score,
                          const BoxFit& box,
                          const std::vector<BoundaryRun>& runs,
                          const cv::Mat& half_lab,
                          const cv::Mat& likelihood,
                          const cv::Mat& half_floor) {
  SceneDoubts doubts;
  doubts.camera = std::clamp(camera_score, 0.0, 1.0);
  doubts.box = box.score;
  double width = 0;
  for (const BoundaryRun& run : runs) {
    if (run.along == Axis::kNone) continue;
    doubts.boundary += run.support * (run.to - run.from);
    width += run.to - run.from;
  }
  if (width > 0) doubts.boundary /= width;
  const double floor = cv::countNonZero(half_floor);
  doubts.floor = floor / static_cast<double>(half_floor.total());
  if (floor > 0 && doubts.floor < 1) {
    doubts.contrast = cv::mean(likelihood, half_floor)[0] -
                      cv::mean(likelihood, ~half_floor)[0];
  }
  doubts.sky = SkyShare(half_lab);
  return doubts;
}

double ConfidenceOf(const SceneDoubts& d) {
  const auto ramp = [](double value, double low, double high) {
    return std::clamp((value - low) / (high - low), 0.0, 1.0);
  };
  return ramp(d.box, 0.2, 1.3) * 0.5 + ramp(d.boundary, 0.1, 0.8) * 0.25 +
         ramp(d.contrast, 0.2, 2.0) * 0.25;
}

SceneTrust TrustOf(const SceneDoubts& d) {
  if (d.sky > 0.25) return SceneTrust::kNone;  // out of doors
  if (d.floor < 0.03) return SceneTrust::kNone;
  const double confidence = ConfidenceOf(d);
  return confidence >= 0.5    ? SceneTrust::kRoom
         : confidence >= 0.35 ? SceneTrust::kFloorOnly
                              : SceneTrust::kNone;
}

}  // namespace stage::engine
