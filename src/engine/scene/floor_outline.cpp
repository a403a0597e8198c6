#include "engine/scene/floor_outline.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace stage::engine {
namespace {

using Contour = std::vector<cv::Point>;

/// Contours of a mask's pieces, the largest first.
std::vector<Contour> PiecesOf(const cv::Mat& mask) {
  std::vector<Contour> contours;
  cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  std::stable_sort(
      contours.begin(), contours.end(), [](const Contour& a, const Contour& b) {
        return cv::contourArea(a) > cv::contourArea(b);
      });
  return contours;
}

Contour OuterContour(const cv::Mat& mask) {
  const std::vector<Contour> pieces = PiecesOf(mask);
  return pieces.empty() || cv::contourArea(pieces.front()) <= 0
             ? Contour{}
             : pieces.front();
}

/// The nearest two points of two contours, to a few pixels.
std::pair<cv::Point, cv::Point> NearestPoints(const Contour& a,
                                              const Contour& b) {
  constexpr size_t kStep = 3;
  std::pair<cv::Point, cv::Point> nearest{a.front(), b.front()};
  double least = cv::norm(a.front() - b.front());
  for (size_t i = 0; i < a.size(); i += kStep) {
    for (size_t k = 0; k < b.size(); k += kStep) {
      const double distance = cv::norm(a[i] - b[k]);
      if (distance >= least) continue;
      least = distance;
      nearest = {a[i], b[k]};
    }
  }
  return nearest;
}

/// What a column or a door's post cuts in two is one outline all the same: its
/// larger pieces are joined by lines.
cv::Mat JoinPieces(const cv::Mat& mask) {
  constexpr double kLeastShare = 0.002;  // of the picture
  cv::Mat joined = mask.clone();
  for (std::vector<Contour> pieces = PiecesOf(joined);
       pieces.size() > 1 && cv::contourArea(pieces[1]) >
                                kLeastShare * static_cast<double>(mask.total());
       pieces = PiecesOf(joined)) {
    const auto [from, to] = NearestPoints(pieces[0], pieces[1]);
    cv::line(joined, from, to, cv::Scalar(255));
  }
  return joined;
}

}  // namespace

cv::Mat BoxFloorMask(const Camera& camera, const Box& box) {
  cv::Mat mask(camera.height_px, camera.width_px, CV_8U);
  for (int y = 0; y < mask.rows; ++y) {
    uchar* row = mask.ptr<uchar>(y);
    for (int x = 0; x < mask.cols; ++x) {
      const Eigen::Vector3f ray = camera.Ray({x + 0.5, y + 0.5}).cast<float>();
      row[x] = ray.y() < 0 && FaceOf(box, ray) == BoxFace::kFloor ? 255 : 0;
    }
  }
  return mask;
}

std::vector<Eigen::Vector2d> OutlineOfMask(const cv::Mat& mask) {
  const Contour joined = OuterContour(JoinPieces(mask));
  if (joined.empty()) return {};
  std::vector<cv::Point> simple;
  constexpr double kAccuracy = 1.0;  // pixels
  cv::approxPolyDP(joined, simple, kAccuracy, true);
  std::vector<Eigen::Vector2d> outline;
  for (const cv::Point& p : simple) {
    // Contours run through pixel centres; at the picture's rim the region
    // reaches the rim itself.
    const auto corner = [](int v, int size) {
      return v == 0 ? 0.0 : v == size - 1 ? size : v + 0.5;
    };
    outline.push_back({corner(p.x, mask.cols), corner(p.y, mask.rows)});
  }
  return outline;
}

cv::Mat MaskOfOutline(const std::vector<Eigen::Vector2d>& outline,
                      const cv::Size& size) {
  cv::Mat mask = cv::Mat::zeros(size, CV_8U);
  if (outline.size() < 3) return mask;
  constexpr int kBits = 4;
  std::vector<cv::Point> points;
  for (const Eigen::Vector2d& p : outline) {
    points.push_back({static_cast<int>(std::lround(p.x() * 16)) - 8,
                      static_cast<int>(std::lround(p.y() * 16)) - 8});
  }
  cv::fillPoly(mask,
               std::vector<std::vector<cv::Point>>{points},
               cv::Scalar(255),
               cv::LINE_8,
               kBits);
  return mask;
}

}  // namespace stage::engine
