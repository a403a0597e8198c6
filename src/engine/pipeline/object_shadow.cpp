#include "engine/pipeline/object_shadow.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/mat_view.h"

namespace stage::engine {
namespace {

constexpr int kWorkLongEdgePx = 1000;
constexpr float kEdge = 0.035f;     // of display values, from pixel to pixel
constexpr float kUnlike = 0.16f;    // from what is at the foot
constexpr double kReach = 1.3;      // of the object's size
constexpr double kFootShare = 0.3;  // of its height
constexpr int kJoint = 4;           // pixels that joints and grain are wide

float Difference(const cv::Vec3f& a, const cv::Vec3f& b) {
  float most = 0;
  for (int c = 0; c < 3; ++c) most = std::max(most, std::abs(a[c] - b[c]));
  return most;
}

/// Pixels of the surface around the contact, else beside the lowest part of
/// what is covered.
std::vector<cv::Point> FootOf(const cv::Mat& contact,
                              const cv::Mat& covered,
                              const cv::Rect& box) {
  cv::Mat around = cv::Mat::zeros(covered.size(), CV_8U);
  if (cv::countNonZero(contact) > 0) {
    cv::dilate(contact, around, cv::Mat::ones(7, 7, CV_8U));
  } else {
    const int from = box.y + static_cast<int>((1 - kFootShare) * box.height);
    cv::dilate(covered, around, cv::Mat::ones(5, 5, CV_8U));
    around.rowRange(0, std::clamp(from, 0, covered.rows)).setTo(0);
  }
  std::vector<cv::Point> foot;
  cv::findNonZero(around & ~covered, foot);
  return foot;
}

cv::Vec3f MeanAt(const cv::Mat& colors, const std::vector<cv::Point>& points) {
  cv::Vec3f sum(0, 0, 0);
  for (const cv::Point& p : points) sum += colors.at<cv::Vec3f>(p);
  return sum * (1.0f / static_cast<float>(points.size()));
}

/// What can be reached from the foot without crossing an edge. Beyond a thin
/// line that looks the same on both sides, such as a joint, it goes on.
cv::Mat Surface(const cv::Mat& colors, std::vector<cv::Point> reached) {
  const cv::Vec3f mean = MeanAt(colors, reached);
  cv::Mat surface(colors.size(), CV_8U, cv::Scalar(0));
  for (const cv::Point& p : reached) surface.at<uchar>(p) = 255;
  const cv::Rect all(0, 0, colors.cols, colors.rows);
  const auto spread = [&](const cv::Point& from, const cv::Point& to) {
    if (!all.contains(to) || surface.at<uchar>(to)) return;
    const cv::Vec3f& color = colors.at<cv::Vec3f>(to);
    if (Difference(color, colors.at<cv::Vec3f>(from)) > kEdge ||
        Difference(color, mean) > kUnlike) {
      return;
    }
    surface.at<uchar>(to) = 255;
    reached.push_back(to);
  };
  while (!reached.empty()) {
    const cv::Point from = reached.back();
    reached.pop_back();
    for (const cv::Point step : {cv::Point(1, 0),
                                 cv::Point(-1, 0),
                                 cv::Point(0, 1),
                                 cv::Point(0, -1)}) {
      spread(from, from + step);
      spread(from, from + kJoint * step);
    }
  }
  return surface;
}

/// How much of the shadow stays: 1 on the surface near the object.
cv::Mat Weight(const cv::Mat& surface,
               const cv::Mat& covered,
               const cv::Rect& box) {
  cv::Mat closed, weight, distance;
  cv::morphologyEx(surface | covered,
                   closed,
                   cv::MORPH_CLOSE,
                   cv::getStructuringElement(cv::MORPH_ELLIPSE, {9, 9}));
  closed.convertTo(weight, CV_32F, 1 / 255.0);
  cv::GaussianBlur(weight, weight, {}, 1.5);
  cv::distanceTransform(covered == 0, distance, cv::DIST_L2, 3);
  const float reach =
      static_cast<float>(kReach * std::max(box.width, box.height));
  for (int y = 0; y < weight.rows; ++y) {
    for (int x = 0; x < weight.cols; ++x) {
      const float far = distance.at<float>(y, x) / reach;
      weight.at<float>(y, x) *= std::clamp(2 - 2 * far, 0.0f, 1.0f);
      if (covered.at<uchar>(y, x)) weight.at<float>(y, x) = 1;
    }
  }
  return weight;
}

}  // namespace

void KeepShadowOnSurface(const ImageF& photo_linear,
                         const cv::Mat& contact,
                         RenderLayers& layers) {
  const cv::Mat ratio = MatOf(layers.ratio);
  const double scale = std::min(
      1.0,
      kWorkLongEdgePx / static_cast<double>(std::max(ratio.cols, ratio.rows)));
  const cv::Size size(std::max(1, static_cast<int>(ratio.cols * scale)),
                      std::max(1, static_cast<int>(ratio.rows * scale)));
  cv::Mat colors, coverage;
  cv::resize(MatOf(photo_linear), colors, size, 0, 0, cv::INTER_AREA);
  cv::sqrt(cv::max(colors, 0), colors);
  cv::GaussianBlur(colors, colors, {}, 1.2);
  cv::resize(MatOf(layers.coverage), coverage, size, 0, 0, cv::INTER_AREA);
  const cv::Mat covered = coverage > 0.02f;
  const cv::Rect box = cv::boundingRect(covered);
  cv::Mat touched;
  cv::resize(contact, touched, size, 0, 0, cv::INTER_AREA);
  std::vector<cv::Point> foot = FootOf(touched > 0, covered, box);
  if (foot.empty()) return;
  cv::Mat weight = Weight(Surface(colors, std::move(foot)), covered, box);
  cv::resize(weight, weight, ratio.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < ratio.rows; ++y) {
    for (int x = 0; x < ratio.cols; ++x) {
      float* rgb = &layers.ratio.at(x, y);
      for (int c = 0; c < 3; ++c) {
        rgb[c] = 1 + (rgb[c] - 1) * weight.at<float>(y, x);
      }
    }
  }
}

}  // namespace stage::engine
