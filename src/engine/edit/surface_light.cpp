#include "engine/edit/surface_light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/edit/guided_filter.h"
#include "engine/render/color.h"

namespace stage::engine {
namespace {

constexpr double kTexture = 0.03;     // of the long edge: boards are narrower
constexpr double kBaseEpsilon = 0.3;  // stops²: less is the old texture
constexpr float kDarkest = 1 / 2048.0f;
constexpr float kWhiteAlbedo = 0.8f;
constexpr float kOfLight = 0.6f, kLeastOfLight = 0.2f;  // of changes of colour

cv::Mat ColorsOf(const ImageF& linear) {
  return {linear.height(),
          linear.width(),
          CV_32FC3,
          const_cast<float*>(linear.data())};
}

float Percentile(std::vector<float> values, double part) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() +
      static_cast<long>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Means near each pixel of what the mask covers.
cv::Mat MaskedMean(const cv::Mat& values, const cv::Mat& weight, double sigma) {
  cv::Mat weighted = values.clone(), total;
  weighted.setTo(cv::Scalar::all(0), weight == 0);
  cv::GaussianBlur(weighted, weighted, {}, sigma);
  cv::GaussianBlur(weight, total, {}, sigma);
  std::vector<cv::Mat> channels;
  cv::split(weighted, channels);
  for (cv::Mat& channel : channels) channel /= total + 1e-4f;
  cv::Mat mean;
  cv::merge(channels, mean);
  return mean;
}

/// Without joints, boards and grain: the median over what is wider than they
/// are keeps the edges of shadows and of sun.
cv::Mat WithoutTexture(const cv::Mat& stops) {
  constexpr double kRange = 13, kLowest = -11.5;
  cv::Mat codes, plain;
  stops.convertTo(codes, CV_8U, 255 / kRange, -kLowest * 255 / kRange);
  const int side =
      static_cast<int>(kTexture * std::max(stops.rows, stops.cols)) | 1;
  cv::medianBlur(codes, codes, side);
  codes.convertTo(plain, CV_32F, kRange / 255, kLowest);
  return plain;
}

}  // namespace

cv::Mat LightOn(const ImageF& linear, const cv::Mat& mask, float mirrors) {
  const cv::Mat colors = ColorsOf(linear);
  cv::Mat weight, stops(colors.size(), CV_32F);
  mask.convertTo(weight, CV_32F, 1 / 255.0);
  std::array<std::vector<float>, 3> covered;
  std::vector<float> luminances, everywhere;
  for (int y = 0; y < colors.rows; ++y) {
    for (int x = 0; x < colors.cols; ++x) {
      const Color color = LoadColor(colors.ptr<float>(y) + 3 * x);
      const float luminance = std::max(kDarkest, Luminance(color));
      stops.at<float>(y, x) = std::log2(luminance);
      if (luminance < 0.97f) everywhere.push_back(luminance);
      if (mask.at<uchar>(y, x) == 0) continue;
      luminances.push_back(luminance);
      for (int c = 0; c < 3; ++c) covered[c].push_back(color[c]);
    }
  }
  // Of what is out of the shadows.
  const float middle = Percentile(luminances, 0.7);
  Color old;
  for (int c = 0; c < 3; ++c) {
    old[c] = std::max(1e-3f, Percentile(covered[c], 0.5));
  }
  // How light the old material is, by the whitest things in the picture.
  const float white = std::max(0.2f, Percentile(everywhere, 0.92));
  float albedo = std::clamp(kWhiteAlbedo * middle / white, 0.05f, 0.85f);
  const float chroma = (old.maxCoeff() - old.minCoeff()) / old.maxCoeff();
  if (chroma < 0.16f && middle > 0.3f) albedo = std::max(albedo, 0.72f);

  const double long_edge = std::max(colors.rows, colors.cols);
  const cv::Mat around = MaskedMean(stops, weight, 0.03 * long_edge);
  around.copyTo(stops, mask == 0);
  const cv::Mat plain = WithoutTexture(stops);
  const cv::Mat base = ApplyGuidedModel(
      FitGuidedModel(plain,
                     plain,
                     std::max(2, static_cast<int>(0.025 * long_edge)),
                     kBaseEpsilon),
      plain);
  // The light's colour changes slowly; the old material's is its middle. On a
  // coloured material it is mostly gloss, which whitens, and not the light.
  const float of_light =
      kOfLight * std::clamp(1.4f - 2 * chroma, kLeastOfLight, 1.0f);
  const cv::Mat tint = MaskedMean(colors, weight, 0.04 * long_edge);
  cv::Mat light(colors.size(), CV_32FC3);
  for (int y = 0; y < colors.rows; ++y) {
    for (int x = 0; x < colors.cols; ++x) {
      const Color here = LoadColor(tint.ptr<float>(y) + 3 * x) / old;
      const float level = std::max(1e-3f, Luminance(here));
      const float above =
          std::max(0.0f, base.at<float>(y, x) - std::log2(middle));
      const float amount =
          std::exp2(base.at<float>(y, x) - (1 - mirrors) * above) / albedo;
      for (int c = 0; c < 3; ++c) {
        const float color = std::clamp(
            std::pow(std::max(0.05f, here[c] / level), of_light), 0.7f, 1.4f);
        light.at<cv::Vec3f>(y, x)[c] = amount * color;
      }
    }
  }
  return light;
}

}  // namespace stage::engine
