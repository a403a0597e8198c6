#include "engine/render/room_ratio.h"

#include <algorithm>
#include <cmath>

#include "engine/render/film.h"

namespace stage::engine {
namespace {

constexpr int kNone = -1;         // no room surface
constexpr int kOutside = 0x7fff;  // seen through an opening: other light
constexpr float kHiddenBelow = 0.02f;

// A regular grid of points over the picture, `spacing` pixels apart.
struct Grid {
  int spacing = 0, columns = 0, rows = 0;
  ColorPlanes ratio;
  std::vector<float> nearness, error;
  std::vector<int16_t> face;
  enum State : uint8_t { kInterpolated, kSampled, kHidden };
  std::vector<uint8_t> state;

  Grid(int spacing_px, int width, int height)
      : spacing(spacing_px),
        columns((width + spacing_px - 1) / spacing_px + 1),
        rows((height + spacing_px - 1) / spacing_px + 1) {
    const size_t count = static_cast<size_t>(columns) * rows;
    ratio.Resize(count);
    nearness.assign(count, 0);
    error.assign(count, 0);
    face.assign(count, kNone);
    state.assign(count, kInterpolated);
  }
  size_t At(int column, int row) const {
    return static_cast<size_t>(row) * columns + column;
  }
};

// Directions a point gets at a level: coarse points stand for many pixels.
struct Effort {
  int fewest, most;
};

Effort EffortAt(int spacing) {
  if (spacing >= 8) return {24, 96};
  if (spacing >= 4) return {16, 64};
  if (spacing >= 2) return {8, 32};
  return {8, 20};
}

class RatioPass {
 public:
  RatioPass(const PathTracer& tracer,
            const PhotoIllumination& light,
            const OpeningSet& openings,
            uint32_t seed,
            const WorkControl& control)
      : tracer_(tracer),
        light_(light),
        openings_(openings),
        seed_(seed),
        control_(control) {}

  ImageF Run();

 private:
  RoomHit RoomAt(const Grid& grid, int column, int row) const;
  void Sample(Grid& grid, int column, int row) const;
  void SampleAll(Grid& grid, const WorkControl& control) const;
  std::vector<uint8_t> CellsToSplit(const Grid& grid) const;
  Grid Refined(const Grid& coarse, const WorkControl& control) const;
  void Filter(Grid& grid) const;
  ImageF FillHidden(const Grid& grid) const;

  const PathTracer& tracer_;
  const PhotoIllumination& light_;
  const OpeningSet& openings_;
  const uint32_t seed_;
  const WorkControl& control_;
};

RoomHit RatioPass::RoomAt(const Grid& grid, int column, int row) const {
  const LightField& field = light_.field();
  return field.prism.Intersect(
      field.view.position(),
      field.view.Ray(column * grid.spacing + 0.5f, row * grid.spacing + 0.5f));
}

void RatioPass::Sample(Grid& grid, int column, int row) const {
  const size_t i = grid.At(column, row);
  const LightField& field = light_.field();
  const RoomHit room = RoomAt(grid, column, row);
  grid.ratio.Set(i, Color::Ones());
  grid.state[i] = Grid::kSampled;
  grid.face[i] = static_cast<int16_t>(room.face);
  if (room.face < 0) return;
  if (openings_.Contain(room)) {
    grid.face[i] = kOutside;
    return;
  }
  const Eigen::Vector3f camera = field.view.position();
  const Eigen::Vector3f to = room.point - camera;
  const float distance = to.norm();
  const Color visible =
      tracer_.geometry().Transmittance(camera, to / distance, distance - 2e-3f);
  if (visible.maxCoeff() < kHiddenBelow) {
    grid.state[i] = Grid::kHidden;
    return;
  }
  const Effort effort = EffortAt(grid.spacing);
  const uint32_t pixel =
      MortonIndex(column * grid.spacing, row * grid.spacing);
  const RatioSample sample =
      EstimateRatio(tracer_,
                    light_,
                    room.point,
                    field.prism.faces()[room.face].normal,
                    effort.fewest,
                    effort.most,
                    HashBits(pixel, seed_));
  grid.ratio.Set(i, sample.ratio);
  grid.nearness[i] = sample.nearness;
  grid.error[i] = sample.error;
}

void RatioPass::SampleAll(Grid& grid, const WorkControl& control) const {
  ParallelFor(grid.rows, control, [&](int row) {
    for (int column = 0; column < grid.columns; ++column) {
      Sample(grid, column, row);
    }
  });
}

// A cell is split where its corners differ in surface, visibility or value, or
// where furniture is nearer than a few cells: there the ratio may bend inside.
std::vector<uint8_t> RatioPass::CellsToSplit(const Grid& grid) const {
  constexpr float kMostStep = 0.035f;
  constexpr float kCellsToFurniture = 0.3f;
  constexpr int kSilhouette = 4;  // pixels a visible corner speaks for
  const View& view = light_.field().view;
  const auto& faces = light_.field().prism.faces();
  std::vector<uint8_t> split(
      static_cast<size_t>(grid.columns - 1) * (grid.rows - 1), 0);
  ParallelFor(grid.rows - 1, control_.Silent(), [&](int row) {
    for (int column = 0; column + 1 < grid.columns; ++column) {
      const size_t corner[4] = {grid.At(column, row),
                                grid.At(column + 1, row),
                                grid.At(column, row + 1),
                                grid.At(column + 1, row + 1)};
      int hidden = 0;
      bool one_face = true, sampled = false, all_one = true;
      int face = kNone;
      Color low = Color::Constant(10), high = Color::Zero();
      float nearness = 0, error = 0;
      for (const size_t i : corner) {
        sampled |= grid.state[i] != Grid::kInterpolated;
        if (grid.state[i] == Grid::kHidden) {
          ++hidden;
          continue;
        }
        const Color ratio = grid.ratio.Get(i);
        all_one &= (ratio == Color::Ones()).all();
        low = low.min(ratio);
        high = high.max(ratio);
        nearness = std::max(nearness, grid.nearness[i]);
        error = std::max(error, grid.error[i]);
        one_face &= face == kNone || grid.face[i] == face;
        face = grid.face[i];
      }
      if (!sampled || hidden == 4) continue;
      // A silhouette before a far wall needs no more than its visible corners.
      bool wanted = (!one_face && !all_one) ||
                    (high - low).maxCoeff() > kMostStep + 2 * error ||
                    (hidden > 0 && grid.spacing > kSilhouette);
      if (!wanted && nearness > 0) {
        const RoomHit room = RoomAt(grid, column, row);
        const Eigen::Vector3f ray =
            (room.point - view.position()).normalized();
        const float cosine =
            room.face < 0
                ? 1
                : std::max(0.1f, -ray.dot(faces[room.face].normal));
        const float cell =
            grid.spacing * room.distance / (view.focal_px() * cosine);
        wanted = cell * nearness > kCellsToFurniture;
      }
      split[static_cast<size_t>(row) * (grid.columns - 1) + column] = wanted;
    }
  });
  return split;
}

// The mean of the visible corners among up to four.
void Interpolate(const Grid& coarse,
                 int c0,
                 int r0,
                 int c1,
                 int r1,
                 Grid& fine,
                 size_t to) {
  c1 = std::min(c1, coarse.columns - 1);
  r1 = std::min(r1, coarse.rows - 1);
  Color sum = Color::Zero();
  float nearness = 0, error = 0;
  int visible = 0;
  fine.face[to] = coarse.face[coarse.At(c0, r0)];
  for (int r = r0; r <= r1; ++r) {
    for (int c = c0; c <= c1; ++c) {
      const size_t j = coarse.At(c, r);
      if (coarse.state[j] == Grid::kHidden) continue;
      sum += coarse.ratio.Get(j);
      nearness = std::max(nearness, coarse.nearness[j]);
      error = std::max(error, coarse.error[j]);
      fine.face[to] = coarse.face[j];
      ++visible;
    }
  }
  fine.ratio.Set(to,
                 visible > 0 ? Color(sum / static_cast<float>(visible))
                             : Color::Ones());
  fine.nearness[to] = nearness;
  fine.error[to] = error;
  fine.state[to] = visible > 0 ? Grid::kInterpolated : Grid::kHidden;
}

Grid RatioPass::Refined(const Grid& coarse,
                        const WorkControl& control) const {
  const View& view = light_.field().view;
  const std::vector<uint8_t> split = CellsToSplit(coarse);
  Grid fine(coarse.spacing / 2, view.width(), view.height());
  const int cell_columns = coarse.columns - 1, cell_rows = coarse.rows - 1;
  auto is_split = [&](int column, int row) {
    return column >= 0 && row >= 0 && column < cell_columns &&
           row < cell_rows && split[static_cast<size_t>(row) * cell_columns + column];
  };
  ParallelFor(fine.rows, control, [&](int row) {
    for (int column = 0; column < fine.columns; ++column) {
      const int c = column / 2, r = row / 2;
      const bool odd_c = column % 2, odd_r = row % 2;
      const size_t i = fine.At(column, row);
      if (!odd_c && !odd_r) {
        const size_t j = coarse.At(c, r);
        fine.ratio.Set(i, coarse.ratio.Get(j));
        fine.nearness[i] = coarse.nearness[j];
        fine.error[i] = coarse.error[j];
        fine.face[i] = coarse.face[j];
        fine.state[i] = coarse.state[j];
        continue;
      }
      const bool wanted = is_split(c, r) || (!odd_c && is_split(c - 1, r)) ||
                          (!odd_r && is_split(c, r - 1));
      if (wanted) {
        Sample(fine, column, row);
        continue;
      }
      Interpolate(coarse, c, r, c + odd_c, r + odd_r, fine, i);
    }
  });
  return fine;
}

// Noise of sampled points is shared out among neighbours of the same surface,
// no wider than furniture is far: nearer than that the ratio has detail.
void RatioPass::Filter(Grid& grid) const {
  constexpr float kRadiusShare = 0.35f;
  const View& view = light_.field().view;
  const ColorPlanes in = grid.ratio;
  ParallelFor(grid.rows, control_.Silent(), [&](int row) {
    for (int column = 0; column < grid.columns; ++column) {
      const size_t i = grid.At(column, row);
      if (grid.state[i] != Grid::kSampled || grid.face[i] < 0 ||
          grid.face[i] == kOutside) {
        continue;
      }
      const Color own = in.Get(i);
      if (grid.nearness[i] <= 0 && (own == Color::Ones()).all()) continue;
      const RoomHit room = RoomAt(grid, column, row);
      const float metres_per_cell =
          grid.spacing * room.distance / view.focal_px();
      const float radius =
          kRadiusShare / std::max(grid.nearness[i], 1e-3f) / metres_per_cell;
      const float scale = 1 / (2 * std::min(radius * radius, 4.0f) + 1e-6f);
      // Differences within the noise do not count.
      const float noise = 2 * grid.error[i] + 0.02f;
      const float range = 1 / (2 * noise * noise);
      Color sum = Color::Zero();
      float weight = 0, error = 0;
      for (int dy = -2; dy <= 2; ++dy) {
        const int r = row + dy;
        if (r < 0 || r >= grid.rows) continue;
        for (int dx = -2; dx <= 2; ++dx) {
          const int c = column + dx;
          if (c < 0 || c >= grid.columns) continue;
          const size_t j = grid.At(c, r);
          if (grid.state[j] == Grid::kHidden || grid.face[j] != grid.face[i]) {
            continue;
          }
          const Color other = in.Get(j);
          const float d2 = static_cast<float>(dx * dx + dy * dy);
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

ImageF RatioPass::FillHidden(const Grid& grid) const {
  const View& view = light_.field().view;
  const int width = view.width(), height = view.height();
  ImageF ratio(width, height, 3);
  constexpr int kRadius = 3;
  ParallelRows(height, control_.Silent(), [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < width; ++x) {
        const size_t i = grid.At(x, y);
        Color value = grid.ratio.Get(i);
        if (grid.state[i] == Grid::kHidden) {
          Color sum = Color::Zero();
          float weight = 0;
          for (int yy = std::max(0, y - kRadius);
               yy <= std::min(height - 1, y + kRadius);
               ++yy) {
            for (int xx = std::max(0, x - kRadius);
                 xx <= std::min(width - 1, x + kRadius);
                 ++xx) {
              const size_t j = grid.At(xx, yy);
              if (grid.state[j] == Grid::kHidden) continue;
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

ImageF RatioPass::Run() {
  const View& view = light_.field().view;
  const int long_edge = std::max(view.width(), view.height());
  const int start = long_edge > 2000 ? 16 : 8;
  Grid grid(start, view.width(), view.height());
  SampleAll(grid, control_.Part(0, 0.3));
  double done = 0.3;
  while (grid.spacing > 1) {
    Filter(grid);
    const double next = done + (1 - done) * 0.4;
    grid = Refined(grid, control_.Part(done, next));
    done = next;
  }
  Filter(grid);
  return FillHidden(grid);
}

}  // namespace

ImageF RoomRatio(const PathTracer& tracer,
                 const PhotoIllumination& light,
                 const OpeningSet& openings,
                 uint32_t seed,
                 const WorkControl& control) {
  return RatioPass(tracer, light, openings, seed, control).Run();
}

}  // namespace stage::engine
