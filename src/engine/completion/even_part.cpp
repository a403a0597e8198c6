#include "engine/completion/even_part.h"

#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

// Slope of even surfaces, display values a pixel of the working copy.
constexpr double kSmoothPx = 2;
constexpr float kMostSlope = 0.012f;

}  // namespace

cv::Mat EvenPart(const cv::Mat& picture) {
  cv::Mat smooth, gx, gy;
  cv::GaussianBlur(picture, smooth, {}, kSmoothPx);
  cv::Sobel(smooth, gx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(smooth, gy, CV_32F, 0, 1, 3, 1.0 / 8);
  const cv::Mat squares = gx.mul(gx) + gy.mul(gy);
  std::vector<cv::Mat> planes;
  cv::split(squares, planes);
  return cv::max(planes[0], cv::max(planes[1], planes[2])) <
         kMostSlope * kMostSlope;
}

}  // namespace stage::engine
