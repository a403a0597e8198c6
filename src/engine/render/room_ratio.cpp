#include "engine/render/room_ratio.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "engine/render/ratio_filter.h"
#include "engine/render/ratio_grid.h"

namespace stage::engine {
namespace {

constexpr float kHiddenBelow = 0.02f;

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
            const ImageF& coverage,
            uint32_t seed,
            const WorkControl& control)
      : tracer_(tracer),
        light_(light),
        openings_(openings),
        coverage_(coverage),
        seed_(seed),
        control_(control) {}

  ImageF Run();

 private:
  void Sample(RatioGrid& grid, int column, int row, int fewest) const;
  void Estimate(const RoomHit& room,
                int column,
                int row,
                int fewest,
                RatioGrid& grid) const;
  void SampleNarrowGaps(RatioGrid& grid) const;
  void SampleAll(RatioGrid& grid, const WorkControl& control) const;
  bool ShowsRoom(const RatioGrid& grid, int column, int row) const;
  std::vector<uint8_t> CellsToSplit(const RatioGrid& grid) const;
  RatioGrid Refined(const RatioGrid& coarse, const WorkControl& control) const;

  const PathTracer& tracer_;
  const PhotoIllumination& light_;
  const OpeningSet& openings_;
  const ImageF& coverage_;
  const uint32_t seed_;
  const WorkControl& control_;
};

void RatioPass::Sample(RatioGrid& grid, int column, int row, int fewest) const {
  const size_t i = grid.At(column, row);
  const LightField& field = light_.field();
  const RoomHit room = grid.RoomAt(field, column, row);
  grid.ratio.Set(i, Color::Ones());
  grid.state[i] = RatioGrid::kSampled;
  grid.face[i] = static_cast<int16_t>(room.face);
  if (room.face < 0) return;
  if (openings_.Contain(room)) {
    grid.face[i] = RatioGrid::kOutside;
    return;
  }
  // Asked for the very point that is estimated: one just below the edge of a
  // rug would find itself inside and be black.
  const Eigen::Vector3f camera = field.view.position();
  const Eigen::Vector3f to =
      room.point + field.prism.faces()[room.face].normal * kRatioOffset -
      camera;
  const float distance = to.norm();
  const Color visible =
      tracer_.geometry().Transmittance(camera, to / distance, distance - 1e-4f);
  if (visible.maxCoeff() < kHiddenBelow) {
    grid.state[i] = RatioGrid::kHidden;
    return;
  }
  Estimate(room, column, row, fewest, grid);
}

void RatioPass::Estimate(const RoomHit& room,
                         int column,
                         int row,
                         int fewest,
                         RatioGrid& grid) const {
  const size_t i = grid.At(column, row);
  const uint32_t pixel = MortonIndex(column * grid.spacing, row * grid.spacing);
  const RatioSample sample = EstimateRatio(tracer_,
                                           light_,
                                           room,
                                           fewest,
                                           DirectionsAt(grid.spacing),
                                           HashBits(pixel, seed_));
  grid.ratio.Set(i, sample.ratio);
  grid.nearness[i] = sample.nearness;
  grid.error[i] = sample.error;
}

void RatioPass::SampleAll(RatioGrid& grid, const WorkControl& control) const {
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
      if (grid.state[i] == RatioGrid::kHidden || grid.Touched(i)) continue;
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

// Whether the room shows somewhere in a cell: its corners may all be hidden
// and a gap between two pieces run through it.
bool RatioPass::ShowsRoom(const RatioGrid& grid, int column, int row) const {
  const int x0 = column * grid.spacing, y0 = row * grid.spacing;
  const int x1 = std::min(x0 + grid.spacing + 1, coverage_.width());
  const int y1 = std::min(y0 + grid.spacing + 1, coverage_.height());
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      if (coverage_.at(x, y) < 1) return true;
    }
  }
  return false;
}

// A cell is split where its corners differ in surface, visibility or value, or
// where furniture is nearer than a few cells: there the ratio may bend inside.
std::vector<uint8_t> RatioPass::CellsToSplit(const RatioGrid& grid) const {
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
      int face = RatioGrid::kNone;
      Color low = Color::Constant(10), high = Color::Zero();
      float nearness = 0, error = 0;
      for (const size_t i : corner) {
        sampled |= grid.state[i] != RatioGrid::kInterpolated;
        if (grid.state[i] == RatioGrid::kHidden) {
          ++hidden;
          continue;
        }
        const Color ratio = grid.ratio.Get(i);
        all_one &= (ratio == Color::Ones()).all();
        low = low.min(ratio);
        high = high.max(ratio);
        nearness = std::max(nearness, grid.nearness[i]);
        error = std::max(error, grid.error[i]);
        one_face &= face == RatioGrid::kNone || grid.face[i] == face;
        face = grid.face[i];
      }
      if (!sampled) continue;
      // A silhouette before a far wall needs no more than its visible corners.
      bool wanted =
          (one_face && (high - low).maxCoeff() > kMostStep + 2 * error) ||
          (hidden > 0 && grid.spacing > kSilhouette);
      if (hidden == 4) wanted = ShowsRoom(grid, column, row);
      if (!wanted && nearness > 0) {
        const RoomHit room = grid.RoomAt(light_.field(), column, row);
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
bool Interpolate(const RatioGrid& coarse,
                 const PixelRegion& corners,
                 std::optional<int> face,
                 RatioGrid& fine,
                 size_t to) {
  Color sum = Color::Zero();
  float nearness = 0, error = 0;
  int visible = 0;
  for (int r = corners.y0; r <= std::min(corners.y1, coarse.rows - 1); ++r) {
    for (int c = corners.x0; c <= std::min(corners.x1, coarse.columns - 1);
         ++c) {
      const size_t j = coarse.At(c, r);
      if (coarse.state[j] == RatioGrid::kHidden) continue;
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
  fine.state[to] = face ? RatioGrid::kSampled : RatioGrid::kInterpolated;
  return true;
}

RatioGrid RatioPass::Refined(const RatioGrid& coarse,
                             const WorkControl& control) const {
  const View& view = light_.field().view;
  const std::vector<uint8_t> split = CellsToSplit(coarse);
  RatioGrid fine(coarse.spacing / 2, view.width(), view.height());
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
        const RoomHit room = fine.RoomAt(light_.field(), column, row);
        const int face =
            openings_.Contain(room) ? RatioGrid::kOutside : room.face;
        if (!Interpolate(coarse, corners, face, fine, i) &&
            !Interpolate(coarse, {c, r, c + 1, r + 1}, face, fine, i)) {
          Sample(fine, column, row, DirectionsAt(fine.spacing));
        }
        continue;
      }
      if (!Interpolate(coarse, corners, std::nullopt, fine, i)) {
        fine.ratio.Set(i, Color::Ones());
        fine.face[i] = coarse.face[coarse.At(c, r)];
        fine.state[i] = RatioGrid::kHidden;
      }
    }
  });
  return fine;
}

// A gap narrower than a pixel shows the room where no pixel's centre sees it.
// What is behind the centre lies in the same shade.
void RatioPass::SampleNarrowGaps(RatioGrid& grid) const {
  const std::vector<uint8_t> state = grid.state;
  ParallelFor(coverage_.height(), control_.Silent(), [&](int row) {
    for (int column = 0; column < coverage_.width(); ++column) {
      if (state[grid.At(column, row)] != RatioGrid::kHidden ||
          coverage_.at(column, row) >= 1) {
        continue;
      }
      bool beside_visible = false;
      for (int r = std::max(0, row - kFillRadius);
           r <= std::min(grid.rows - 1, row + kFillRadius);
           ++r) {
        for (int c = std::max(0, column - kFillRadius);
             c <= std::min(grid.columns - 1, column + kFillRadius);
             ++c) {
          beside_visible |= state[grid.At(c, r)] != RatioGrid::kHidden;
        }
      }
      if (beside_visible) continue;
      const RoomHit room = grid.RoomAt(light_.field(), column, row);
      if (room.face < 0 || openings_.Contain(room)) continue;
      grid.state[grid.At(column, row)] = RatioGrid::kSampled;
      Estimate(room, column, row, DirectionsAt(1), grid);
    }
  });
}

ImageF RatioPass::Run() {
  const LightField& field = light_.field();
  const View& view = field.view;
  const WorkControl silent = control_.Silent();
  const int long_edge = std::max(view.width(), view.height());
  const int start = long_edge > 2000 ? 16 : 8;
  RatioGrid grid(start, view.width(), view.height());
  SampleAll(grid, control_.Part(0, 0.3));
  double done = 0.3;
  // Far from furniture the ratio changes over metres: what is left of noise
  // there would show as blotches on an even wall.
  for (const int step : {1, 2, 4, 8}) ShareNoise(field, step, silent, grid);
  while (grid.spacing > 1) {
    if (grid.spacing < start) {
      for (const int step : {1, 2}) ShareNoise(field, step, silent, grid);
    }
    const double next = done + (1 - done) * 0.4;
    grid = Refined(grid, control_.Part(done, next));
    done = next;
  }
  for (const int step : {1, 2, 4}) ShareNoise(field, step, silent, grid);
  LiftDots(silent, grid);
  SampleNarrowGaps(grid);
  return FillHidden(grid, view.width(), view.height(), silent);
}

}  // namespace

ImageF RoomRatio(const PathTracer& tracer,
                 const PhotoIllumination& light,
                 const OpeningSet& openings,
                 const ImageF& coverage,
                 uint32_t seed,
                 const WorkControl& control) {
  return RatioPass(tracer, light, openings, coverage, seed, control).Run();
}

}  // namespace stage::engine
