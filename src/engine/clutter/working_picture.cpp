#include "engine/clutter/working_picture.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/scene/lab_color.h"

namespace stage::engine {

cv::Mat WorkingPicture(const ImageU8& srgb) {
  constexpr double kLongSide = 1000;
  const cv::Mat photo(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data()));
  const double shrink =
      std::min(1.0, kLongSide / std::max(photo.cols, photo.rows));
  cv::Mat rgb;
  cv::resize(photo, rgb, {}, shrink, shrink, cv::INTER_AREA);
  return rgb;
}

cv::Mat SmoothLab(const cv::Mat& rgb) {
  cv::Mat calm, smooth;
  cv::medianBlur(rgb, calm, 5);
  cv::bilateralFilter(calm, smooth, 7, 20, 5);
  return LabOf(smooth);
}

cv::Mat FloorMask(const Scene& scene, const cv::Size& size) {
  cv::Mat floor(size, CV_8U, cv::Scalar(0));
  std::vector<cv::Point> outline;
  for (const Eigen::Vector2d& p : scene.floor_polygon_px) {
    outline.emplace_back(static_cast<int>(std::lround(p.x() * size.width /
                                                      scene.camera.width_px)),
                         static_cast<int>(std::lround(p.y() * size.height /
                                                      scene.camera.height_px)));
  }
  if (outline.size() >= 3) cv::fillPoly(floor, {outline}, cv::Scalar(255));
  return floor;
}

}  // namespace stage::engine
