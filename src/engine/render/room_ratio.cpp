#include "engine/render/room_ratio.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

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
  bool Touched(size_t i) const { return (ratio.Get(i) != Color::Ones()).any(); }
  size_t At(int column, int row) const {
    return static_cast<size_t>(row) * columns + column;
  }
};

// Directions a point gets at a level: coarse points stand for many pixels.
int DirectionsAt(int spacing) {
  if (spacing >= 8) return 96;
  if (spacing >= 4) return 48;
  if (spacing >= 2) return 28;
  return 20;
}

// Directions after which a coarse point that met no furniture is given up.
constexpr int kProbe = 24;

enum Split : uint8_t {
  kKeep,         // interpolate
  kSplit,        // sample the points between
  kSplitByFace,  // interpolate on each side of an edge of the room
};

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
  void Sample(Grid& grid, int column, int row, int fewest) const;
  void SampleAll(Grid& grid, const WorkControl& control) const;
  std::vector<uint8_t> CellsToSplit(const Grid& grid) const;
  Grid Refined(const Grid& coarse, const WorkControl& control) const;
  void Filter(Grid& grid, int step) const;
  void LiftDots(Grid& grid) const;
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

void RatioPass::Sample(Grid& grid, int column, int row, int fewest) const {
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
  const uint32_t pixel = MortonIndex(column * grid.spacing, row * grid.spacing);
  const RatioSample sample =
      EstimateRatio(tracer_,
                    light_,
                    room.point,
                    field.prism.faces()[room.face].normal,
                    fewest,
                    DirectionsAt(grid.spacing),
                    HashBits(pixel, seed_));
  grid.ratio.Set(i, sample.ratio);
  grid.nearness[i] = sample.nearness;
  grid.error[i] = sample.error;
}

void RatioPass::SampleAll(Grid& grid, const WorkControl& control) const {
  ParallelFor(grid.rows, control, [&](int row) {
    for (int column = 0; column < grid.columns; ++column) {
      Sample(grid, column, row, kProbe);
    }
  });
  // A few directions may all have missed what the neighbours see.
  std::vector<uint8_t> again(grid.state.size(), 0);
  for (int row = 0; row < grid.rows; ++row) {
    for (int column = 0; column < grid.columns; ++column) {
      const size_t i = grid.At(column, row);
      if (grid.state[i] == Grid::kHidden || grid.Touched(i)) continue;
      for (int k = 0; k < 25 && !again[i]; ++k) {
        const int c = column + k % 5 - 2, r = row + k / 5 - 2;
        if (c < 0 || r < 0 || c >= grid.columns || r >= grid.rows) continue;
        again[i] = grid.Touched(grid.At(c, r));
      }
    }
  }
  ParallelFor(grid.rows, control.Silent(), [&](int row) {
    for (int column = 0; column < grid.columns; ++column) {
      if (!again[grid.At(column, row)]) continue;
      Sample(grid, column, row, DirectionsAt(grid.spacing));
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
      bool wanted =
          (one_face && (high - low).maxCoeff() > kMostStep + 2 * error) ||
          (hidden > 0 && grid.spacing > kSilhouette);
      if (!wanted && nearness > 0) {
        const RoomHit room = RoomAt(grid, column, row);
        const Eigen::Vector3f ray = (room.point - view.position()).normalized();
        const float cosine =
            room.face < 0 ? 1
                          : std::max(0.1f, -ray.dot(faces[room.face].normal));
        const float cell =
            grid.spacing * room.distance / (view.focal_px() * cosine);
        wanted = cell * nearness > kCellsToFurniture;
      }
      split[static_cast<size_t>(row) * (grid.columns - 1) + column] =
          wanted                  ? kSplit
          : !one_face && !all_one ? kSplitByFace
                                  : kKeep;
    }
  });
  return split;
}

// The mean of the visible corners among up to four, of those on `face` when
// it is given. False when there is none.
bool Interpolate(const Grid& coarse,
                 const PixelRegion& corners,
                 std::optional<int> face,
                 Grid& fine,
                 size_t to) {
  Color sum = Color::Zero();
  float nearness = 0, error = 0;
  int visible = 0;
  for (int r = corners.y0; r <= std::min(corners.y1, coarse.rows - 1); ++r) {
    for (int c = corners.x0; c <= std::min(corners.x1, coarse.columns - 1);
         ++c) {
      const size_t j = coarse.At(c, r);
      if (coarse.state[j] == Grid::kHidden) continue;
      if (face && coarse.face[j] != *face) continue;
      sum += coarse.ratio.Get(j);
      nearness = std::max(nearness, coarse.nearness[j]);
      error = std::max(error, coarse.error[j]);
      fine.face[to] = coarse.face[j];
      ++visible;
    }
  }
  if (visible == 0) return false;
  fine.ratio.Set(to, sum / static_cast<float>(visible));
  fine.nearness[to] = nearness;
  fine.error[to] = error;
  fine.state[to] = face ? Grid::kSampled : Grid::kInterpolated;
  return true;
}

Grid RatioPass::Refined(const Grid& coarse, const WorkControl& control) const {
  const View& view = light_.field().view;
  const std::vector<uint8_t> split = CellsToSplit(coarse);
  Grid fine(coarse.spacing / 2, view.width(), view.height());
  const int cell_columns = coarse.columns - 1, cell_rows = coarse.rows - 1;
  auto split_of = [&](int column, int row) -> uint8_t {
    if (column < 0 || row < 0 || column >= cell_columns || row >= cell_rows) {
      return kKeep;
    }
    return split[static_cast<size_t>(row) * cell_columns + column];
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
      // The point may lie on the seam of two cells.
      const uint8_t keep = kKeep;
      const uint8_t kinds[3] = {split_of(c, r),
                                odd_c ? keep : split_of(c - 1, r),
                                odd_r ? keep : split_of(c, r - 1)};
      auto has = [&](Split kind) {
        return std::find(kinds, kinds + 3, kind) != kinds + 3;
      };
      if (has(kSplit)) {
        Sample(fine, column, row, DirectionsAt(fine.spacing));
        continue;
      }
      const PixelRegion corners{c, r, c + odd_c, r + odd_r};
      if (has(kSplitByFace)) {
        const RoomHit room = RoomAt(fine, column, row);
        const int face = openings_.Contain(room) ? kOutside : room.face;
        if (!Interpolate(coarse, corners, face, fine, i) &&
            !Interpolate(coarse, {c, r, c + 1, r + 1}, face, fine, i)) {
          Sample(fine, column, row, DirectionsAt(fine.spacing));
        }
        continue;
      }
      if (!Interpolate(coarse, corners, std::nullopt, fine, i)) {
        fine.ratio.Set(i, Color::Ones());
        fine.face[i] = coarse.face[coarse.At(c, r)];
        fine.state[i] = Grid::kHidden;
      }
    }
  });
  return fine;
}

// Noise of sampled points is shared out among neighbours of the same surface
// `step` points apart, no wider than furniture is far: nearer than that the
// ratio has detail.
void RatioPass::Filter(Grid& grid, int step) const {
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
      const RoomHit room = RoomAt(grid, column, row);
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
          if (grid.state[j] == Grid::kHidden || grid.face[j] != grid.face[i]) {
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

// Where a piece touches the floor, light falls off within millimetres: a pixel
// whose centre happens to lie there is a black dot on the line of contact. It
// becomes as dark as the second darkest pixel beside it.
void RatioPass::LiftDots(Grid& grid) const {
  const ColorPlanes in = grid.ratio;
  ParallelFor(grid.rows - 2, control_.Silent(), [&](int band) {
    const int row = band + 1;
    for (int column = 1; column + 1 < grid.columns; ++column) {
      const size_t i = grid.At(column, row);
      if (grid.state[i] != Grid::kSampled) continue;
      const float own = Luminance(in.Get(i));
      float darkest = 1e9f, next = 1e9f;
      for (int k = 0; k < 9; ++k) {
        const size_t j = grid.At(column + k % 3 - 1, row + k / 3 - 1);
        if (k == 4 || grid.state[j] == Grid::kHidden ||
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
  // Far from furniture the ratio changes over metres: what is left of noise
  // there would show as blotches on an even wall.
  for (const int step : {1, 2, 4, 8}) Filter(grid, step);
  while (grid.spacing > 1) {
    if (grid.spacing < start) {
      for (const int step : {1, 2}) Filter(grid, step);
    }
    const double next = done + (1 - done) * 0.4;
    grid = Refined(grid, control_.Part(done, next));
    done = next;
  }
  Filter(grid, 1);
  LiftDots(grid);
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
