#include "engine/completion/foot_shade.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

constexpr int kBins = 16;
constexpr size_t kLeastPixels = 40;
constexpr double kBeyond = 1.3;

float MedianOf(std::vector<float>& values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Shade fades away from the edge, and ends without a step; what is brighter
/// there is other light.
void KeepShade(std::vector<float>& profile) {
  float darkest = -1;
  for (int bin = 0; bin < kBins; ++bin) {
    darkest = std::clamp(profile[bin], darkest, 0.f);
    const float at = static_cast<float>(bin) / kBins;
    profile[bin] = darkest * std::min(1.f, 4 * (1 - at));
  }
  profile[kBins] = 0;
}

/// The profile of one channel; the last bin is what lies beyond the reach.
std::vector<float> ProfileOf(const cv::Mat& tones,
                             const cv::Mat& bins,
                             const cv::Mat& known) {
  std::vector<std::vector<float>> values(kBins + 1);
  for (int y = 0; y < tones.rows; ++y) {
    for (int x = 0; x < tones.cols; ++x) {
      if (known.at<uchar>(y, x) == 0 || bins.at<uchar>(y, x) > kBins) continue;
      values[bins.at<uchar>(y, x)].push_back(tones.at<float>(y, x));
    }
  }
  std::vector<float> profile(kBins + 1, 0);
  if (values[kBins].size() < kLeastPixels) return profile;
  const float beyond = MedianOf(values[kBins]);
  for (int bin = kBins - 1; bin >= 0; --bin) {
    profile[bin] = values[bin].size() < kLeastPixels
                       ? profile[bin + 1]
                       : MedianOf(values[bin]) - beyond;
  }
  return profile;
}

}  // namespace

cv::Mat FootShade(const cv::Mat& tones,
                  const cv::Mat& distance,
                  const cv::Mat& known,
                  double reach_px) {
  cv::Mat bins(tones.size(), CV_8U);
  for (int y = 0; y < tones.rows; ++y) {
    for (int x = 0; x < tones.cols; ++x) {
      const double at = distance.at<float>(y, x) / reach_px;
      bins.at<uchar>(y, x) = static_cast<uchar>(
          std::clamp(static_cast<int>(kBins * at), 0, kBins));
    }
  }
  std::vector<cv::Mat> channels;
  cv::split(tones, channels);
  for (cv::Mat& channel : channels) {
    std::vector<float> profile = ProfileOf(channel, bins, known);
    KeepShade(profile);
    for (int y = 0; y < channel.rows; ++y) {
      for (int x = 0; x < channel.cols; ++x) {
        const double at =
            std::clamp(kBins * distance.at<float>(y, x) / reach_px - 0.5,
                       0.0,
                       static_cast<double>(kBins));
        const int bin = std::min(static_cast<int>(at), kBins - 1);
        const auto t = static_cast<float>(at - bin);
        channel.at<float>(y, x) = (1 - t) * profile[bin] + t * profile[bin + 1];
      }
    }
  }
  cv::Mat shade;
  cv::merge(channels, shade);
  return shade;
}

}  // namespace stage::engine
