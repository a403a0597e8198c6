#include "engine/render/sample_budget.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr float kEvenShare = 0.3f;  // of the noise that outlives the denoiser
// Between equal error everywhere (1) and the least error in sum (1/2).
constexpr float kExponent = 0.8f;

// Calls `visit` with the index of each pixel of the 3x3 around (x, y), those
// beyond the border replaced by the nearest inside.
template <typename Visit>
void ForNeighbourhood(const PixelRegion& region, int x, int y, Visit visit) {
  for (int k = 0; k < 9; ++k) {
    const int xx = std::clamp(x + k % 3 - 1, 0, region.width() - 1);
    const int yy = std::clamp(y + k / 3 - 1, 0, region.height() - 1);
    visit(static_cast<size_t>(yy) * region.width() + xx);
  }
}

// Variance of one sample's display value, over 3x3 pixels: few samples alone
// say little about their own spread.
float Spread(const Film& film, int x, int y) {
  float sum = 0, count = 0;
  ForNeighbourhood(film.region, x, y, [&](size_t i) {
    if (film.samples[i] == 0) return;
    const float n = film.samples[i];
    const float mean = film.shown[i] / n;
    sum += std::max(0.0f, film.shown_square[i] / n - mean * mean);
    count += 1;
  });
  return count > 0 ? sum / count : 0;
}

// Whether the 3x3 pixels around show one surface without an edge.
bool IsEven(const Film& film, int x, int y) {
  constexpr float kSameNormal = 0.97f;  // cosine
  constexpr float kSameAlbedo = 0.2f;   // relative
  const size_t own = static_cast<size_t>(y) * film.region.width() + x;
  const auto normal_at = [&](size_t i) {
    return Color(film.normal.Get(i) / std::max(1e-3f, film.hits[i]));
  };
  const auto albedo_at = [&](size_t i) {
    return Luminance(film.albedo.Get(i)) / film.samples[i];
  };
  const Color normal = normal_at(own);
  const float albedo = albedo_at(own);
  bool even = true;
  ForNeighbourhood(film.region, x, y, [&](size_t i) {
    even = even && film.object[i] == film.object[own] &&
           film.hits[i] > film.samples[i] - 0.5f &&
           (normal_at(i) * normal).sum() >= kSameNormal &&
           std::fabs(albedo_at(i) - albedo) <= kSameAlbedo * albedo;
  });
  return even;
}

std::vector<float> Wishes(const Film& film, const WorkControl& control) {
  const int width = film.region.width();
  std::vector<float> wish(film.size(), 0.0f);
  ParallelRows(film.region.height(), control.Silent(), [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < width; ++x) {
        const size_t i = static_cast<size_t>(y) * width + x;
        if (film.samples[i] <= 1) continue;
        const float spread = Spread(film, x, y);
        if (spread <= 0) continue;
        wish[i] =
            std::pow(spread * (IsEven(film, x, y) ? kEvenShare : 1), kExponent);
      }
    }
  });
  return wish;
}

// In fours, each a well spread set of its own.
int Extra(float wish, int samples, double scale, int most) {
  const double wanted = std::min<double>(wish * scale, most) - samples;
  return std::clamp(
      static_cast<int>(wanted / 4 + 0.5) * 4, 0, std::max(0, most - samples));
}

}  // namespace

std::vector<uint8_t> ExtraSamples(const Film& film,
                                  double budget,
                                  int most,
                                  const WorkControl& control) {
  const std::vector<float> wish = Wishes(film, control);
  // The scale that spends the budget, by bisection of its logarithm.
  double low = -5, high = 20;
  for (int step = 0; step < 28; ++step) {
    const double middle = 0.5 * (low + high);
    const double scale = std::exp(middle);
    double total = 0;
    for (size_t i = 0; i < wish.size(); ++i) {
      if (wish[i] > 0) total += Extra(wish[i], film.samples[i], scale, most);
    }
    (total > budget ? high : low) = middle;
  }
  std::vector<uint8_t> extra(wish.size(), 0);
  const double scale = std::exp(low);
  for (size_t i = 0; i < wish.size(); ++i) {
    if (wish[i] <= 0) continue;
    extra[i] =
        static_cast<uint8_t>(Extra(wish[i], film.samples[i], scale, most));
  }
  return extra;
}

}  // namespace stage::engine
