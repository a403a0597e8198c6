#include "engine/scene/floor_outline.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {

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
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(mask, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  const std::vector<cv::Point>* largest = nullptr;
  double area = 0;
  for (const auto& contour : contours) {
    const double a = cv::contourArea(contour);
    if (a <= area) continue;
    area = a;
    largest = &contour;
  }
  if (!largest) return {};
  std::vector<cv::Point> simple;
  constexpr double kAccuracy = 1.0;  // pixels
  cv::approxPolyDP(*largest, simple, kAccuracy, true);
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
