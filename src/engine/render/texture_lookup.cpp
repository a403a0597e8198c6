#include "engine/render/texture_lookup.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace stage::engine {
namespace {

const std::array<float, 256>& LinearTable() {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> values;
    for (int i = 0; i < 256; ++i) {
      const float v = static_cast<float>(i) / 255.0f;
      values[i] =
          v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
    }
    return values;
  }();
  return table;
}

const std::array<float, 256>& DisplayTable() {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> values;
    for (int i = 0; i < 256; ++i) values[i] = static_cast<float>(i) / 255.0f;
    return values;
  }();
  return table;
}

uint8_t FromLinear(float v) {
  constexpr int kSteps = 4096;
  static const std::array<uint8_t, kSteps + 1> table = [] {
    std::array<uint8_t, kSteps + 1> values;
    for (int i = 0; i <= kSteps; ++i) {
      const float linear = static_cast<float>(i) / kSteps;
      const float display = linear <= 0.0031308f
                                ? 12.92f * linear
                                : 1.055f * std::pow(linear, 1 / 2.4f) - 0.055f;
      values[i] = static_cast<uint8_t>(std::lround(display * 255));
    }
    return values;
  }();
  return table[static_cast<int>(std::clamp(v, 0.0f, 1.0f) * kSteps + 0.5f)];
}

// Averages 2x2 texels: colours in linear light weighted by alpha, so that the
// backdrop of cut-out leaves does not bleed into them.
ImageU8 Halve(const ImageU8& from) {
  const int channels = from.channels();
  ImageU8 to(
      std::max(1, from.width() / 2), std::max(1, from.height() / 2), channels);
  const std::array<float, 256>& linear = LinearTable();
  for (int y = 0; y < to.height(); ++y) {
    for (int x = 0; x < to.width(); ++x) {
      float sum[3] = {0, 0, 0}, weight = 0, alpha = 0;
      for (int k = 0; k < 4; ++k) {
        const uint8_t* p =
            from.row(std::min(2 * y + k / 2, from.height() - 1)) +
            static_cast<size_t>(std::min(2 * x + k % 2, from.width() - 1)) *
                channels;
        const float a = channels == 4 ? p[3] / 255.0f : 1.0f;
        alpha += a;
        weight += a + 1e-3f;
        for (int c = 0; c < 3; ++c) sum[c] += linear[p[c]] * (a + 1e-3f);
      }
      uint8_t* out = to.row(y) + static_cast<size_t>(x) * channels;
      for (int c = 0; c < 3; ++c) out[c] = FromLinear(sum[c] / weight);
      if (channels == 4) {
        out[3] = static_cast<uint8_t>(std::lround(alpha * 0.25f * 255));
      }
    }
  }
  return to;
}

float Wrap(float v) { return v - std::floor(v); }

Eigen::Vector4f Bilinear(const ImageU8& image,
                         const Eigen::Vector2f& at,
                         const std::array<float, 256>& table) {
  const int width = image.width(), height = image.height();
  const int channels = image.channels();
  const float x = Wrap(at.x()) * static_cast<float>(width) - 0.5f;
  const float y = (1 - Wrap(at.y())) * static_cast<float>(height) - 0.5f;
  const int x0 = static_cast<int>(std::floor(x));
  const int y0 = static_cast<int>(std::floor(y));
  const float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
  const int left = (x0 + width) % width, right = (x0 + 1) % width;
  const int top = (y0 + height) % height, bottom = (y0 + 1) % height;
  const float weights[4] = {
      (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
  const uint8_t* texels[4] = {
      image.row(top) + static_cast<size_t>(left) * channels,
      image.row(top) + static_cast<size_t>(right) * channels,
      image.row(bottom) + static_cast<size_t>(left) * channels,
      image.row(bottom) + static_cast<size_t>(right) * channels};
  Eigen::Vector4f sum = Eigen::Vector4f::Zero();
  for (int k = 0; k < 4; ++k) {
    const uint8_t* p = texels[k];
    sum += weights[k] * Eigen::Vector4f(table[p[0]],
                                        table[p[1]],
                                        table[p[2]],
                                        channels == 4 ? p[3] / 255.0f : 1.0f);
  }
  return sum;
}

}  // namespace

TextureLookup::TextureLookup(std::shared_ptr<const Texture> texture)
    : texture_(std::move(texture)), has_alpha_(texture_->srgb.channels() == 4) {
  if (has_alpha_) {
    const ImageU8& image = texture_->srgb;
    has_alpha_ = false;
    for (size_t i = 3; i < image.size_bytes() && !has_alpha_; i += 4) {
      has_alpha_ = image.data()[i] < 250;
    }
  }
  const ImageU8* last = &texture_->srgb;
  while (std::min(last->width(), last->height()) > 4) {
    smaller_.push_back(Halve(*last));
    last = &smaller_.back();
  }
}

const ImageU8& TextureLookup::Level(float footprint) const {
  const float texels =
      footprint * static_cast<float>(std::max(width(), height()));
  if (!(texels > 1.5f) || smaller_.empty()) return texture_->srgb;
  const int level = static_cast<int>(std::log2(texels / 1.5f) + 0.5f);
  if (level <= 0) return texture_->srgb;
  return smaller_[std::min<size_t>(level, smaller_.size()) - 1];
}

Eigen::Vector4f TextureLookup::Display(const Eigen::Vector2f& at,
                                       float footprint) const {
  return Bilinear(Level(footprint), at, DisplayTable());
}

Eigen::Vector4f TextureLookup::Linear(const Eigen::Vector2f& at,
                                      float footprint) const {
  return Bilinear(Level(footprint), at, LinearTable());
}

int TextureLookup::Alpha(const Eigen::Vector2f& at) const {
  const ImageU8& image = texture_->srgb;
  if (image.channels() != 4) return 255;
  const int x = std::min(static_cast<int>(Wrap(at.x()) * image.width()),
                         image.width() - 1);
  const int y = std::min(static_cast<int>((1 - Wrap(at.y())) * image.height()),
                         image.height() - 1);
  return image.row(y)[static_cast<size_t>(x) * 4 + 3];
}

}  // namespace stage::engine
