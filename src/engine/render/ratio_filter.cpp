#include "engine/render/ratio_filter.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {

void ShareNoise(const LightField& field,
                int step,
                const WorkControl& control,
                RatioGrid& grid) {
  constexpr float kRadiusShare = 0.35f;
  const View& view = field.view;
  const ColorPlanes in = grid.ratio;
  ParallelFor(grid.rows, control.Silent(), [&](int row) {
    for (int column = 0; column < grid.columns; ++column) {
      const size_t i = grid.At(column, row);
      if (grid.state[i] != RatioGrid::kSampled || grid.face[i] < 0 ||
          grid.face[i] == RatioGrid::kOutside) {
        continue;
      }
      const Color own = in.Get(i);
      const RoomHit room = grid.RoomAt(field, column, row);
      const float metres_per_cell =
          grid.spacing * room.distance / view.focal_px();
      const float radius =
          kRadiusShare / std::max(grid.nearness[i], 1e-3f) / metres_per_cell;
      if (step > 1 && radius < step) continue;
      const float widest = 4.0f * step * step;
      const float scale = 1 / (2 * std::min(radius * radius, widest) + 1e-6f);
      // Differences within the noise do not count.
      const float noise = 2 * grid.error[i] + 0.02f;
      const float range = 1 / (2 * noise * noise);
      Color sum = Color::Zero();
      float weight = 0, error = 0;
      for (int dy = -2; dy <= 2; ++dy) {
        const int r = row + dy * step;
        if (r < 0 || r >= grid.rows) continue;
        for (int dx = -2; dx <= 2; ++dx) {
          const int c = column + dx * step;
          if (c < 0 || c >= grid.columns) continue;
          const size_t j = grid.At(c, r);
          if (grid.state[j] == RatioGrid::kHidden ||
              grid.face[j] != grid.face[i]) {
            continue;
          }
          const Color other = in.Get(j);
          const float d2 =
              static_cast<float>((dx * dx + dy * dy) * step * step);
          const float difference = (other - own).abs().maxCoeff();
          const float w =
              std::exp(-d2 * scale - range * difference * difference);
          sum += other * w;
          weight += w;
          error += w * w;
        }
      }
      grid.ratio.Set(i, sum / weight);
      grid.error[i] *= std::sqrt(error) / weight;
    }
  });
}

void LiftDots(const WorkControl& control, RatioGrid& grid) {
  const ColorPlanes in = grid.ratio;
  ParallelFor(grid.rows - 2, control.Silent(), [&](int band) {
    const int row = band + 1;
    for (int column = 1; column + 1 < grid.columns; ++column) {
      const size_t i = grid.At(column, row);
      if (grid.state[i] != RatioGrid::kSampled) continue;
      const float own = Luminance(in.Get(i));
      float darkest = 1e9f, next = 1e9f;
      for (int k = 0; k < 9; ++k) {
        const size_t j = grid.At(column + k % 3 - 1, row + k / 3 - 1);
        if (k == 4 || grid.state[j] == RatioGrid::kHidden ||
            grid.face[j] != grid.face[i]) {
          continue;
        }
        const float other = Luminance(in.Get(j));
        next = std::min(next, std::max(darkest, other));
        darkest = std::min(darkest, other);
      }
      if (next > 1e8f || own >= next) continue;
      grid.ratio.Set(i, in.Get(i) * (next / std::max(own, 1e-3f)));
    }
  });
}

ImageF FillHidden(const RatioGrid& grid,
                  int width,
                  int height,
                  const WorkControl& control) {
  ImageF ratio(width, height, 3);
  ParallelRows(height, control.Silent(), [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < width; ++x) {
        const size_t i = grid.At(x, y);
        Color value = grid.ratio.Get(i);
        if (grid.state[i] == RatioGrid::kHidden) {
          Color sum = Color::Zero();
          float weight = 0;
          for (int yy = std::max(0, y - kFillRadius);
               yy <= std::min(height - 1, y + kFillRadius);
               ++yy) {
            for (int xx = std::max(0, x - kFillRadius);
                 xx <= std::min(width - 1, x + kFillRadius);
                 ++xx) {
              const size_t j = grid.At(xx, yy);
              if (grid.state[j] == RatioGrid::kHidden) continue;
              const int d2 = (xx - x) * (xx - x) + (yy - y) * (yy - y);
              float w = 1.0f / static_cast<float>(d2 * d2);
              if (grid.face[j] != grid.face[i]) w *= 0.01f;
              sum += grid.ratio.Get(j) * w;
              weight += w;
            }
          }
          value = weight > 0 ? Color(sum / weight) : Color::Ones();
        }
        StoreColor(value, ratio.row(y) + 3 * static_cast<size_t>(x));
      }
    }
  });
  return ratio;
}

}  // namespace stage::engine
