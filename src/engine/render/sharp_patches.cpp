#include "engine/render/sharp_patches.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

constexpr int kReach = 3;  // pixels on both sides of an edge
constexpr size_t kLeastEdge = 30;
constexpr float kSharpShare = 0.6f;  // of a patch's brightness, at its edge

float Median(std::vector<float>& values) {
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The steps in brightness across the edge of each connected patch.
std::vector<std::vector<float>> EdgeSteps(const ImageF& factor,
                                          const cv::Mat& labels,
                                          int count) {
  std::vector<std::vector<float>> steps(count);
  auto compare = [&](int x, int y, int dx, int dy) {
    const int own = labels.at<int>(y, x), next = labels.at<int>(y + dy, x + dx);
    if ((own > 0) == (next > 0)) return;
    steps[std::max(own, next)].push_back(
        std::fabs(factor.at(x - kReach * dx, y - kReach * dy) -
                  factor.at(x + kReach * dx, y + kReach * dy)));
  };
  for (int y = kReach; y + kReach < factor.height(); ++y) {
    for (int x = kReach; x + kReach < factor.width(); ++x) {
      compare(x, y, 1, 0);
      compare(x, y, 0, 1);
    }
  }
  return steps;
}

void AddSharpAbove(float level, const ImageF& factor, ImageU8& sharp) {
  const cv::Mat values(factor.height(),
                       factor.width(),
                       CV_32F,
                       const_cast<float*>(factor.data()));
  cv::Mat labels;
  const int count = cv::connectedComponents(values > level, labels, 8, CV_32S);
  std::vector<std::vector<float>> steps = EdgeSteps(factor, labels, count);
  std::vector<uint8_t> is_sharp(count, 0);
  for (int label = 1; label < count; ++label) {
    is_sharp[label] = steps[label].size() >= kLeastEdge &&
                      Median(steps[label]) > kSharpShare * (level - 1);
  }
  for (int y = 0; y < factor.height(); ++y) {
    for (int x = 0; x < factor.width(); ++x) {
      sharp.at(x, y) |= is_sharp[labels.at<int>(y, x)];
    }
  }
}

}  // namespace

ImageU8 SharpPatches(const ImageF& factor) {
  ImageU8 sharp(factor.width(), factor.height(), 1);
  // A patch may lie in a sheen: only some level parts them.
  for (const float level : {1.7f, 2.3f, 3.1f, 3.7f, 4.2f}) {
    AddSharpAbove(level, factor, sharp);
  }
  return sharp;
}

}  // namespace stage::engine
