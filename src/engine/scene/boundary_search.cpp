#include "engine/scene/boundary_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

constexpr double kDegree = FloorPanorama::kDegree;
constexpr double kColumnStep = FloorPanorama::kColumnStep;
constexpr double kRowStep = FloorPanorama::kRowStep;
constexpr double kBottom = FloorPanorama::kBottom;
constexpr float kNever = -1e9f;

// What evidence is worth. Areas are in parts of the picture, lengths in parts
// of its width + height.
constexpr double kAreaWorth = 10;
constexpr double kLineWorth = 1.6;
constexpr double kMiss = 0.3;  ///< cost of a boundary without any line
constexpr double kWrongLineOnWall = 20;
constexpr double kVerticalOnFloor = 10;
constexpr double kCeilingWorth = 0.4;
constexpr double kBoxWorth = 0.25;  // over the whole width
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

/// How far below the horizon the floor ends at the box's wall.
double BoundarySearch::BoxAngle(double azimuth) const {
  double distance = BoundaryRun{Axis::kX, box_.back}.Distance(azimuth);
  for (const double x : {box_.left, box_.right}) {
    distance = std::min(distance, BoundaryRun{Axis::kZ, x}.Distance(azimuth));
  }
  return std::atan(1 / distance);
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

void BoundarySearch::MapPicture() {
  const Camera& camera = view_.camera();
  const int columns = view_.columns(), rows = view_.rows();
  map_.create(rows, columns, CV_32FC2);
  for (int r = 0; r < rows; ++r) {
    cv::Vec2f* out = map_.ptr<cv::Vec2f>(r);
    for (int c = 0; c < columns; ++c) {
      Eigen::Vector2d p;
      if (!view_.Ideal(view_.Direction(view_.Azimuth(c), view_.RowAngle(r)),
                       p)) {
        out[c] = {-1e6f, -1e6f};
        continue;
      }
      p = camera.Distort(p);
      out[c] = {static_cast<float>(p.x()), static_cast<float>(p.y())};
    }
  }
  cell_.assign(view_.size(), 0);
  exit_.assign(columns, 0);
  const double area = 1.0 / (double(camera.width_px) * camera.height_px);
  for (int c = 0; c < columns; ++c) {
    const int next = c + 1 < columns ? c + 1 : c - 1;
    for (int r = rows - 1; r > 0; --r) {
      const cv::Vec2f p = map_.at<cv::Vec2f>(r, c);
      if (!view_.IsInside({p[0], p[1]})) continue;
      if (exit_[c] == 0) exit_[c] = view_.RowAngle(r);
      const cv::Vec2f across = map_.at<cv::Vec2f>(r, next) - p;
      const cv::Vec2f along = map_.at<cv::Vec2f>(r - 1, c) - p;
      const double cell = std::abs(across[0] * along[1] - across[1] * along[0]);
      if (cell < 1e4) cell_[view_.At(c, r)] = static_cast<float>(cell * area);
    }
  }
}

void BoundarySearch::SumLines() {
  vertical_.assign(view_.size(), 0);
  for (std::vector<float>& sums : lines_) sums.assign(view_.size(), 0);
  for (int c = 0; c < view_.columns(); ++c) {
    float vertical = 0;
    std::array<float, 3> sum{};
    for (int r = 0; r < view_.rows(); ++r) {
      const size_t at = view_.At(c, r);
      vertical_[at] = vertical;
      for (int axis = 0; axis < 3; ++axis) lines_[axis][at] = sum[axis];
      Eigen::Vector2d p;
      if (!view_.Ideal(view_.Direction(view_.Azimuth(c), view_.RowAngle(r)),
                       p)) {
        continue;
      }
      vertical += evidence_.SupportAt(Axis::kY, p);
      if (cell_[at] == 0) continue;
      for (int axis = 0; axis < 3; ++axis) {
        sum[axis] +=
            cell_[at] * evidence_.ClearLineAt(static_cast<Axis>(axis), p);
      }
    }
    const size_t end = view_.At(c, view_.rows());
    vertical_[end] = vertical;
    for (int axis = 0; axis < 3; ++axis) lines_[axis][end] = sum[axis];
  }
}

/// Worth of floor from each row of a column downwards, by its colour.
std::vector<double> BoundarySearch::SumLikelihood(
    const cv::Mat& likelihood) const {
  const double shrink =
      static_cast<double>(likelihood.cols) / view_.camera().width_px;
  cv::Mat panorama;
  cv::remap(likelihood,
            panorama,
            map_ * shrink - cv::Scalar(0.5, 0.5),
            cv::noArray(),
            cv::INTER_LINEAR,
            cv::BORDER_CONSTANT,
            cv::Scalar(0));
  std::vector<double> below(view_.size(), 0);
  const int horizon = view_.RowOf(0);
  for (int c = 0; c < view_.columns(); ++c) {
    // Where something above the horizon has the floor's colour, a door or a
    // cupboard, colour says little about what lies beyond the box's wall.
    int alike = 0, seen = 0;
    for (int r = view_.RowOf(-20 * kDegree); r < horizon; ++r) {
      if (cell_[view_.At(c, r)] == 0) continue;
      ++seen;
      alike += panorama.at<float>(r, c) > 0.25f;
    }
    const double trust =
        seen > 0 ? std::clamp(1 - 2.0 * alike / seen, 0.0, 1.0) : 1;
    const double box_down = BoxAngle(view_.Azimuth(c));
    double sum = 0;
    for (int r = view_.rows() - 1; r >= 0; --r) {
      const size_t at = view_.At(c, r);
      // Nothing above the horizon is floor: no evidence is taken there.
      if (cell_[at] > 0 && view_.RowAngle(r) > 0) {
        double value = panorama.at<float>(r, c);
        if (view_.RowAngle(r) < box_down && value > 0) value *= trust;
        sum += value * cell_[at];
      }
      below[at] = sum;
    }
  }
  return below;
}

/// What speaks against a wall along an axis that meets the floor at `down` and
/// the ceiling at `up`: lines that neither wall nor floor can bear.
double BoundarySearch::Contradiction(int column,
                                     Axis along,
                                     double down,
                                     double up) const {
  const size_t foot = view_.At(column, view_.RowOf(down));
  const size_t top = view_.At(column, view_.RowOf(-up));
  const size_t end = view_.At(column, view_.rows());
  double wrong = 0;
  for (const Axis axis : {Axis::kX, Axis::kZ}) {
    const std::vector<float>& across = lines_[static_cast<int>(axis)];
    if (axis != along) wrong += across[foot] - across[top];
  }
  const std::vector<float>& upright = lines_[static_cast<int>(Axis::kY)];
  return kWrongLineOnWall * wrong +
         kVerticalOnFloor * (upright[end] - upright[foot]);
}

/// Support for a vertical edge that stands on the floor at angle `down`.
float BoundarySearch::VerticalSupport(int column, double down) const {
  constexpr double kLowerPart = 12 * kDegree;
  const int bottom = view_.RowOf(std::min(down, kBottom));
  const int top = view_.RowOf(down - kLowerPart);
  if (bottom <= top) return 0;
  float best = 0;
  for (int c = std::max(0, column - 1);
       c <= std::min(view_.columns() - 1, column + 1);
       ++c) {
    best = std::max(
        best,
        (vertical_[view_.At(c, bottom)] - vertical_[view_.At(c, top)]) /
            static_cast<float>(bottom - top));
  }
  return best;
}

void BoundarySearch::PayHidden(int column, size_t candidate) {
  const size_t slot = Pay(column, candidate);
  down_[slot] = static_cast<float>(kBottom);
  payoff_[slot] = 0;
  upright_[slot] = VerticalSupport(column, exit_[column]);
}

void BoundarySearch::PayWall(int column, size_t k) {
  const BoundaryRun& candidate = candidates_[k];
  const Camera& camera = view_.camera();
  const double azimuth = view_.Azimuth(column);
  const double distance = candidate.Distance(azimuth);
  constexpr double kFarthest = 30;
  if (distance > kFarthest) return;
  const size_t slot = Pay(column, k);
  const double down = std::atan(1 / distance);
  const double up = std::atan((box_.height - 1) / distance);
  const double next = azimuth + kColumnStep;
  const double next_distance = candidate.Distance(next);
  double worth = -Contradiction(column, candidate.along, down, up);
  Eigen::Vector2d p, q, above;
  if (view_.Ideal(view_.Direction(azimuth, down), p) &&
      view_.Ideal(view_.Direction(next, std::atan(1 / next_distance)), q)) {
    const double perimeter = camera.width_px + camera.height_px;
    const double length = std::min((q - p).norm() / perimeter, 0.05);
    if (view_.IsInside(camera.Distort(p))) {
      support_[slot] = evidence_.FloorSupportAt(candidate.along, p);
      worth += kLineWorth * length * ((1 + kMiss) * support_[slot] - kMiss);
    }
    if (view_.Ideal(view_.Direction(azimuth, -up), above)) {
      worth +=
          kCeilingWorth * length * evidence_.SupportAt(candidate.along, above);
    }
  }
  down_[slot] = static_cast<float>(down);
  payoff_[slot] = static_cast<float>(worth);
  // An upright line above what is hidden does not tell where it stands.
  const bool hidden = view_.Ideal(view_.Direction(azimuth, down), p) &&
                      evidence_.IsUnknown(camera.Distort(p));
  upright_[slot] = hidden ? 0 : VerticalSupport(column, down);
}

/// The box's own wall in a direction has its word, as far as it goes.
void BoundarySearch::PayBox(int column) {
  size_t nearest = 0;
  for (size_t k = 0; k < 3; ++k) {
    if (payoff_[Pay(column, k)] <= kNever) continue;
    if (payoff_[Pay(column, nearest)] <= kNever ||
        down_[Pay(column, k)] > down_[Pay(column, nearest)]) {
      nearest = k;
    }
  }
  if (payoff_[Pay(column, nearest)] > kNever) {
    payoff_[Pay(column, nearest)] +=
        static_cast<float>(kBoxWorth / view_.columns());
  }
}

void BoundarySearch::MakePayoffs() {
  const size_t count = candidates_.size() * view_.columns();
  payoff_.assign(count, kNever);
  down_.assign(count, 0);
  support_.assign(count, 0);
  upright_.assign(count, 0);
  for (int c = 0; c < view_.columns(); ++c) {
    for (size_t k = 0; k < candidates_.size(); ++k) {
      candidates_[k].along == Axis::kNone ? PayHidden(c, k) : PayWall(c, k);
    }
    PayBox(c);
  }
}

std::vector<float> BoundarySearch::PayoffsWith(
    const cv::Mat& likelihood) const {
  std::vector<float> payoff = payoff_;
  if (likelihood.empty()) return payoff;
  const std::vector<double> below = SumLikelihood(likelihood);
  for (int c = 0; c < view_.columns(); ++c) {
    for (size_t k = 0; k + 1 < candidates_.size(); ++k) {
      const size_t slot = Pay(c, k);
      if (payoff[slot] <= kNever) continue;
      payoff[slot] += static_cast<float>(
          kAreaWorth * below[view_.At(c, view_.RowOf(down_[slot]))]);
    }
  }
  return payoff;
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
  ShowVisibleFeet(path);
  return {ToRuns(path), *last};
}

}  // namespace stage::engine
