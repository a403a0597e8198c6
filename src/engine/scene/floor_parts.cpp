#include "engine/scene/floor_parts.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr int kStep = 2;  ///< pixels from sample to sample
constexpr size_t kFewest = 100;

struct Sample {
  cv::Point at;
  cv::Vec3f color;  ///< Lab, weighted: light varies on a floor, hue less
  int cluster = 0;
};

std::vector<Sample> SamplesOf(const cv::Mat& lab, const cv::Mat& mask) {
  std::vector<Sample> samples;
  for (int y = 0; y < mask.rows; y += kStep) {
    for (int x = 0; x < mask.cols; x += kStep) {
      if (!mask.at<uchar>(y, x)) continue;
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      samples.push_back({{x, y}, {0.6f * c[0], 1.6f * c[1], 1.6f * c[2]}});
    }
  }
  return samples;
}

/// Lloyd's algorithm, from the colours of the highest and the lowest third of
/// the samples, which come from top to bottom.
void PartInTwo(std::vector<Sample>& samples) {
  constexpr int kRounds = 10;
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i].cluster = 3 * i < samples.size()       ? 0
                         : 3 * i > 2 * samples.size() ? 1
                                                      : -1;
  }
  for (int round = 0; round < kRounds; ++round) {
    std::array<cv::Vec3f, 2> mean{};
    std::array<float, 2> count{};
    for (const Sample& s : samples) {
      if (s.cluster < 0) continue;
      mean[s.cluster] += s.color;
      count[s.cluster] += 1;
    }
    for (int k : {0, 1}) mean[k] *= 1 / std::max(count[k], 1.f);
    for (Sample& s : samples) {
      const cv::Vec3f a = s.color - mean[0], b = s.color - mean[1];
      s.cluster = a.dot(a) < b.dot(b) ? 0 : 1;
    }
  }
}

/// The cluster that lies lower in the picture.
int LowerOf(const std::vector<Sample>& samples) {
  std::array<double, 2> sum{}, count{};
  for (const Sample& s : samples) {
    sum[s.cluster] += s.at.y;
    count[s.cluster] += 1;
  }
  return sum[0] * std::max(count[1], 1.0) > sum[1] * std::max(count[0], 1.0)
             ? 0
             : 1;
}

/// The median of each channel over what a mask shows away from its rim,
/// clipped pixels left out; nullopt where that is next to nothing.
std::optional<cv::Vec3d> MedianColor(const cv::Mat& lab, const cv::Mat& mask) {
  constexpr float kClipped = 97;
  constexpr int kRim = 2;
  cv::Mat inner;
  cv::erode(mask, inner, cv::Mat::ones(2 * kRim + 1, 2 * kRim + 1, CV_8U));
  std::array<std::vector<float>, 3> values;
  for (int y = 0; y < inner.rows; y += kStep) {
    for (int x = 0; x < inner.cols; x += kStep) {
      const cv::Vec3f& c = lab.at<cv::Vec3f>(y, x);
      if (!inner.at<uchar>(y, x) || c[0] > kClipped) continue;
      for (int i = 0; i < 3; ++i) values[i].push_back(c[i]);
    }
  }
  if (values[0].size() < kFewest) return std::nullopt;
  cv::Vec3d median;
  for (int i = 0; i < 3; ++i) {
    const auto middle = values[i].begin() + values[i].size() / 2;
    std::nth_element(values[i].begin(), middle, values[i].end());
    median[i] = *middle;
  }
  return median;
}

/// What lies a little way above a mask in the picture.
cv::Mat Above(const cv::Mat& mask) {
  constexpr double kReach = 0.12;
  const int reach = static_cast<int>(kReach * std::max(mask.cols, mask.rows));
  cv::Mat above;
  cv::dilate(mask, above, cv::Mat::ones(2 * reach + 1, 1, CV_8U));
  return above & ~mask;
}

}  // namespace

cv::Mat NearerColor(const cv::Mat& lab, const cv::Mat& floor) {
  std::vector<Sample> samples = SamplesOf(lab, floor);
  if (samples.size() < kFewest) return {};
  PartInTwo(samples);
  const int lower = LowerOf(samples);
  cv::Mat part = cv::Mat::zeros(floor.size(), CV_8U);
  for (const Sample& s : samples) {
    if (s.cluster == lower) {
      cv::rectangle(part, cv::Rect(s.at, cv::Size(kStep, kStep)), 255, -1);
    }
  }
  constexpr int kSpeckles = 7;
  cv::medianBlur(part, part, kSpeckles);
  return part & floor;
}

std::optional<PartColors> ComparePart(const cv::Mat& lab,
                                      const cv::Mat& part,
                                      const cv::Mat& floor,
                                      const cv::Mat& outer) {
  const auto of_part = MedianColor(lab, part);
  const auto of_floor = MedianColor(lab, floor);
  const auto of_wall = MedianColor(lab, Above(outer));
  if (!of_part || !of_floor || !of_wall) return std::nullopt;
  return PartColors{HueDifference(*of_part, *of_floor),
                    HueDifference(*of_part, *of_wall),
                    (*of_part)[0] - (*of_wall)[0]};
}

}  // namespace stage::engine
