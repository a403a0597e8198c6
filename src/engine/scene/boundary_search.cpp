#include "engine/scene/boundary_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr double kDegree = FloorPanorama::kDegree;
constexpr double kColumnStep = FloorPanorama::kColumnStep;

// In parts of the picture's width + height.
constexpr double kCornerCost = 0.025;
constexpr double kJumpCost = 0.07;
constexpr float kHiddenJump = 0.9f;  ///< part of it, to where no floor is seen

}  // namespace

BoundarySearch::BoundarySearch(const LayoutEvidence& evidence,
                               const Box& box,
                               const std::vector<Eigen::Vector2d>& corners)
    : evidence_(evidence), box_(box), view_(evidence.camera()) {
  if (view_.columns() < 2) return;
  MakeCandidates(corners);
  MapPicture();
  SumLines();
  MakePayoffs();
}

void BoundarySearch::AddCandidates(
    Axis along, std::vector<std::pair<double, double>> votes) {
  constexpr size_t kFromLines = 56;
  constexpr double kAlike = 0.012;  // relative
  std::stable_sort(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) {
        return a.first > b.first;
      });
  size_t kept = 0;
  for (const auto& [weight, plane] : votes) {
    const bool known = std::any_of(
        candidates_.begin(), candidates_.end(), [&](const BoundaryRun& c) {
          return c.along == along && c.plane * plane > 0 &&
                 std::abs(std::log(c.plane / plane)) < kAlike;
        });
    if (known) continue;
    AddCandidate(along, plane);
    if (++kept == kFromLines) break;
  }
}

void BoundarySearch::AddCandidate(Axis along, double plane) {
  BoundaryRun wall{along, plane};
  if (along == Axis::kOblique) wall.oblique_normal = evidence_.oblique_normal();
  candidates_.push_back(wall);
}

void BoundarySearch::MakeCandidates(
    const std::vector<Eigen::Vector2d>& corners) {
  AddCandidate(Axis::kZ, box_.left);
  AddCandidate(Axis::kZ, box_.right);
  AddCandidate(Axis::kX, box_.back);
  for (const Eigen::Vector2d& corner : corners) {
    AddCandidate(Axis::kZ, corner.x());
    AddCandidate(Axis::kX, corner.y());
  }
  std::vector<std::pair<double, double>> along_x, along_z, oblique;
  for (size_t i = 0; i < evidence_.segments().size(); ++i) {
    const Axis axis = evidence_.axes()[i];
    if (axis == Axis::kY || axis == Axis::kNone) continue;
    const LineSegment& segment = evidence_.segments()[i];
    const Eigen::Vector3d ray = view_.camera().Ray(segment.Midpoint());
    if (ray.y() > -0.03) continue;
    const Eigen::Vector2d normal = axis == Axis::kX ? Eigen::Vector2d(0, 1)
                                   : axis == Axis::kZ
                                       ? Eigen::Vector2d(1, 0)
                                       : evidence_.oblique_normal();
    const double plane =
        normal.dot(Eigen::Vector2d(ray.x(), ray.z())) / -ray.y();
    if (std::abs(plane) < 0.15 || std::abs(plane) > 20) continue;
    (axis == Axis::kX   ? along_x
     : axis == Axis::kZ ? along_z
                        : oblique)
        .push_back({segment.weight, plane});
  }
  AddCandidates(Axis::kX, along_x);
  AddCandidates(Axis::kZ, along_z);
  AddCandidates(Axis::kOblique, oblique);
  for (double plane = 0.35; plane < 16; plane *= 1.15) {
    AddCandidate(Axis::kX, -plane);
    AddCandidate(Axis::kZ, plane);
    AddCandidate(Axis::kZ, -plane);
  }
  AddCandidate(Axis::kNone, 0);
}

/// What hides the floor hides the wall's foot as well: where a neighbour's foot
/// shows all along a hidden part, nothing is hidden.
void BoundarySearch::ShowVisibleFeet(std::vector<int>& path) const {
  constexpr double kShows = 0.4;
  const int hidden = static_cast<int>(candidates_.size()) - 1;
  const int columns = static_cast<int>(path.size());
  for (int from = 0, to = 0; from < columns; from = to) {
    to = from + 1;
    if (path[from] != hidden) continue;
    while (to < columns && path[to] == hidden) ++to;
    for (const int beside : {from - 1, to}) {
      if (beside < 0 || beside >= columns) continue;
      const int wall = path[beside];
      double support = 0;
      int seen = 0;
      for (int c = from; c < to; ++c) {
        const size_t slot = Pay(c, wall);
        if (payoff_[slot] <= kNever ||
            cell_[view_.At(c, view_.RowOf(down_[slot]))] == 0) {
          continue;
        }
        support += support_[slot];
        ++seen;
      }
      if (2 * seen < to - from || support < kShows * seen) continue;
      std::fill(path.begin() + from, path.begin() + to, wall);
      break;
    }
  }
}

std::vector<BoundaryRun> BoundarySearch::ToRuns(
    const std::vector<int>& path) const {
  std::vector<BoundaryRun> runs;
  const int columns = view_.columns();
  for (int c = 0; c < columns;) {
    int end = c;
    double support = 0;
    while (end < columns && path[end] == path[c]) {
      support += support_[Pay(end, path[c])];
      ++end;
    }
    BoundaryRun run = candidates_[path[c]];
    run.from = view_.Azimuth(c) - kColumnStep / 2;
    run.to = view_.Azimuth(end - 1) + kColumnStep / 2;
    run.support = support / (end - c);
    runs.push_back(run);
    c = end;
  }
  runs.front().from -= 5 * kDegree;
  runs.back().to += 5 * kDegree;
  JoinRuns(runs);
  return runs;
}

BoundarySearch::Boundary BoundarySearch::Follow(
    const cv::Mat& likelihood) const {
  const int columns = view_.columns();
  if (columns < 2) return {};
  const std::vector<float> payoff = PayoffsWith(likelihood);
  const int count = static_cast<int>(candidates_.size());
  constexpr float kSamePlace = static_cast<float>(0.9 * kDegree);
  std::vector<float> best(count), next(count);
  std::vector<int16_t> from(static_cast<size_t>(columns) * count, -1);
  for (int k = 0; k < count; ++k) best[k] = payoff[Pay(0, k)];
  for (int c = 1; c < columns; ++c) {
    for (int k = 0; k < count; ++k) {
      const float pay = payoff[Pay(c, k)];
      next[k] = kNever;
      if (pay <= kNever) continue;
      float top = best[k];
      int origin = k;
      const float down = down_[Pay(c, k)];
      for (int o = 0; o < count; ++o) {
        if (best[o] <= top) continue;
        const size_t slot = Pay(c - 1, o);
        const float gap = std::abs(down_[slot] - down);
        float cost = static_cast<float>(kCornerCost);
        if (gap > kSamePlace || o == count - 1 || k == count - 1) {
          // The nearer wall's end must show.
          const float upright =
              down_[slot] > down ? upright_[slot] : upright_[Pay(c, k)];
          cost = static_cast<float>(kJumpCost) * (1.15f - upright);
          if (o == count - 1 || k == count - 1) cost *= kHiddenJump;
        }
        if (best[o] - cost > top) {
          top = best[o] - cost;
          origin = o;
        }
      }
      if (top <= kNever) continue;
      next[k] = top + pay;
      from[static_cast<size_t>(c) * count + k] = static_cast<int16_t>(origin);
    }
    best.swap(next);
  }
  const auto last = std::max_element(best.begin(), best.end());
  int k = static_cast<int>(last - best.begin());
  std::vector<int> path(columns);
  for (int c = columns - 1; c >= 0; --c) {
    path[c] = k;
    if (c > 0) k = from[static_cast<size_t>(c) * count + k];
    if (k < 0) return {};
  }
  double of_colors = 0;
  for (int c = 0; c < columns; ++c) {
    const size_t slot = Pay(c, path[c]);
    of_colors += payoff[slot] - payoff_[slot];
  }
  ShowVisibleFeet(path);
  return {ToRuns(path), *last, *last - of_colors};
}

}  // namespace stage::engine
