#include "engine/render/denoise.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace stage::engine {
namespace {

constexpr float kTap[3] = {3 / 8.0f, 1 / 4.0f, 1 / 16.0f};
constexpr float kSure = 4;  // variances; two standard deviations

// exp(-x) well enough for a weight, without a call: (1 - x/8)^8, 0 from 8 on.
inline float Falloff(float x) {
  float v = std::max(0.0f, 1 - 0.125f * x);
  v *= v;
  v *= v;
  return v * v;
}

// One output row while taps are added to it.
struct RowSums {
  std::vector<float> r, g, b, variance, weight;
  explicit RowSums(int width)
      : r(width), g(width), b(width), variance(width), weight(width) {}
  void Clear() {
    for (auto* sum : {&r, &g, &b, &variance, &weight}) {
      std::fill(sum->begin(), sum->end(), 0.0f);
    }
  }
};

// Rows that a tap reads: `own` of the pixel, `other` of the tap, which is
// already shifted so that index x means the tap of pixel x.
struct TapRows {
  const float *normal_x, *normal_y, *normal_z, *depth, *luminance;
};

// The hot loop: 25 of these a pixel and pass. Cloned so that the loop uses
// wide vectors where the machine has them.
__attribute__((target_clones("arch=x86-64-v3", "default"))) void AddTap(
    int from,
    int to,
    const TapRows& own,
    const float* __restrict slope,
    const float* __restrict tolerance,
    const TapRows& other,
    const float* __restrict trust,
    const float* __restrict red,
    const float* __restrict green,
    const float* __restrict blue,
    const float* __restrict variance,
    float tap,
    float reach,
    float normal_scale,
    float* __restrict sum_r,
    float* __restrict sum_g,
    float* __restrict sum_b,
    float* __restrict sum_variance,
    float* __restrict sum_weight) {
  for (int x = from; x < to; ++x) {
    const float cosine = own.normal_x[x] * other.normal_x[x] +
                         own.normal_y[x] * other.normal_y[x] +
                         own.normal_z[x] * other.normal_z[x];
    const float bend = std::max(0.0f, 1 - cosine) * normal_scale;
    const float gap =
        std::fabs(own.depth[x] - other.depth[x]) / (slope[x] * reach);
    const float difference =
        std::fabs(own.luminance[x] - other.luminance[x]) * tolerance[x];
    const float w =
        tap * trust[x] * Falloff(std::min(8.0f, bend + gap + difference));
    sum_r[x] += w * red[x];
    sum_g[x] += w * green[x];
    sum_b[x] += w * blue[x];
    sum_variance[x] += w * w * variance[x];
    sum_weight[x] += w;
  }
}

// 3x3 means over trusted pixels, so that one outlier does not guide itself.
void Smooth3x3(const DenoiseGuide& guide,
               const std::vector<float>& in,
               std::vector<float>& out,
               const WorkControl& control) {
  ParallelRows(guide.height, control.Silent(), [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < guide.width; ++x) {
        float sum = 0, weight = 0;
        for (int yy = std::max(0, y - 1);
             yy <= std::min(guide.height - 1, y + 1);
             ++yy) {
          for (int xx = std::max(0, x - 1);
               xx <= std::min(guide.width - 1, x + 1);
               ++xx) {
            const size_t j = static_cast<size_t>(yy) * guide.width + xx;
            sum += guide.weight[j] * in[j];
            weight += guide.weight[j];
          }
        }
        const size_t i = static_cast<size_t>(y) * guide.width + x;
        out[i] = weight > 1e-6f ? sum / weight : in[i];
      }
    }
  });
}

// Brings a pixel that is far darker or brighter than all but one of its
// neighbours back to them: the dots that crevices and glints leave after few
// samples, which the filter would take for edges. Lines keep two neighbours
// alike. What lies no further out than the neighbours spread is ordinary noise:
// cutting that off would darken the picture, as light's noise is lopsided.
void ClampOutliers(const DenoiseGuide& guide,
                   ColorPlanes& color,
                   const WorkControl& control) {
  std::vector<float> luminance(color.channel[0].size());
  for (size_t i = 0; i < luminance.size(); ++i) {
    luminance[i] = Luminance(color.Get(i));
  }
  ParallelRows(guide.height, control.Silent(), [&](int first, int end) {
    for (int y = std::max(1, first); y < std::min(end, guide.height - 1); ++y) {
      for (int x = 1; x + 1 < guide.width; ++x) {
        const size_t i = static_cast<size_t>(y) * guide.width + x;
        if (guide.weight[i] <= 0) continue;
        float low = 1e9f, next_low = 1e9f, high = -1, next_high = -1;
        int count = 0;
        for (int k = 0; k < 9; ++k) {
          const size_t j = i + (k / 3 - 1) * guide.width + (k % 3 - 1);
          if (k == 4 || guide.weight[j] <= 0) continue;
          const float v = luminance[j];
          ++count;
          next_low = std::min(next_low, std::max(v, low));
          low = std::min(low, v);
          next_high = std::max(next_high, std::min(v, high));
          high = std::max(high, v);
        }
        if (count < 4) continue;
        const float own = luminance[i];
        next_high = std::max(next_low, next_high);
        const float slack = next_high - next_low;
        const float wanted =
            std::clamp(own, next_low - slack, next_high + slack);
        if (wanted == own) continue;
        color.Set(i,
                  own > 1e-6f ? Color(color.Get(i) * (wanted / own))
                              : Color::Constant(wanted));
      }
    }
  });
}

// The share of a difference that its own noise does not explain (after James
// and Stein): 0 for plain noise, near 1 for a line or crease of the model.
float RealShare(float difference, float variance) {
  const float square = difference * difference;
  return square > variance ? 1 - variance / square : 0.0f;
}

// A pixel on an edge shows two surfaces at once and resembles neither, so the
// filter leaves its noise: dots along every edge. Its light lies between that
// of the surfaces beside it, which are known by now. What differs from them by
// more than noise stays: the dark gap between two drawers.
class EdgeMender {
 public:
  EdgeMender(const DenoiseGuide& guide,
             const std::vector<float>& support,
             const std::vector<float>& noise,
             const ColorPlanes& color)
      : guide_(guide),
        support_(support),
        noise_(noise),
        color_(color),
        real_(support.size(), 0.0f) {}

  void Run(ColorPlanes& out, const WorkControl& control) {
    ForInnerPixels(control, [&](size_t i) {
      const std::optional<Color> beside = Beside(i);
      if (!beside) return;
      real_[i] =
          RealShare(Luminance(color_.Get(i)) - Luminance(*beside), noise_[i]);
    });
    ForInnerPixels(control, [&](size_t i) {
      const std::optional<Color> beside = Beside(i);
      if (!beside) return;
      out.Set(i, *beside + Share(i) * (color_.Get(i) - *beside));
    });
  }

 private:
  static constexpr float kAlone =
      0.4f;  // share of the nearest taps that agreed
  static constexpr int kLeastNeighbours = 2;

  template <typename Visit>
  void ForInnerPixels(const WorkControl& control, Visit visit) const {
    ParallelRows(guide_.height, control.Silent(), [&](int first, int end) {
      for (int y = std::max(1, first); y < std::min(end, guide_.height - 1);
           ++y) {
        for (int x = 1; x + 1 < guide_.width; ++x) {
          visit(static_cast<size_t>(y) * guide_.width + x);
        }
      }
    });
  }

  size_t Neighbour(size_t i, int k) const {
    return i + (k / 3 - 1) * guide_.width + (k % 3 - 1);
  }

  // The mean of the surfaces beside a pixel that none of them resembles.
  std::optional<Color> Beside(size_t i) const {
    if (guide_.weight[i] <= 0 || support_[i] > kAlone) return std::nullopt;
    Color sum = Color::Zero();
    int count = 0;
    for (int k = 0; k < 9; ++k) {
      const size_t j = Neighbour(i, k);
      if (guide_.weight[j] <= 0 || support_[j] <= kAlone) continue;
      sum += color_.Get(j);
      ++count;
    }
    if (count < kLeastNeighbours) return std::nullopt;
    return Color(sum / static_cast<float>(count));
  }

  // A line that crosses from one row of pixels to the next is faint in both
  // there, and would break into dots if each pixel were judged alone: it is as
  // real as the line before and behind it.
  float Share(size_t i) const {
    float most = 0, next = 0;
    for (int k = 0; k < 9; ++k) {
      if (k == 4) continue;
      const float real = real_[Neighbour(i, k)];
      next = std::max(next, std::min(most, real));
      most = std::max(most, real);
    }
    return std::max(real_[i], next);
  }

  const DenoiseGuide& guide_;
  const std::vector<float>&support_, &noise_;
  const ColorPlanes& color_;
  std::vector<float> real_;
};

}  // namespace

void Denoise(const DenoiseGuide& guide,
             const DenoiseStrength& strength,
             ColorPlanes& color,
             std::vector<float>& variance,
             const WorkControl& control) {
  const int width = guide.width, height = guide.height;
  const size_t count = static_cast<size_t>(width) * height;
  ColorPlanes next;
  next.Resize(count);
  std::vector<float> next_variance(count), luminance(count),
      guide_luminance(count), tolerance(count), support(count);
  std::vector<float> noise(count);  // of the input, before it is filtered
  Smooth3x3(guide, variance, noise, control);
  for (size_t i = 0; i < count; ++i) noise[i] = std::max(noise[i], variance[i]);
  ClampOutliers(guide, color, control);
  float color_strength = strength.color;
  for (int pass = 0; pass < strength.passes; ++pass) {
    const int step = 1 << pass;
    for (size_t i = 0; i < count; ++i) luminance[i] = Luminance(color.Get(i));
    Smooth3x3(guide, luminance, guide_luminance, control);
    Smooth3x3(guide, variance, tolerance, control);
    for (size_t i = 0; i < count; ++i) {
      // Lines one pixel wide are no noise: the mean must not swallow them.
      const float gap = luminance[i] - guide_luminance[i];
      guide_luminance[i] += gap * RealShare(gap, kSure * tolerance[i]);
      tolerance[i] =
          1 / (color_strength * std::sqrt(std::max(0.0f, tolerance[i])) +
               strength.floor);
    }
    ParallelRows(height, control.Silent(), [&](int first, int end) {
      RowSums sums(width);
      for (int y = first; y < end; ++y) {
        sums.Clear();
        const size_t row = static_cast<size_t>(y) * width;
        const TapRows own{guide.normal_x + row,
                          guide.normal_y + row,
                          guide.normal_z + row,
                          guide.depth + row,
                          guide_luminance.data() + row};
        for (int dy = -2; dy <= 2; ++dy) {
          const int yy = y + dy * step;
          if (yy < 0 || yy >= height) continue;
          for (int dx = -2; dx <= 2; ++dx) {
            const int shift = dx * step;
            const ptrdiff_t at = static_cast<ptrdiff_t>(yy) * width + shift;
            const TapRows other{guide.normal_x + at,
                                guide.normal_y + at,
                                guide.normal_z + at,
                                guide.depth + at,
                                guide_luminance.data() + at};
            const float reach =
                step * std::sqrt(static_cast<float>(dx * dx + dy * dy)) + 1e-3f;
            AddTap(std::max(0, -shift),
                   std::min(width, width - shift),
                   own,
                   guide.slope + row,
                   tolerance.data() + row,
                   other,
                   guide.weight + at,
                   color.channel[0].data() + at,
                   color.channel[1].data() + at,
                   color.channel[2].data() + at,
                   variance.data() + at,
                   kTap[std::abs(dx)] * kTap[std::abs(dy)],
                   reach,
                   1 / strength.normal,
                   sums.r.data(),
                   sums.g.data(),
                   sums.b.data(),
                   sums.variance.data(),
                   sums.weight.data());
          }
        }
        for (int x = 0; x < width; ++x) {
          const size_t i = row + x;
          const float w = sums.weight[x];
          if (pass == 0) support[i] = w;
          if (guide.weight[i] <= 0 || w < 1e-6f) {
            next.Set(i, color.Get(i));
            next_variance[i] = variance[i];
          } else {
            next.Set(i, Color(sums.r[x], sums.g[x], sums.b[x]) / w);
            next_variance[i] = sums.variance[x] / (w * w);
          }
        }
      }
    });
    std::swap(color, next);
    std::swap(variance, next_variance);
    color_strength *= 0.7f;
  }
  next = color;
  EdgeMender(guide, support, noise, next).Run(color, control);
}

}  // namespace stage::engine
