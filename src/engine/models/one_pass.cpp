#include "engine/models/one_pass.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

// The processor's own vectors, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define STAGE_VECTORS \
  __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define STAGE_VECTORS
#endif

namespace stage::models {
namespace {

using torch::Tensor;

constexpr int64_t kBlock = 2048;     // numbers that the first cache holds
constexpr int64_t kGrain = 1 << 15;  // numbers that are worth a thread

/// e^x for x up to 88, to some units in the last place where there are fused
/// multiplications (S. Moshier's Cephes, exp2f).
inline __attribute__((always_inline)) float Exp(float x) {
  constexpr float kRounds = 12582912.0f;  // 1.5 * 2^23: no room for fractions
  constexpr float kLog2E = 1.44269504088896341f;
  x = std::max(x, -87.0f);
  const float rounded = x * kLog2E + kRounds;
  const float rest = x * kLog2E - (rounded - kRounds);
  float sum = 1.535336188319500e-4f;
  sum = sum * rest + 1.339887440266574e-3f;
  sum = sum * rest + 9.618437357674640e-3f;
  sum = sum * rest + 5.550332471162809e-2f;
  sum = sum * rest + 2.402264791363012e-1f;
  sum = sum * rest + 6.931472028550421e-1f;
  sum = sum * rest + 1.0f;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(sum) +
                              (std::bit_cast<uint32_t>(rounded) << 23));
}

inline __attribute__((always_inline)) float Silu(float x) {
  return x / (1.0f + Exp(std::min(-x, 88.0f)));
}

/// x Phi(x); erf to 1.5e-7 (Abramowitz and Stegun, 7.1.26).
inline __attribute__((always_inline)) float Gelu(float x) {
  const float z = std::fabs(x) * 0.70710678118654752f;
  const float t = 1.0f / (1.0f + 0.3275911f * z);
  float sum = 1.061405429f;
  sum = sum * t - 1.453152027f;
  sum = sum * t + 1.421413741f;
  sum = sum * t - 0.284496736f;
  sum = sum * t + 0.254829592f;
  const float beyond = 0.5f * sum * t * Exp(-z * z);  // Phi(-|x|)
  return x * (x < 0 ? beyond : 1.0f - beyond);
}

/// Mean and sum of squared differences from it, of so many numbers.
struct Moments {
  double count = 0, mean = 0, squares = 0;

  /// T. Chan's way of adding others.
  void Add(const Moments& other) {
    const double all = count + other.count;
    const double apart = other.mean - mean;
    mean += apart * other.count / all;
    squares += other.squares + apart * apart * count * other.count / all;
    count = all;
  }
};

STAGE_VECTORS Moments BlockMoments(const float* x, int64_t count) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; ++i) sum += x[i];
  const float mean = sum / static_cast<float>(count);
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (int64_t i = 0; i < count; ++i) {
    squares += (x[i] - mean) * (x[i] - mean);
  }
  return {static_cast<double>(count), mean, squares};
}

Moments MomentsOf(const float* x, int64_t count) {
  Moments all;
  for (int64_t i = 0; i < count; i += kBlock) {
    all.Add(BlockMoments(x + i, std::min(kBlock, count - i)));
  }
  return all;
}

STAGE_VECTORS void ScaledSilu(
    const float* x, int64_t count, float scale, float offset, float* y) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) y[i] = Silu(x[i] * scale + offset);
}

STAGE_VECTORS void GegluRow(const float* x,
                            const float* bias,
                            int64_t count,
                            float* y) {
#pragma omp simd
  for (int64_t i = 0; i < count; ++i) {
    y[i] = (x[i] + bias[i]) * Gelu(x[count + i] + bias[count + i]);
  }
}

inline __attribute__((always_inline)) float Larger(float a, float b) {
  return a > b ? a : b;
}

STAGE_VECTORS float ExpRow(float* x, int64_t count) {
  constexpr int64_t kLanes = 64;  // compared side by side: none waits
  float largest[kLanes];
  std::fill_n(largest, kLanes, -std::numeric_limits<float>::infinity());
  int64_t first = 0;
  for (; first + kLanes <= count; first += kLanes) {
#pragma omp simd
    for (int64_t i = 0; i < kLanes; ++i) {
      largest[i] = Larger(x[first + i], largest[i]);
    }
  }
  for (; first < count; ++first) largest[0] = Larger(x[first], largest[0]);
  const float most = *std::max_element(largest, largest + kLanes);
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < count; ++i) {
    x[i] = Exp(x[i] - most);
    sum += x[i];
  }
  return sum;
}

/// Rows shared out among threads, as many as are worth it.
template <typename Work>
void ForEachRow(int64_t rows, int64_t length, const Work& work) {
  const int64_t grain =
      std::max<int64_t>(kGrain / std::max<int64_t>(length, 1), 1);
  at::parallel_for(0, rows, grain, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) work(row);
  });
}

}  // namespace

bool InOnePass(const Tensor& x) {
#ifdef _OPENMP
  return x.device().is_cpu() && x.scalar_type() == torch::kFloat32 &&
         x.layout() == torch::kStrided;
#else
  return false;
#endif
}

Tensor GroupNormSilu(const Tensor& x,
                     int64_t groups,
                     const Tensor& weight,
                     const Tensor& bias,
                     double epsilon) {
  const Tensor input = x.contiguous();
  Tensor output = torch::empty_like(input);
  const int64_t channels = input.size(1);
  const int64_t in_group = channels / groups;
  const int64_t pixels = input.numel() / (input.size(0) * channels);
  const float* const scales = weight.data_ptr<float>();
  const float* const offsets = bias.data_ptr<float>();
  const auto normalise = [&](int64_t group) {
    const float* in = input.data_ptr<float>() + group * in_group * pixels;
    float* out = output.data_ptr<float>() + group * in_group * pixels;
    const Moments moments = MomentsOf(in, in_group * pixels);
    const double inverse =
        1 / std::sqrt(moments.squares / moments.count + epsilon);
    for (int64_t i = 0; i < in_group; ++i, in += pixels, out += pixels) {
      const int64_t channel = group % groups * in_group + i;
      const double scale = scales[channel] * inverse;
      ScaledSilu(in,
                 pixels,
                 static_cast<float>(scale),
                 static_cast<float>(offsets[channel] - moments.mean * scale),
                 out);
    }
  };
  ForEachRow(input.size(0) * groups, in_group * pixels, normalise);
  return output;
}

Tensor BiasedGeglu(const Tensor& x, const Tensor& bias) {
  const Tensor input = x.contiguous();
  std::vector<int64_t> shape = input.sizes().vec();
  shape.back() /= 2;
  Tensor output = torch::empty(shape, input.options());
  const int64_t width = shape.back();
  ForEachRow(output.numel() / width, width, [&](int64_t row) {
    GegluRow(input.data_ptr<float>() + row * 2 * width,
             bias.data_ptr<float>(),
             width,
             output.data_ptr<float>() + row * width);
  });
  return output;
}

void ExpRows(Tensor& x, int64_t count, Tensor& sums) {
  TORCH_CHECK(x.is_contiguous() && sums.is_contiguous() &&
                  sums.numel() * x.size(-1) == x.numel(),
              "rows ",
              x.sizes(),
              " with sums ",
              sums.sizes());
  const int64_t length = x.size(-1);
  ForEachRow(sums.numel(), length, [&](int64_t row) {
    float* const numbers = x.data_ptr<float>() + row * length;
    sums.data_ptr<float>()[row] = ExpRow(numbers, count);
    std::fill(numbers + count, numbers + length, 0.0f);
  });
}

}  // namespace stage::models
