#include "engine/diffusion/paste.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/photo/srgb_curve.h"

namespace stage::engine {
namespace {

constexpr double kLeastGain = 0.8;
constexpr double kMostGain = 1.25;
constexpr double kLeastKept = 0.02;  // share of pixels that tells anything

cv::Mat View(const ImageU8& image) {
  return cv::Mat(image.height(),
                 image.width(),
                 CV_8UC(image.channels()),
                 const_cast<uint8_t*>(image.data()));
}

ImageU8 Resized(const ImageU8& image, int width, int height) {
  ImageU8 resized(width, height, image.channels());
  cv::Mat target = View(resized);
  const bool smaller = width * height < image.width() * image.height();
  cv::resize(View(image),
             target,
             target.size(),
             0,
             0,
             smaller ? cv::INTER_AREA : cv::INTER_CUBIC);
  return resized;
}

uint8_t SrgbByte(double linear) {
  const double clamped = std::clamp(linear, 0.0, 1.0);
  const double value = clamped <= 0.0031308
                           ? clamped * 12.92
                           : 1.055 * std::pow(clamped, 1 / 2.4) - 0.055;
  return static_cast<uint8_t>(std::lround(value * 255));
}

struct Statistics {
  double count = 0, sum = 0, squares = 0;
  void Add(double value) {
    ++count;
    sum += value;
    squares += value * value;
  }
  double mean() const { return sum / count; }
  double deviation() const {
    return std::sqrt(std::max(0.0, squares / count - mean() * mean()));
  }
};

}  // namespace

ImageU8 CutOut(const Photo& photo,
               const ColorConverter& converter,
               const WorkingCrop& crop) {
  ImageU8 cut(crop.width, crop.height, 3);
  std::vector<float> linear(static_cast<size_t>(crop.width) * 3);
  for (int y = 0; y < crop.height; ++y) {
    converter.ToLinear(photo, crop.x, crop.y + y, crop.width, linear.data());
    std::transform(linear.begin(), linear.end(), cut.row(y), SrgbByte);
  }
  return Resized(cut, crop.work_width, crop.work_height);
}

ImageU8 CutOutMask(const ImageU8& mask, const WorkingCrop& crop) {
  ImageU8 cut(crop.width, crop.height, 1);
  for (int y = 0; y < crop.height; ++y) {
    for (int x = 0; x < crop.width; ++x) {
      cut.at(x, y) = mask.at(crop.x + x, crop.y + y) != 0 ? 255 : 0;
    }
  }
  ImageU8 resized = Resized(cut, crop.work_width, crop.work_height);
  for (int y = 0; y < resized.height(); ++y) {
    for (int x = 0; x < resized.width(); ++x) {
      if (resized.at(x, y) != 0) resized.at(x, y) = 255;
    }
  }
  return resized;
}

void MatchColors(const ImageU8& picture, const ImageU8& mask, ImageU8& made) {
  for (int channel = 0; channel < 3; ++channel) {
    Statistics wanted, there;
    for (int y = 0; y < mask.height(); ++y) {
      for (int x = 0; x < mask.width(); ++x) {
        if (mask.at(x, y) != 0) continue;
        wanted.Add(picture.at(x, y, channel));
        there.Add(made.at(x, y, channel));
      }
    }
    const double pixels = static_cast<double>(mask.width()) * mask.height();
    if (there.count < kLeastKept * pixels || there.deviation() < 1) return;
    const double gain = std::clamp(
        wanted.deviation() / there.deviation(), kLeastGain, kMostGain);
    const double offset = wanted.mean() - gain * there.mean();
    for (int y = 0; y < made.height(); ++y) {
      for (int x = 0; x < made.width(); ++x) {
        uint8_t& value = made.at(x, y, channel);
        value = static_cast<uint8_t>(
            std::lround(std::clamp(gain * value + offset, 0.0, 255.0)));
      }
    }
  }
}

ImageF Feather(const ImageU8& mask) {
  const cv::Mat binary = View(mask) != 0;
  cv::Mat distance;
  cv::distanceTransform(binary, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  const cv::Rect box = cv::boundingRect(binary);
  const double radius =
      std::clamp(0.02 * std::max(box.width, box.height), 2.0, 32.0);
  ImageF weight(mask.width(), mask.height(), 1);
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      weight.at(x, y) =
          static_cast<float>(std::min(1.0, distance.at<float>(y, x) / radius));
    }
  }
  return weight;
}

void Paste(const ImageU8& made,
           const WorkingCrop& crop,
           const ImageF& weight,
           const ColorConverter& converter,
           Photo& photo) {
  std::array<float, 256> linear_of;
  for (size_t i = 0; i < linear_of.size(); ++i) {
    linear_of[i] = static_cast<float>(SrgbToLinear(double(i) / 255));
  }
  const ImageU8 large = Resized(made, crop.width, crop.height);
  std::vector<float> linear;
  for (int y = 0; y < crop.height; ++y) {
    for (int x = 0; x < crop.width;) {
      int end = x;
      while (end < crop.width && weight.at(crop.x + end, crop.y + y) > 0) ++end;
      const int count = end - x;
      if (count == 0) {
        ++x;
        continue;
      }
      linear.resize(static_cast<size_t>(count) * 3);
      converter.ToLinear(photo, crop.x + x, crop.y + y, count, linear.data());
      for (int i = 0; i < count; ++i) {
        const float part = weight.at(crop.x + x + i, crop.y + y);
        for (int channel = 0; channel < 3; ++channel) {
          float& value = linear[static_cast<size_t>(i) * 3 + channel];
          value += part * (linear_of[large.at(x + i, y, channel)] - value);
        }
      }
      converter.FromLinear(linear.data(), crop.x + x, crop.y + y, count, photo);
      x = end;
    }
  }
}

}  // namespace stage::engine
