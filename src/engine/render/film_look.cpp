#include "engine/render/film_look.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/render/sampler.h"

namespace stage::engine {
namespace {

constexpr int kPatch = 48;          // pixels a side
constexpr int kPatchesAcross = 14;  // along the long edge

float ToDisplay(float v) {
  v = std::clamp(v, 0.0f, 1.0f);
  return v <= 0.0031308f ? 12.92f * v : 1.055f * std::pow(v, 1 / 2.4f) - 0.055f;
}

cv::Mat ReadPatch(const Photo& photo,
                  const ColorConverter& converter,
                  int x0,
                  int y0,
                  int size) {
  cv::Mat patch(size, size, CV_32F);
  std::vector<float> linear(3 * static_cast<size_t>(size));
  for (int y = 0; y < size; ++y) {
    converter.ToLinear(photo, x0, y0 + y, size, linear.data());
    for (int x = 0; x < size; ++x) {
      patch.at<float>(y, x) =
          ToDisplay(0.2126f * linear[3 * x] + 0.7152f * linear[3 * x + 1] +
                    0.0722f * linear[3 * x + 2]);
    }
  }
  return patch;
}

struct GrainReading {
  float deviation, correlation;
};

// High-pass deviation of the flattest quarter of a patch.
void ReadGrain(const cv::Mat& patch, std::vector<GrainReading>& readings) {
  constexpr int kBlock = 16;
  cv::Mat smooth;
  cv::GaussianBlur(patch, smooth, cv::Size(0, 0), 1.6);
  const cv::Mat residual = patch - smooth;
  for (int by = 0; by + kBlock <= patch.rows; by += kBlock) {
    for (int bx = 0; bx + kBlock <= patch.cols; bx += kBlock) {
      const cv::Rect block(bx, by, kBlock, kBlock);
      const double mean = cv::mean(patch(block))[0];
      if (mean < 0.12 || mean > 0.92) continue;
      double square = 0, lagged = 0;
      for (int y = 0; y < kBlock; ++y) {
        const float* r = residual.ptr<float>(by + y) + bx;
        for (int x = 0; x + 1 < kBlock; ++x) {
          square += r[x] * r[x];
          lagged += r[x] * r[x + 1];
        }
      }
      const double n = kBlock * (kBlock - 1);
      readings.push_back(
          {static_cast<float>(std::sqrt(square / n)),
           static_cast<float>(lagged / std::max(square, 1e-12))});
    }
  }
}

// Blur of edge pixels: the gradient falls by a known factor when blurred.
void ReadBlur(const cv::Mat& patch, std::vector<float>& sigmas) {
  constexpr float kKnownBlur = 1.0f;
  constexpr float kEdge = 0.06f;  // display value a pixel
  cv::Mat blurred, gx, gy, bx, by;
  cv::GaussianBlur(patch, blurred, cv::Size(0, 0), kKnownBlur);
  const cv::Mat across = (cv::Mat_<float>(1, 3) << -0.5f, 0, 0.5f);
  cv::filter2D(patch, gx, CV_32F, across);
  cv::filter2D(patch, gy, CV_32F, across.t());
  cv::filter2D(blurred, bx, CV_32F, across);
  cv::filter2D(blurred, by, CV_32F, across.t());
  for (int y = 3; y < patch.rows - 3; ++y) {
    for (int x = 3; x < patch.cols - 3; ++x) {
      const float g = std::hypot(gx.at<float>(y, x), gy.at<float>(y, x));
      if (g < kEdge) continue;
      const int dx =
          std::fabs(gx.at<float>(y, x)) > std::fabs(gy.at<float>(y, x));
      auto at = [&](int k) {
        return std::hypot(gx.at<float>(y + k * (1 - dx), x + k * dx),
                          gy.at<float>(y + k * (1 - dx), x + k * dx));
      };
      if (g < at(-1) || g < at(1)) continue;  // not the ridge of the edge
      const float ratio =
          g /
          std::max(1e-4f, std::hypot(bx.at<float>(y, x), by.at<float>(y, x)));
      if (ratio < 1.05f) {
        sigmas.push_back(3);
      } else {
        // (sigma^2 + known^2) / sigma^2 = ratio^2
        sigmas.push_back(kKnownBlur / std::sqrt(ratio * ratio - 1));
      }
    }
  }
}

float Quantile(std::vector<float>& values, float share) {
  const size_t at = static_cast<size_t>(share * (values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[at];
}

float White(int x, int y) {
  // The sum of four uniform bytes is close to a Gaussian of deviation 148.
  const uint32_t h =
      HashBits(static_cast<uint32_t>(x), static_cast<uint32_t>(y));
  const int sum = static_cast<int>((h & 255) + (h >> 8 & 255) +
                                   (h >> 16 & 255) + (h >> 24));
  return static_cast<float>(sum - 510) / 147.8f;
}

/// The flattest blocks show grain alone, the others what the picture is of. The
/// very flattest are clipped or quantised away.
void ReadLook(std::vector<GrainReading>& readings, FilmLook& look) {
  constexpr float kHighPassLoss = 1.1f;
  constexpr float kMostGrain = 0.015f;
  constexpr float kUsualGrain = 0.004f;  // where nothing flat shows it
  std::sort(readings.begin(), readings.end(), [](const auto& a, const auto& b) {
    return a.deviation < b.deviation;
  });
  const size_t first = readings.size() / 20, end = readings.size() / 5 + 1;
  std::vector<float> deviations, correlations;
  for (size_t i = first; i < end; ++i) {
    deviations.push_back(readings[i].deviation);
    correlations.push_back(readings[i].correlation);
  }
  look.grain = Quantile(deviations, 0.5f) * kHighPassLoss;
  look.grain_correlation =
      std::clamp(Quantile(correlations, 0.5f) + 0.15f, 0.0f, 0.8f);
  if (look.grain > kMostGrain) look.grain = kUsualGrain;
}

}  // namespace

FilmLook MeasureFilmLook(const Photo& photo, const ColorConverter& converter) {
  FilmLook look;
  const int size = std::min({kPatch, photo.width(), photo.height()});
  if (size < 20) return look;
  const int spacing =
      std::max(size, std::max(photo.width(), photo.height()) / kPatchesAcross);
  std::vector<GrainReading> grain;
  std::vector<float> blur;
  for (int y = 0; y + size <= photo.height(); y += spacing) {
    for (int x = 0; x + size <= photo.width(); x += spacing) {
      const cv::Mat patch = ReadPatch(photo, converter, x, y, size);
      ReadGrain(patch, grain);
      ReadBlur(patch, blur);
    }
  }
  if (grain.size() >= 8) ReadLook(grain, look);
  if (blur.size() >= 100) {
    look.blur_px = std::clamp(Quantile(blur, 0.25f), 0.35f, 3.0f);
  }
  return look;
}

float GrainAt(int x, int y, float correlation) {
  if (correlation < 0.02f) return White(x, y);
  // A cross-shaped kernel (1, a, a, a, a): neighbours share 2a of 1 + 4a^2.
  const float c = std::min(correlation, 0.49f);
  const float a = (1 - std::sqrt(1 - 4 * c * c)) / (4 * c);
  const float sum = White(x, y) + a * (White(x - 1, y) + White(x + 1, y) +
                                       White(x, y - 1) + White(x, y + 1));
  return sum / std::sqrt(1 + 4 * a * a);
}

}  // namespace stage::engine
