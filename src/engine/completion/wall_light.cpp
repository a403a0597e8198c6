#include "engine/completion/wall_light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "engine/grown_mask.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

constexpr int kLongEdge = 300;  // light changes slowly
// Of the long side: what a wall's grain is finer than, and how far around what
// was changed its shade may reach.
constexpr double kGrain = 0.012, kAround = 0.03;
constexpr float kDarkest = 0.02f;
constexpr float kMostGain = 0.35f;
constexpr int kRounds = 1500;
constexpr float kOverRelaxation = 1.9f;

cv::Mat Reduced(const ImageU8& mask, const cv::Size& size) {
  cv::Mat small;
  cv::resize(MatOf(mask), small, size, 0, 0, cv::INTER_AREA);
  return small;
}

cv::Mat Grown(const cv::Mat& mask, double side) {
  return GrownBy(static_cast<int>(kAround * side), mask);
}

/// Mean of the pixels of a mask around each; none where there are none.
cv::Mat MeanWithin(const cv::Mat& values, const cv::Mat& mask, double reach) {
  cv::Mat weight, weights, sum;
  mask.convertTo(weight, CV_32F, 1.0 / 255);
  cv::merge(std::vector<cv::Mat>(3, weight), weights);
  cv::GaussianBlur(values.mul(weights), sum, {}, reach);
  cv::GaussianBlur(weight, weight, {}, reach);
  cv::merge(std::vector<cv::Mat>(3, cv::max(weight, 1e-4f)), weights);
  return sum / weights;
}

/// Spans a membrane over a part of the walls from what is around it on them.
void Span(const cv::Mat& walls, const cv::Mat& part, cv::Mat& light) {
  constexpr std::array<std::pair<int, int>, 4> kBeside{
      {{1, 0}, {-1, 0}, {0, 1}, {0, -1}}};
  const cv::Rect all({0, 0}, walls.size());
  for (int round = 0; round < kRounds; ++round) {
    for (int y = 0; y < part.rows; ++y) {
      for (int x = 0; x < part.cols; ++x) {
        if (!part.at<uchar>(y, x)) continue;
        cv::Vec3f sum(0, 0, 0);
        float count = 0;
        for (const auto& [dx, dy] : kBeside) {
          const cv::Point at(x + dx, y + dy);
          if (!all.contains(at) || !walls.at<uchar>(at)) continue;
          sum += light.at<cv::Vec3f>(at);
          ++count;
        }
        if (count == 0) continue;
        cv::Vec3f& here = light.at<cv::Vec3f>(y, x);
        here += kOverRelaxation * (sum / count - here);
      }
    }
  }
}

/// Keeps gains small, and their hue.
void Limit(cv::Mat& gain) {
  for (int y = 0; y < gain.rows; ++y) {
    for (int x = 0; x < gain.cols; ++x) {
      cv::Vec3f& here = gain.at<cv::Vec3f>(y, x);
      const float most = std::max(
          {std::abs(here[0]), std::abs(here[1]), std::abs(here[2]), kMostGain});
      here *= kMostGain / most;
    }
  }
}

}  // namespace

ImageF EvenWallLight(const ImageF& picture,
                     const ImageU8& walls,
                     const ImageU8& filled,
                     const ImageU8& relit) {
  const double shrink =
      std::min(1.0,
               static_cast<double>(kLongEdge) /
                   std::max(picture.width(), picture.height()));
  cv::Mat values, wall, part;
  cv::resize(MatOf(picture), values, {}, shrink, shrink, cv::INTER_AREA);
  const cv::Size size = values.size();
  const double side = std::max(size.width, size.height);
  wall = Reduced(walls, size) > 250;
  const cv::Mat filled_part = Grown(Reduced(filled, size) > 0, side);
  // Close to its ends a wall may be darker than elsewhere.
  part = (Grown(Reduced(relit, size) > 0, side) & ~Grown(~wall, side)) |
         filled_part;
  part &= wall;
  cv::Mat log_values;
  cv::log(cv::max(values, kDarkest), log_values);
  const cv::Mat light = MeanWithin(log_values, wall, kGrain * side);
  cv::Mat smooth = light.clone();
  Span(wall, part, smooth);
  cv::Mat gain = cv::Mat::zeros(size, CV_32FC3);
  cv::Mat(smooth - light).copyTo(gain, part);
  Limit(gain);
  // Beyond a wall's end the gain goes on, lest it fade towards the end.
  constexpr double kBeyond = 1.5;
  MeanWithin(gain, wall, kBeyond).copyTo(gain, ~wall);
  ImageF enlarged(picture.width(), picture.height(), 3);
  cv::Mat out = MatOf(enlarged);
  cv::resize(gain, out, out.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat on_walls;
  cv::resize(MatOf(walls), on_walls, out.size(), 0, 0, cv::INTER_LINEAR);
  out.setTo(cv::Scalar(0, 0, 0), on_walls < 128);
  return enlarged;
}

}  // namespace stage::engine
