#include "engine/clutter/outline_shape.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {

double Boxed(const cv::Mat& island) {
  std::vector<std::vector<cv::Point>> rims;
  cv::findContours(
      island.clone(), rims, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  if (rims.size() != 1) return 0;
  std::vector<cv::Point> hull;
  cv::convexHull(rims[0], hull);
  const double round = cv::contourArea(hull);
  const double box = cv::minAreaRect(hull).size.area();
  if (round <= 0 || box <= 0) return 0;
  return std::min(cv::contourArea(rims[0]) / round, 1.2 * round / box);
}

double Convexity(const cv::Mat& island) {
  std::vector<std::vector<cv::Point>> rims;
  cv::findContours(
      island.clone(), rims, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  double largest = 0, convexity = 0;
  for (const auto& rim : rims) {
    std::vector<cv::Point> hull;
    cv::convexHull(rim, hull);
    const double area = cv::contourArea(rim), all = cv::contourArea(hull);
    if (area <= largest || all <= 0) continue;
    largest = area;
    convexity = area / all;
  }
  return convexity;
}

}  // namespace stage::engine
