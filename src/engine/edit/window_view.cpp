#include "engine/edit/window_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/edit/guided_filter.h"
#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr float kLikeFrame = 11;    // Lab difference
constexpr double kBar = 0.28;       // of a window's height: the shortest bar
constexpr double kLevelBar = 0.45;  // of its width
constexpr float kBlown = 98.7f;     // Lab lightness
constexpr double kGuideEpsilon = 2e-4;
constexpr double kLeastPart = 0.012;  // of a window's box

using Lab = cv::Vec3f;

/// The colour of frame and wall: the median just around the opening.
Lab FrameColor(const cv::Mat& lab, const cv::Rect& box) {
  const int rim = std::max(2, std::min(box.width, box.height) / 25);
  const cv::Rect outer =
      cv::Rect(
          box.x - rim, box.y - rim, box.width + 2 * rim, box.height + 2 * rim) &
      cv::Rect(0, 0, lab.cols, lab.rows);
  std::array<std::vector<float>, 3> values;
  for (int y = outer.y; y < outer.y + outer.height; ++y) {
    for (int x = outer.x; x < outer.x + outer.width; ++x) {
      if (box.contains({x, y})) continue;
      for (int c = 0; c < 3; ++c) {
        values[c].push_back(lab.at<Lab>(y, x)[c]);
      }
    }
  }
  Lab color(90, 0, 0);
  for (int c = 0; c < 3; ++c) {
    if (values[c].empty()) continue;
    const auto middle =
        values[c].begin() + static_cast<long>(values[c].size() / 2);
    std::nth_element(values[c].begin(), middle, values[c].end());
    color[c] = *middle;
  }
  return color;
}

/// The straight bars of a mask: what a line of this length fits into, upright
/// or within 15 degrees of level.
cv::Mat Bars(const cv::Mat& mask) {
  const int upright = std::max(5, static_cast<int>(kBar * mask.rows));
  const int level = std::max(5, static_cast<int>(kLevelBar * mask.cols));
  cv::Mat bars, opened;
  cv::morphologyEx(
      mask, bars, cv::MORPH_OPEN, cv::Mat::ones(upright, 1, CV_8U));
  for (int degrees = -15; degrees <= 15; degrees += 3) {
    const double rise = std::tan(degrees * 3.14159265358979 / 180) * level;
    const int height = static_cast<int>(std::abs(rise)) + 1;
    cv::Mat line(height, level, CV_8U, cv::Scalar(0));
    cv::line(line,
             {0, rise < 0 ? height - 1 : 0},
             {level - 1, rise < 0 ? 0 : height - 1},
             cv::Scalar(1));
    cv::morphologyEx(mask, opened, cv::MORPH_OPEN, line);
    bars |= opened;
  }
  return bars;
}

/// Frames hang together with the rim of the box; bright things outside don't.
cv::Mat FrameWithin(const cv::Mat& lab, const cv::Rect& box, const Lab& frame) {
  cv::Mat like(box.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < box.height; ++y) {
    for (int x = 0; x < box.width; ++x) {
      const Lab& c = lab.at<Lab>(box.y + y, box.x + x);
      // Frames are lit less evenly than they are coloured.
      const double off =
          std::hypot(0.55 * (c[0] - frame[0]),
                     1.3 * std::hypot(c[1] - frame[1], c[2] - frame[2]));
      if (off < kLikeFrame && c[0] < kBlown) like.at<uchar>(y, x) = 255;
    }
  }
  cv::Mat labels;
  cv::connectedComponents(like, labels, 4);
  std::vector<bool> at_rim(static_cast<size_t>(like.total()) + 1, false);
  for (int y = 0; y < box.height; ++y) {
    for (int x = 0; x < box.width; ++x) {
      if (x < 2 || y < 2 || x + 3 > box.width || y + 3 > box.height) {
        at_rim[labels.at<int>(y, x)] = true;
      }
    }
  }
  for (int y = 0; y < box.height; ++y) {
    for (int x = 0; x < box.width; ++x) {
      const int label = labels.at<int>(y, x);
      if (label == 0 || !at_rim[label]) like.at<uchar>(y, x) = 0;
    }
  }
  // Clouds may be as white as frames and touch them, but are no bars.
  cv::Mat bars = Bars(like);
  cv::dilate(bars, bars, cv::Mat::ones(3, 3, CV_8U));
  const int rim = std::max(2, std::min(box.width, box.height) / 20);
  cv::rectangle(bars, {0, 0, box.width, box.height}, cv::Scalar(255), 2 * rim);
  return like & bars;
}

/// Reflections in sills and handles are no view.
void DropSmall(double least_area, cv::Mat& mask) {
  cv::Mat labels, stats, centers;
  cv::connectedComponentsWithStats(mask, labels, stats, centers, 4);
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (stats.at<int>(label, cv::CC_STAT_AREA) < least_area) {
        mask.at<uchar>(y, x) = 0;
      }
    }
  }
}

}  // namespace

WindowView::WindowView(const ImageU8& srgb,
                       const ImageF& linear,
                       const std::vector<cv::Rect>& windows) {
  const cv::Mat picture(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data()));
  const cv::Mat lab = LabOf(picture);
  mask_ = cv::Mat(lab.size(), CV_8U, cv::Scalar(0));
  blown_ = mask_.clone();
  double area = 0;
  for (const cv::Rect& window : windows) {
    const cv::Rect box = window & cv::Rect(0, 0, lab.cols, lab.rows);
    if (box.area() < 100) continue;
    area += box.area();
    cv::Mat view = ~FrameWithin(lab, box, FrameColor(lab, box));
    cv::morphologyEx(view, view, cv::MORPH_OPEN, cv::Mat::ones(3, 3, CV_8U));
    DropSmall(kLeastPart * box.area(), view);
    mask_(box) |= view;
  }
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (mask_.at<uchar>(y, x) && lab.at<Lab>(y, x)[0] > kBlown) {
        blown_.at<uchar>(y, x) = 255;
      }
    }
  }
  share_ = area > 0 ? cv::countNonZero(mask_) / area : 0;

  cv::Mat guide, hard, support8, support;
  cv::Mat(linear.height(),
          linear.width(),
          CV_32FC3,
          const_cast<float*>(linear.data()))
      .copyTo(guide);
  cv::sqrt(cv::max(guide, 0), guide);
  mask_.convertTo(hard, CV_32F, 1 / 255.0);
  cv::dilate(mask_, support8, cv::Mat::ones(3, 3, CV_8U), {-1, -1}, 2);
  support8.convertTo(support, CV_32F, 1 / 255.0);
  const int radius = std::max(2, std::max(lab.rows, lab.cols) / 300);
  const cv::Mat guided =
      FitGuidedModel(guide, hard, radius, kGuideEpsilon).Packed();
  cv::merge(std::array<cv::Mat, 2>{support, guided}.data(), 2, map_);
}

float WindowView::Row::At(int x, const float* rgb) const {
  const float* map = map_.At(x);
  if (map[0] <= 0) return 0;
  float share = map[1];
  for (int c = 0; c < 3; ++c) {
    share += map[2 + c] * std::sqrt(std::max(0.0f, rgb[c]));
  }
  return std::clamp((share - 0.08f) / 0.84f, 0.0f, 1.0f) * map[0];
}

}  // namespace stage::engine
