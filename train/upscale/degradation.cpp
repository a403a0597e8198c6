#include "upscale/degradation.h"

#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/photo/decode.h"
#include "core/photo/encode.h"

namespace stage::train {
namespace {

constexpr int kTaps = 8;

double Keys(double x) {
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

std::array<float, kTaps> HalvingTaps() {
  std::array<double, kTaps> taps;
  double sum = 0;
  for (int i = 0; i < kTaps; ++i) sum += taps[i] = Keys((i - 3.5) / 2);
  std::array<float, kTaps> normalised;
  for (int i = 0; i < kTaps; ++i) {
    normalised[i] = static_cast<float>(taps[i] / sum);
  }
  return normalised;
}

/// Halves the width; rows stay.
cv::Mat HalvedAcross(const cv::Mat& picture) {
  static const std::array<float, kTaps> kWeights = HalvingTaps();
  constexpr int kBorder = kTaps / 2 - 1;
  cv::Mat padded;
  cv::copyMakeBorder(
      picture, padded, 0, 0, kBorder, kBorder, cv::BORDER_REFLECT);
  cv::Mat half(picture.rows, picture.cols / 2, CV_32FC3);
  for (int y = 0; y < half.rows; ++y) {
    for (int x = 0; x < half.cols; ++x) {
      cv::Vec3f sum(0, 0, 0);
      for (int tap = 0; tap < kTaps; ++tap) {
        sum += kWeights[tap] * padded.at<cv::Vec3f>(y, 2 * x + tap);
      }
      half.at<cv::Vec3f>(y, x) = sum;
    }
  }
  return half;
}

cv::Mat HalvedFloat(const cv::Mat& picture) {
  return HalvedAcross(HalvedAcross(picture).t()).t();
}

double Gaussian(Random& random) {
  const double u = Uniform(random, 1e-12, 1);
  const double v = Uniform(random, 0, 2 * std::numbers::pi);
  return std::sqrt(-2 * std::log(u)) * std::cos(v);
}

void AddNoise(Random& random, double deviation, cv::Mat& picture) {
  for (int y = 0; y < picture.rows; ++y) {
    float* row = picture.ptr<float>(y);
    for (int i = 0; i < picture.cols * 3; ++i) {
      row[i] += static_cast<float>(deviation * Gaussian(random));
    }
  }
}

cv::Mat ThroughJpeg(const cv::Mat& picture, int quality, int chroma) {
  Photo photo;
  photo.pixels8 = ImageU8(picture.cols, picture.rows, 3);
  for (int y = 0; y < picture.rows; ++y) {
    std::copy_n(
        picture.ptr<uint8_t>(y), picture.cols * 3, photo.pixels8.row(y));
  }
  JpegEncoding encoding;
  encoding.quality = quality;
  encoding.chroma_horizontal = encoding.chroma_vertical = chroma;
  const ImageU8 decoded = DecodeJpeg(EncodeJpeg(photo, encoding)).pixels8;
  cv::Mat worn(picture.size(), CV_8UC3);
  for (int y = 0; y < worn.rows; ++y) {
    std::copy_n(decoded.row(y), worn.cols * 3, worn.ptr<uint8_t>(y));
  }
  return worn;
}

}  // namespace

cv::Mat HalvedBicubic(const cv::Mat& picture) {
  cv::Mat values, bytes;
  picture.convertTo(values, CV_32F);
  HalvedFloat(values).convertTo(bytes, CV_8U);
  return bytes;
}

cv::Mat HalvedAndWorn(Random& random, const cv::Mat& picture) {
  cv::Mat values, bytes;
  picture.convertTo(values, CV_32F);
  if (Uniform(random, 0, 1) < 0.5) {
    cv::GaussianBlur(values, values, {0, 0}, Uniform(random, 0.3, 1.0));
  }
  cv::Mat half = HalvedFloat(values);
  if (Uniform(random, 0, 1) < 0.5) {
    AddNoise(random, Uniform(random, 0.5, 4), half);
  }
  half.convertTo(bytes, CV_8U);
  if (Uniform(random, 0, 1) < 0.8) {
    bytes = ThroughJpeg(
        bytes, UniformInt(random, 75, 95), UniformInt(random, 1, 2));
  }
  return bytes;
}

}  // namespace stage::train
