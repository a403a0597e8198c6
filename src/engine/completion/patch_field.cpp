#include "engine/completion/patch_field.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace stage::engine {
namespace {

constexpr int kChannels = 4;
constexpr int kRadius = kPatchRadiusPx;

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
    if (i % width_ == 0) {
      row_begins_.push_back(static_cast<int>(sources_.size()));
    }
    if (source_at_[i]) sources_.push_back(i);
  }
  row_begins_.push_back(static_cast<int>(sources_.size()));
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
  extra += static_cast<float>(cost_.Unlike(sx, sy));
  if (cost_.far > 0) {
    extra += static_cast<float>(cost_.far * std::hypot(tx - sx, ty - sy)) /
             static_cast<float>(std::max(width_, height_));
  }
  if (cost_.blur > 0 && !level_.sharpness.empty()) {
    const float lost =
        level_.sharpness.at(tx, ty) - level_.sharpness.at(sx, sy);
    if (lost > 0) extra += static_cast<float>(cost_.blur) * lost;
  }
  if (!cost_.lines.empty()) {
    extra += static_cast<float>(
        cost_.Astray({tx + 0.5, ty + 0.5}, {sx + 0.5, sy + 0.5}));
  }
  if (extra >= at_most) return std::numeric_limits<float>::max();
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

std::optional<int> PatchField::InRow(int row, uint64_t random) const {
  const int first = row_begins_[row];
  const int count = row_begins_[row + 1] - first;
  if (count == 0) return std::nullopt;
  return sources_[first + static_cast<int>(random % count)];
}

void PatchField::BeginInRows() {
  for (size_t i = 0; i < targets_.size(); ++i) {
    const auto source = InRow(targets_[i] / width_, Mixed(seed_, i, 5));
    if (source) match_[i].source = *source;
  }
}

void PatchField::BeginWith(const std::vector<int>& sources, PatchLevel& level) {
  for (size_t i = 0; i < targets_.size(); ++i) {
    const int pixel = targets_[i];
    if (sources[pixel] >= 0) match_[i].source = sources[pixel];
    if (level.hole.data()[pixel] == 0) continue;
    const float* from = &level.pixels.data()[kChannels * match_[i].source];
    std::copy(from, from + kChannels, &level.pixels.data()[kChannels * pixel]);
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
            if (cost_.rise > 0 && !cost_.IsPlain(y)) {
              random = Mixed(random, 2, 9);
              const auto level = InRow(y, random);
              if (level) consider(*level % width_, *level / width_);
            }
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
