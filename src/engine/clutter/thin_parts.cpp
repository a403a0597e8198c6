#include "engine/clutter/thin_parts.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr double kWidth = 0.031;  // of the long side: thin parts have less
// Lab, and in multiples of what grain does on the surface.
constexpr float kLeastStep = 9, kGrains = 5;
constexpr float kStrangeHue = 12;  ///< a* b*
constexpr double kReach = 0.17;    // of the long side
constexpr int kTouch = 5;          ///< pixels

/// The middle size of these steps on a surface.
float GrainOf(const cv::Mat& steps, const cv::Mat& surface) {
  std::vector<float> values;
  for (int y = 0; y < steps.rows; ++y) {
    for (int x = 0; x < steps.cols; ++x) {
      if (surface.at<uchar>(y, x)) values.push_back(steps.at<float>(y, x));
    }
  }
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

cv::Mat ThinParts(const cv::Mat& rgb, const EvenSurfaces& surfaces) {
  const int side = std::max(rgb.cols, rgb.rows);
  cv::Mat without;
  cv::medianBlur(rgb, without, static_cast<int>(kWidth * side) | 1);
  const cv::Mat lab = LabOf(rgb), around = LabOf(without);
  cv::Mat steps(rgb.size(), CV_32F), joints(rgb.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const cv::Vec3f step =
          lab.at<cv::Vec3f>(y, x) - around.at<cv::Vec3f>(y, x);
      steps.at<float>(y, x) = static_cast<float>(cv::norm(step));
      if (step[0] < 0 && std::hypot(step[1], step[2]) < kStrangeHue) {
        joints.at<uchar>(y, x) = 255;
      }
    }
  }
  const cv::Mat floor = surfaces.kind == EvenSurfaces::kFloor;
  const cv::Mat walls = surfaces.kind == EvenSurfaces::kWalls;
  const auto most = [&](const cv::Mat& surface) {
    return std::max(kLeastStep, kGrains * GrainOf(steps, surface));
  };
  cv::Mat thin = (floor & (steps > most(floor)) & ~joints) |
                 (~floor & (steps > most(walls)));
  thin &= ~surfaces.lines;
  cv::morphologyEx(thin, thin, cv::MORPH_CLOSE, cv::Mat::ones(3, 3, CV_8U));
  return thin;
}

void AttachThinParts(const cv::Mat& thin, cv::Mat& mask) {
  const int reach = static_cast<int>(kReach * std::max(mask.cols, mask.rows));
  cv::Mat close, large, large_boxes, centers, labels, boxes;
  cv::dilate(mask, close, cv::Mat::ones(2 * kTouch + 1, 2 * kTouch + 1, CV_8U));
  cv::connectedComponentsWithStats(close, large, large_boxes, centers, 8);
  const cv::Mat rest = thin & ~mask;
  const int count =
      cv::connectedComponentsWithStats(rest, labels, boxes, centers, 8);
  const auto box_of = [](const cv::Mat& stats, int part) {
    return cv::Rect(stats.at<int>(part, cv::CC_STAT_LEFT),
                    stats.at<int>(part, cv::CC_STAT_TOP),
                    stats.at<int>(part, cv::CC_STAT_WIDTH),
                    stats.at<int>(part, cv::CC_STAT_HEIGHT));
  };
  std::vector<char> joins(static_cast<size_t>(count), 0);
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      const int part = labels.at<int>(y, x), beside = large.at<int>(y, x);
      if (part == 0 || beside == 0) continue;
      cv::Rect near = box_of(large_boxes, beside);
      near -= cv::Point(reach, reach);
      near += cv::Size(2 * reach, 2 * reach);
      const cv::Rect box = box_of(boxes, part);
      if ((near & box) == box) joins[static_cast<size_t>(part)] = 1;
    }
  }
  cv::Mat joined(mask.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      const int part = labels.at<int>(y, x);
      if (part != 0 && joins[static_cast<size_t>(part)]) {
        joined.at<uchar>(y, x) = 255;
      }
    }
  }
  mask |= joined;
  // What joins need not touch.
  cv::Mat closed;
  cv::morphologyEx(mask,
                   closed,
                   cv::MORPH_CLOSE,
                   cv::Mat::ones(2 * kTouch + 1, 2 * kTouch + 1, CV_8U));
  cv::Mat joint;
  cv::dilate(
      joined, joint, cv::Mat::ones(2 * kTouch + 1, 2 * kTouch + 1, CV_8U));
  mask |= closed & joint;
}

}  // namespace stage::engine
