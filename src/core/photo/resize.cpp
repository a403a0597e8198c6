#include "core/photo/resize.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>
#include <vector>

namespace stage {
namespace {

constexpr double kLobes = 3.0;

double Lanczos(double x) {
  if (std::abs(x) < 1e-9) return 1.0;
  if (std::abs(x) >= kLobes) return 0.0;
  const double angle = std::numbers::pi * x;
  return kLobes * std::sin(angle) * std::sin(angle / kLobes) / (angle * angle);
}

/// The source samples of one target sample. The result is held within what
/// samples `near_begin` to `near_end` span, so that bright windows get no dark
/// rims.
struct Taps {
  int first = 0;
  int near_begin = 0;  ///< of `weights`
  int near_end = 0;
  std::vector<float> weights;  ///< sum 1
};

std::vector<Taps> MakeTaps(int source, int target) {
  const double step = static_cast<double>(source) / target;
  std::vector<Taps> all(target);
  for (int i = 0; i < target; ++i) {
    const double centre = (i + 0.5) * step;
    const double reach = kLobes * step;
    Taps& taps = all[i];
    taps.first = std::max(0, static_cast<int>(std::floor(centre - reach)));
    const int end =
        std::min(source, static_cast<int>(std::ceil(centre + reach)));
    double sum = 0;
    for (int s = taps.first; s < end; ++s) {
      const double offset = (s + 0.5 - centre) / step;
      const double weight = Lanczos(offset);
      sum += weight;
      taps.weights.push_back(static_cast<float>(weight));
      const int index = s - taps.first;
      if (std::abs(offset) <= 1.0) {
        if (taps.near_end == 0) taps.near_begin = index;
        taps.near_end = index + 1;
      }
    }
    for (float& weight : taps.weights) weight /= static_cast<float>(sum);
  }
  return all;
}

constexpr int kChannels = 4;  ///< linear RGB times alpha, and alpha

/// One source row, premultiplied, in linear light.
void LoadRow(const Photo& photo,
             const ColorConverter& converter,
             int y,
             std::vector<float>& linear,
             std::vector<float>& out) {
  const int width = photo.width();
  converter.ToLinear(photo, 0, y, width, linear.data());
  const int channels = photo.channels();
  const bool has_alpha = channels == 2 || channels == 4;
  for (int x = 0; x < width; ++x) {
    float alpha = 1.0f;
    if (has_alpha) {
      alpha = photo.is_16_bit()
                  ? photo.pixels16.at(x, y, channels - 1) / 65535.0f
                  : photo.pixels8.at(x, y, channels - 1) / 255.0f;
    }
    for (int c = 0; c < 3; ++c) {
      out[x * kChannels + c] = linear[x * 3 + c] * alpha;
    }
    out[x * kChannels + 3] = alpha;
  }
}

std::vector<float> FilterAcross(const std::vector<float>& row,
                                const std::vector<Taps>& across) {
  std::vector<float> out(across.size() * kChannels);
  for (size_t i = 0; i < across.size(); ++i) {
    const Taps& taps = across[i];
    const float* pixel = &row[static_cast<size_t>(taps.first) * kChannels];
    float sum[kChannels] = {};
    float low[kChannels], high[kChannels];
    std::fill(low, low + kChannels, 1e30f);
    std::fill(high, high + kChannels, -1e30f);
    for (int t = 0; t < static_cast<int>(taps.weights.size()); ++t) {
      const bool near = t >= taps.near_begin && t < taps.near_end;
      for (int c = 0; c < kChannels; ++c) {
        const float value = pixel[t * kChannels + c];
        sum[c] += taps.weights[t] * value;
        if (near) {
          low[c] = std::min(low[c], value);
          high[c] = std::max(high[c], value);
        }
      }
    }
    for (int c = 0; c < kChannels; ++c) {
      out[i * kChannels + c] = std::clamp(sum[c], low[c], high[c]);
    }
  }
  return out;
}

/// @param rows filtered source rows from `first` on
void FilterDown(const std::deque<std::vector<float>>& rows,
                int first,
                const Taps& taps,
                std::vector<float>& out) {
  std::vector<float> low(out.size(), 1e30f), high(out.size(), -1e30f);
  std::fill(out.begin(), out.end(), 0.0f);
  for (int t = 0; t < static_cast<int>(taps.weights.size()); ++t) {
    const std::vector<float>& row = rows[taps.first + t - first];
    const float weight = taps.weights[t];
    for (size_t i = 0; i < out.size(); ++i) out[i] += weight * row[i];
    if (t < taps.near_begin || t >= taps.near_end) continue;
    for (size_t i = 0; i < out.size(); ++i) {
      low[i] = std::min(low[i], row[i]);
      high[i] = std::max(high[i], row[i]);
    }
  }
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = std::clamp(out[i], low[i], high[i]);
  }
}

void StoreRow(const std::vector<float>& row,
              const ColorConverter& converter,
              int y,
              std::vector<float>& linear,
              Photo& photo) {
  const int channels = photo.channels();
  const bool has_alpha = channels == 2 || channels == 4;
  for (int x = 0; x < photo.width(); ++x) {
    const float* pixel = &row[static_cast<size_t>(x) * kChannels];
    const float alpha = pixel[3];
    for (int c = 0; c < 3; ++c) {
      linear[x * 3 + c] = alpha > 0 ? pixel[c] / alpha : 0.0f;
    }
    if (has_alpha && photo.is_16_bit()) {
      photo.pixels16.at(x, y, channels - 1) = static_cast<uint16_t>(
          std::clamp(alpha, 0.0f, 1.0f) * 65535.0f + 0.5f);
    } else if (has_alpha) {
      photo.pixels8.at(x, y, channels - 1) =
          static_cast<uint8_t>(std::clamp(alpha, 0.0f, 1.0f) * 255.0f + 0.5f);
    }
  }
  converter.FromLinear(linear.data(), 0, y, photo.width(), photo);
}

}  // namespace

Photo DownscalePhoto(const Photo& photo,
                     const ColorConverter& converter,
                     int width,
                     int height) {
  Photo small;
  small.icc_profile = photo.icc_profile;
  small.metadata = photo.metadata;
  small.source = photo.source;
  if (photo.is_16_bit()) {
    small.pixels16 = ImageU16(width, height, photo.channels());
  } else {
    small.pixels8 = ImageU8(width, height, photo.channels());
  }
  const std::vector<Taps> across = MakeTaps(photo.width(), width);
  const std::vector<Taps> down = MakeTaps(photo.height(), height);
  std::vector<float> linear(static_cast<size_t>(photo.width()) * 3);
  std::vector<float> source(static_cast<size_t>(photo.width()) * kChannels);
  std::vector<float> out(static_cast<size_t>(width) * kChannels);
  std::deque<std::vector<float>> rows;  // filtered across, from `first` on
  int first = 0;
  for (int y = 0; y < height; ++y) {
    const Taps& taps = down[y];
    for (; first < taps.first; ++first) rows.pop_front();
    const int end = taps.first + static_cast<int>(taps.weights.size());
    while (first + static_cast<int>(rows.size()) < end) {
      const int source_y = first + static_cast<int>(rows.size());
      LoadRow(photo, converter, source_y, linear, source);
      rows.push_back(FilterAcross(source, across));
    }
    FilterDown(rows, first, taps, out);
    StoreRow(out, converter, y, linear, small);
  }
  return small;
}

FittedSize FitLongEdge(int width, int height, int long_edge_px) {
  const int long_edge = std::max(width, height);
  if (long_edge_px <= 0 || long_edge <= long_edge_px) return {width, height};
  const double scale = static_cast<double>(long_edge_px) / long_edge;
  const auto side = [scale](int px) {
    return std::max(1, static_cast<int>(std::lround(px * scale)));
  };
  return {side(width), side(height)};
}

}  // namespace stage
