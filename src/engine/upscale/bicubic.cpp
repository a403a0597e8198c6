#include "engine/upscale/bicubic.h"

#include <cmath>
#include <cstddef>

namespace stage::engine {
namespace {

/// The samples that one target sample is made of.
struct Taps {
  int index[4];
  float weights[4];
};

std::vector<Taps> MakeTaps(int count, int factor) {
  std::vector<Taps> all(static_cast<size_t>(count) * factor);
  for (size_t i = 0; i < all.size(); ++i) {
    const double position = (static_cast<double>(i) + 0.5) / factor - 0.5;
    const double floor = std::floor(position);
    CubicWeights(position - floor, all[i].weights);
    for (int tap = 0; tap < 4; ++tap) {
      all[i].index[tap] = Mirrored(static_cast<int>(floor) - 1 + tap, count);
    }
  }
  return all;
}

}  // namespace

void CubicWeights(double fraction, float weights[4]) {
  const double t = fraction;
  weights[0] = static_cast<float>(((-0.5 * t + 1) * t - 0.5) * t);
  weights[1] = static_cast<float>((1.5 * t - 2.5) * t * t + 1);
  weights[2] = static_cast<float>(((-1.5 * t + 2) * t + 0.5) * t);
  weights[3] = static_cast<float>((0.5 * t - 0.5) * t * t);
}

int Mirrored(int index, int count) {
  const int period = 2 * count;
  const int within = ((index % period) + period) % period;
  return within < count ? within : period - 1 - within;
}

std::vector<float> EnlargedBicubic(const std::vector<float>& values,
                                   int width,
                                   int height,
                                   int factor) {
  const std::vector<Taps> across = MakeTaps(width, factor);
  const std::vector<Taps> down = MakeTaps(height, factor);
  std::vector<float> wide(across.size() * height);
  for (int y = 0; y < height; ++y) {
    const float* source = &values[static_cast<size_t>(y) * width];
    float* target = &wide[across.size() * y];
    for (size_t x = 0; x < across.size(); ++x) {
      float sum = 0;
      for (int tap = 0; tap < 4; ++tap) {
        sum += across[x].weights[tap] * source[across[x].index[tap]];
      }
      target[x] = sum;
    }
  }
  std::vector<float> large(across.size() * down.size());
  for (size_t y = 0; y < down.size(); ++y) {
    float* target = &large[across.size() * y];
    for (int tap = 0; tap < 4; ++tap) {
      const float* source = &wide[across.size() * down[y].index[tap]];
      for (size_t x = 0; x < across.size(); ++x) {
        target[x] += down[y].weights[tap] * source[x];
      }
    }
  }
  return large;
}

}  // namespace stage::engine
