#include "engine/scene/seen_floor.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/mat_view.h"
#include "engine/scene/quantile.h"

namespace stage::engine {
namespace {

constexpr float kMostEvidence = 1.5f;  // as colours' own

/// +1, -1 or 0, times how far past guessing the network is.
float Evidence(SeenSurface surface, float certainty) {
  constexpr float kGuess = 0.3f, kSure = 0.7f;
  const float weight =
      std::clamp((certainty - kGuess) / (kSure - kGuess), 0.0f, 1.0f);
  switch (surface) {
    case SeenSurface::kFloor:
      return weight;
    case SeenSurface::kWall:
    case SeenSurface::kCeiling:
    case SeenSurface::kWindow:
    case SeenSurface::kDoor:
      return -weight;
    case SeenSurface::kUnknown:
    case SeenSurface::kThing:
      break;
  }
  return 0;
}

}  // namespace

cv::Mat SeenFloor(const SeenRoom& seen, const cv::Size& size) {
  if (seen.surface.empty()) return {};
  cv::Mat evidence(seen.surface.height(), seen.surface.width(), CV_32F);
  for (int y = 0; y < evidence.rows; ++y) {
    for (int x = 0; x < evidence.cols; ++x) {
      evidence.at<float>(y, x) =
          kMostEvidence *
          Evidence(seen.surface.at(x, y), seen.certainty.at(x, y));
    }
  }
  cv::resize(evidence, evidence, size, 0, 0, cv::INTER_AREA);
  return evidence;
}

cv::Mat SeenThings(const SeenRoom& seen, const cv::Size& size) {
  if (seen.surface.empty()) return {};
  ImageU8 things(seen.surface.width(), seen.surface.height(), 1);
  for (int y = 0; y < things.height(); ++y) {
    for (int x = 0; x < things.width(); ++x) {
      const bool is_thing = seen.surface.at(x, y) == SeenSurface::kThing &&
                            seen.certainty.at(x, y) >= 0.5f;
      things.at(x, y) = is_thing ? 255 : 0;
    }
  }
  cv::Mat mask;
  cv::resize(MatOf(things), mask, size, 0, 0, cv::INTER_AREA);
  return mask >= 128;
}

std::optional<double> SeenCameraHeight(const SeenRoom& seen,
                                       const Camera& camera,
                                       const cv::Mat& floor) {
  if (seen.distance.empty()) return std::nullopt;
  cv::Mat distance;
  cv::resize(
      MatOf(seen.distance), distance, floor.size(), 0, 0, cv::INTER_LINEAR);
  // Near the horizon a pixel's error is metres, at a wall's foot both mix.
  constexpr double kSteep = 0.1;
  cv::Mat inner;
  cv::erode(floor, inner, cv::Mat::ones(7, 7, CV_8U));
  const Eigen::Vector3d forward = camera.world_to_camera.row(2);
  std::vector<double> heights;
  for (int y = 0; y < inner.rows; y += 3) {
    for (int x = 0; x < inner.cols; x += 3) {
      if (!inner.at<uchar>(y, x)) continue;
      const Eigen::Vector3d ray = camera.Ray({x + 0.5, y + 0.5});
      if (ray.y() > -kSteep) continue;
      heights.push_back(-ray.y() / ray.dot(forward) * distance.at<float>(y, x));
    }
  }
  constexpr size_t kEnough = 200;
  constexpr double kFlat = 1.35, kLowestM = 0.3, kHighestM = 4;
  if (heights.size() < kEnough) return std::nullopt;
  const double low = Quantile(heights, 0.2), high = Quantile(heights, 0.8);
  const double median = Quantile(heights, 0.5);
  if (!(median > kLowestM && median < kHighestM) || high > kFlat * low) {
    return std::nullopt;
  }
  return median;
}

}  // namespace stage::engine
