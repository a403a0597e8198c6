#include "engine/completion/patch_field.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace stage::engine {
namespace {

constexpr int kChannels = 4;
constexpr int kRadius = kPatchRadiusPx;
// Sources that each pixel of a rim tries.
constexpr size_t kMostTried = 1500;

// A well-mixed number of its arguments (splitmix64's finisher).
uint64_t Mixed(uint64_t a, uint64_t b, uint64_t c) {
  uint64_t x = a + 0x9E3779B97F4A7C15ull * (b + 1) + 0xD1B54A32D192ED03ull * c;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

// The part of a patch around (x, y) that lies in the picture.
struct Window {
  int x0, x1, y0, y1;

  Window(int x, int y, int width, int height)
      : x0(-std::min(kRadius, x)),
        x1(std::min(kRadius, width - 1 - x)),
        y0(-std::min(kRadius, y)),
        y1(std::min(kRadius, height - 1 - y)) {}

  int Count() const { return (x1 - x0 + 1) * (y1 - y0 + 1); }
};

// For each pixel, whether the patch around it satisfies `mask` everywhere.
std::vector<uint8_t> Eroded(const ImageU8& mask) {
  const int width = mask.width();
  const int height = mask.height();
  std::vector<uint8_t> along(static_cast<size_t>(width) * height, 0);
  std::vector<uint8_t> both(along.size(), 0);
  for (int y = 0; y < height; ++y) {
    int run = 0;
    for (int x = 0; x < width; ++x) {
      run = mask.at(x, y) != 0 ? run + 1 : 0;
      if (run >= 2 * kRadius + 1) {
        along[static_cast<size_t>(y) * width + x - kRadius] = 1;
      }
    }
  }
  for (int x = 0; x < width; ++x) {
    int run = 0;
    for (int y = 0; y < height; ++y) {
      run = along[static_cast<size_t>(y) * width + x] != 0 ? run + 1 : 0;
      if (run >= 2 * kRadius + 1) {
        both[static_cast<size_t>(y - kRadius) * width + x] = 1;
      }
    }
  }
  return both;
}

// Hole pixels in rings from the rim inwards; pixels of a ring in row order.
std::vector<std::vector<int>> Rings(const ImageU8& hole) {
  const int width = hole.width();
  const int height = hole.height();
  std::vector<uint8_t> open(static_cast<size_t>(width) * height);
  std::vector<int> left;
  for (int i = 0; i < width * height; ++i) {
    open[i] = hole.data()[i] != 0;
    if (open[i]) left.push_back(i);
  }
  std::vector<std::vector<int>> rings;
  while (!left.empty()) {
    std::vector<int> ring, inside;
    for (const int pixel : left) {
      const int x = pixel % width;
      const int y = pixel / width;
      const bool at_rim = (x > 0 && !open[pixel - 1]) ||
                          (x + 1 < width && !open[pixel + 1]) ||
                          (y > 0 && !open[pixel - width]) ||
                          (y + 1 < height && !open[pixel + width]);
      (at_rim ? ring : inside).push_back(pixel);
    }
    if (ring.empty()) ring.swap(inside);  // a hole without any rim
    for (const int pixel : ring) open[pixel] = 0;
    rings.push_back(std::move(ring));
    left = std::move(inside);
  }
  return rings;
}

}  // namespace

PatchField::PatchField(const PatchLevel& level,
                       const CopyCost& cost,
                       uint64_t seed)
    : level_(level),
      cost_(cost),
      seed_(seed),
      width_(level.pixels.width()),
      height_(level.pixels.height()),
      target_at_(static_cast<size_t>(width_) * height_, -1),
      source_at_(Eroded(level.usable)) {
  for (int i = 0; i < width_ * height_; ++i) {
    if (source_at_[i]) sources_.push_back(i);
  }
  if (sources_.empty()) {
    throw Error(ErrorKind::kInput,
                "nothing is left around the mask to fill it from; mark less");
  }
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < width_; ++x) {
      const Window window(x, y, width_, height_);
      bool touches = false;
      for (int dy = window.y0; dy <= window.y1 && !touches; ++dy) {
        const uint8_t* row = level.hole.row(y + dy);
        for (int dx = window.x0; dx <= window.x1; ++dx) {
          touches = touches || row[x + dx] != 0;
        }
      }
      if (!touches) continue;
      target_at_[static_cast<size_t>(y) * width_ + x] =
          static_cast<int>(targets_.size());
      targets_.push_back(y * width_ + x);
    }
  }
  match_.resize(targets_.size());
  for (size_t i = 0; i < match_.size(); ++i) {
    match_[i].source = sources_[Mixed(seed_, i, 0) % sources_.size()];
  }
}

float PatchField::Rise(int target_row, int source_row) const {
  const auto even = [this](int row) {
    return row - kRadius >= cost_.even_from && row + kRadius < cost_.even_to;
  };
  if (even(target_row) && even(source_row)) return 0;
  return static_cast<float>(
      cost_.rise *
      std::min(1.0, std::abs(target_row - source_row) / cost_.rise_px));
}

// Mean squared difference of the patches, and what the copy costs beside.
// Gives up as soon as it is above `at_most`.
float PatchField::Cost(int target, int source, float at_most) const {
  const int tx = target % width_, ty = target / width_;
  const int sx = source % width_, sy = source / width_;
  float extra = 0;
  if (cost_.rise > 0) extra += Rise(ty, sy);
  if (cost_.blur > 0 && !level_.sharpness.empty()) {
    const float lost =
        level_.sharpness.at(tx, ty) - level_.sharpness.at(sx, sy);
    if (lost > 0) extra += static_cast<float>(cost_.blur) * lost;
  }
  const Window window(tx, ty, width_, height_);
  const float limit = (at_most - extra) * window.Count();
  const int count = (window.x1 - window.x0 + 1);
  float total = 0;
  for (int dy = window.y0; dy <= window.y1; ++dy) {
    const float* a = level_.pixels.row(ty + dy) + kChannels * (tx + window.x0);
    const float* b = level_.pixels.row(sy + dy) + kChannels * (sx + window.x0);
    float sums[kChannels] = {0, 0, 0, 0};
    for (int i = 0; i < count; ++i) {
      for (int c = 0; c < kChannels; ++c) {
        const float difference = a[i * kChannels + c] - b[i * kChannels + c];
        sums[c] += difference * difference;
      }
    }
    total += (sums[0] + sums[1]) + (sums[2] + sums[3]);
    if (total > limit) return std::numeric_limits<float>::max();
  }
  return total / window.Count() + extra;
}

float PatchField::PartialCost(int target,
                              int source,
                              const std::vector<uint8_t>& known) const {
  const int tx = target % width_, ty = target / width_;
  const int sx = source % width_, sy = source / width_;
  const Window window(tx, ty, width_, height_);
  float total = 0;
  int count = 0;
  for (int dy = window.y0; dy <= window.y1; ++dy) {
    for (int dx = window.x0; dx <= window.x1; ++dx) {
      if (!known[static_cast<size_t>(ty + dy) * width_ + tx + dx]) continue;
      const float* a = &level_.pixels.at(tx + dx, ty + dy);
      const float* b = &level_.pixels.at(sx + dx, sy + dy);
      for (int c = 0; c < kChannels; ++c) {
        total += (a[c] - b[c]) * (a[c] - b[c]);
      }
      ++count;
    }
  }
  const float rise = cost_.rise > 0 ? Rise(ty, sy) : 0;
  return count == 0 ? rise : total / static_cast<float>(count) + rise;
}

void PatchField::BeginInRows() {
  for (size_t i = 0; i < targets_.size(); ++i) {
    const int y = targets_[i] / width_;
    const auto first =
        std::lower_bound(sources_.begin(), sources_.end(), y * width_);
    const auto end = std::lower_bound(first, sources_.end(), (y + 1) * width_);
    const auto count = static_cast<uint64_t>(end - first);
    if (count > 0) match_[i].source = first[Mixed(seed_, i, 5) % count];
  }
}

void PatchField::FillFromRim(PatchLevel& level, const WorkControl& work) {
  std::vector<uint8_t> known(static_cast<size_t>(width_) * height_);
  for (size_t i = 0; i < known.size(); ++i) known[i] = !level.hole.data()[i];
  const size_t stride = 1 + sources_.size() / kMostTried;
  for (const std::vector<int>& ring : Rings(level.hole)) {
    ParallelFor(static_cast<int>(ring.size()), work.Silent(), [&](int i) {
      Match& match = match_[target_at_[ring[i]]];
      match.cost = std::numeric_limits<float>::max();
      const auto consider = [&](int source) {
        const float cost = PartialCost(ring[i], source, known);
        if (cost < match.cost) match = {source, cost};
      };
      for (size_t s = 0; s < sources_.size(); s += stride) {
        consider(sources_[s]);
      }
      // What continues the copies beside it.
      const int x = ring[i] % width_, y = ring[i] / width_;
      for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
        const int nx = x + dx, ny = y + dy;
        if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) continue;
        const int beside = ny * width_ + nx;
        if (level.hole.data()[beside] == 0 || !known[beside]) continue;
        const int source = match_[target_at_[beside]].source;
        const int sx = source % width_ - dx, sy = source / width_ - dy;
        if (IsSource(sx, sy)) consider(sy * width_ + sx);
      }
    });
    for (const int pixel : ring) {
      const int source = match_[target_at_[pixel]].source;
      const float* from = &level.pixels.data()[kChannels * source];
      std::copy(
          from, from + kChannels, &level.pixels.data()[kChannels * pixel]);
      known[pixel] = 1;
    }
  }
}

void PatchField::TakeCoarser(const PatchField& coarser) {
  for (size_t i = 0; i < targets_.size(); ++i) {
    const int x = targets_[i] % width_, y = targets_[i] / width_;
    const int coarse_x = std::min(x / 2, coarser.width_ - 1);
    const int coarse_y = std::min(y / 2, coarser.height_ - 1);
    const int target =
        coarser.target_at_[static_cast<size_t>(coarse_y) * coarser.width_ +
                           coarse_x];
    if (target < 0) continue;
    const int source = coarser.match_[target].source;
    const int source_x = 2 * (source % coarser.width_) + x % 2;
    const int source_y = 2 * (source / coarser.width_) + y % 2;
    if (IsSource(source_x, source_y)) {
      match_[i].source = source_y * width_ + source_x;
    }
  }
}

void PatchField::Refresh(const WorkControl& work) {
  ParallelRows(static_cast<int>(targets_.size()),
               work.Silent(),
               [&](int begin, int end) {
                 for (int i = begin; i < end; ++i) {
                   match_[i].cost = Cost(targets_[i],
                                         match_[i].source,
                                         std::numeric_limits<float>::max());
                 }
               });
}

void PatchField::Search(int rounds, const WorkControl& work) {
  Refresh(work);
  const int reach = std::max(width_, height_) / 2;
  for (int r = 0; r < rounds; ++r, ++round_) {
    const std::vector<Match> before = match_;
    const int step = 1 << (2 * (round_ % 3));  // 1, 4, 16
    ParallelRows(
        static_cast<int>(targets_.size()),
        work.Silent(),
        [&](int begin, int end) {
          for (int i = begin; i < end; ++i) {
            Match best = match_[i];
            const int x = targets_[i] % width_, y = targets_[i] / width_;
            const auto consider = [&](int sx, int sy) {
              if (!IsSource(sx, sy)) return;
              const int source = sy * width_ + sx;
              if (source == best.source) return;
              const float cost = Cost(targets_[i], source, best.cost);
              if (cost < best.cost) best = {source, cost};
            };
            for (const auto& [dx, dy] :
                 {std::pair{step, 0}, {-step, 0}, {0, step}, {0, -step}}) {
              const int nx = x + dx, ny = y + dy;
              if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) continue;
              const int target =
                  target_at_[static_cast<size_t>(ny) * width_ + nx];
              if (target < 0) continue;
              const int source = before[target].source;
              consider(source % width_ - dx, source / width_ - dy);
            }
            uint64_t random = Mixed(seed_, i, round_ + 1);
            for (int radius = reach; radius >= 1; radius /= 4) {
              random = Mixed(random, radius, 7);
              const int span = 2 * radius + 1;
              consider(best.source % width_ +
                           static_cast<int>((random & 0xFFFFFFFF) % span) -
                           radius,
                       best.source / width_ +
                           static_cast<int>((random >> 32) % span) - radius);
            }
            random = Mixed(random, 1, 9);
            const int anywhere = sources_[random % sources_.size()];
            consider(anywhere % width_, anywhere / width_);
            match_[i] = best;
          }
        });
  }
}

void PatchField::Vote(PatchLevel& level, const WorkControl& work) const {
  // A patch that fits as well as three quarters of them counts e^-1/2.
  std::vector<float> costs(match_.size());
  std::transform(
      match_.begin(), match_.end(), costs.begin(), [](const Match& m) {
        return m.cost;
      });
  const auto quartile =
      costs.begin() + static_cast<int64_t>(costs.size()) * 3 / 4;
  std::nth_element(costs.begin(), quartile, costs.end());
  const float spread = std::max(*quartile, 1e-7f);
  std::vector<float> weight_of(match_.size());
  std::transform(
      match_.begin(), match_.end(), weight_of.begin(), [&](const Match& m) {
        return std::exp(-0.5f * m.cost / spread) + 1e-6f;
      });

  ImageF filled = level.pixels;
  ParallelRows(height_, work.Silent(), [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      for (int x = 0; x < width_; ++x) {
        if (level.hole.at(x, y) == 0) continue;
        const Window window(x, y, width_, height_);
        float sum[kChannels] = {0, 0, 0, 0};
        float weights = 0;
        for (int dy = window.y0; dy <= window.y1; ++dy) {
          for (int dx = window.x0; dx <= window.x1; ++dx) {
            const int target =
                target_at_[static_cast<size_t>(y + dy) * width_ + x + dx];
            if (target < 0) continue;
            const Match& match = match_[target];
            const float weight = weight_of[target];
            const float* from = &level.pixels.at(match.source % width_ - dx,
                                                 match.source / width_ - dy);
            for (int c = 0; c < kChannels; ++c) sum[c] += weight * from[c];
            weights += weight;
          }
        }
        for (int c = 0; c < kChannels; ++c) {
          filled.at(x, y, c) = sum[c] / weights;
        }
      }
    }
  });
  level.pixels = std::move(filled);
}

}  // namespace stage::engine
