#include "engine/completion/smooth_base.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// Reduced pixels a standard deviation: enough for a Gaussian to be one.
constexpr double kSamplesPerScale = 4;
// Below this weight a place has no mean of its own.
constexpr float kLeastWeight = 0.02f;

// Fills what has no value from its surroundings, coarse to fine: each level
// begins with the next coarser one's solution and relaxes it.
void RelaxMembrane(cv::Mat& values, const cv::Mat& fixed) {
  constexpr int kSweeps = 60;
  const int channels = values.channels();
  if (std::min(values.rows, values.cols) > 4 &&
      cv::countNonZero(fixed) < static_cast<int>(fixed.total())) {
    // Known values of a coarse pixel: the mean of its known ones.
    cv::Mat weight, sum, coarse, coarse_weight, coarse_fixed;
    fixed.convertTo(weight, CV_32F, 1.0 / 255);
    std::vector<cv::Mat> planes(channels, weight);
    cv::Mat weights;
    cv::merge(planes, weights);
    sum = values.mul(weights);
    const cv::Size half((values.cols + 1) / 2, (values.rows + 1) / 2);
    cv::resize(sum, coarse, half, 0, 0, cv::INTER_AREA);
    cv::resize(weight, coarse_weight, half, 0, 0, cv::INTER_AREA);
    coarse_fixed = coarse_weight > 0.01f;
    for (int y = 0; y < half.height; ++y) {
      for (int x = 0; x < half.width; ++x) {
        const float w = std::max(coarse_weight.at<float>(y, x), 1e-6f);
        float* value = coarse.ptr<float>(y) + channels * x;
        for (int c = 0; c < channels; ++c) value[c] /= w;
      }
    }
    if (cv::countNonZero(coarse_fixed) > 0) RelaxMembrane(coarse, coarse_fixed);
    cv::Mat guess;
    cv::resize(coarse, guess, values.size(), 0, 0, cv::INTER_LINEAR);
    guess.copyTo(values, ~fixed);
  }
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (int color = 0; color < 2; ++color) {
      for (int y = 0; y < values.rows; ++y) {
        for (int x = (y + color) % 2; x < values.cols; x += 2) {
          if (fixed.at<uint8_t>(y, x)) continue;
          for (int c = 0; c < channels; ++c) {
            float sum = 0;
            int count = 0;
            const auto add = [&](int ny, int nx) {
              if (ny < 0 || nx < 0 || ny >= values.rows || nx >= values.cols) {
                return;
              }
              sum += values.ptr<float>(ny)[channels * nx + c];
              ++count;
            };
            add(y - 1, x);
            add(y + 1, x);
            add(y, x - 1);
            add(y, x + 1);
            values.ptr<float>(y)[channels * x + c] =
                sum / static_cast<float>(std::max(count, 1));
          }
        }
      }
    }
  }
}

}  // namespace

ImageF SmoothBase(const ImageF& pixels, const ImageU8& known, double scale_px) {
  const int channels = pixels.channels();
  const double reduction = std::max(1.0, scale_px / kSamplesPerScale);
  const cv::Size size(
      std::max(2, static_cast<int>(std::lround(pixels.width() / reduction))),
      std::max(2, static_cast<int>(std::lround(pixels.height() / reduction))));
  cv::Mat weight;
  cv::Mat(
      known.height(), known.width(), CV_8U, const_cast<uint8_t*>(known.data()))
      .convertTo(weight, CV_32F, 1.0 / 255);
  cv::Mat weights;
  cv::merge(std::vector<cv::Mat>(channels, weight), weights);
  cv::Mat sum;
  cv::resize(MatOf(pixels).mul(weights), sum, size, 0, 0, cv::INTER_AREA);
  cv::resize(weight, weight, size, 0, 0, cv::INTER_AREA);
  // Only places that are themselves (partly) known keep a mean of their own;
  // into the rest the membrane goes.
  const cv::Mat fixed = weight > kLeastWeight;
  const double scale = scale_px / reduction;
  cv::GaussianBlur(sum, sum, {}, scale, scale, cv::BORDER_REPLICATE);
  cv::GaussianBlur(weight, weight, {}, scale, scale, cv::BORDER_REPLICATE);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const float w = std::max(weight.at<float>(y, x), 1e-6f);
      float* value = sum.ptr<float>(y) + channels * x;
      for (int c = 0; c < channels; ++c) value[c] /= w;
    }
  }
  RelaxMembrane(sum, fixed);
  ImageF base(pixels.width(), pixels.height(), channels);
  cv::Mat out = MatOf(base);
  cv::resize(sum, out, out.size(), 0, 0, cv::INTER_LINEAR);
  return base;
}

}  // namespace stage::engine
