// What speaks for and against a wall in each direction: BoundarySearch's
// payoffs.
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/scene/boundary_search.h"

namespace stage::engine {
namespace {

constexpr double kDegree = FloorPanorama::kDegree;
constexpr double kColumnStep = FloorPanorama::kColumnStep;
constexpr double kBottom = FloorPanorama::kBottom;

// What evidence is worth. Areas are in parts of the picture, lengths in parts
// of its width + height.
constexpr double kAreaWorth = 10;
constexpr double kLineWorth = 1.6;
constexpr double kMiss = 0.3;  ///< cost of a boundary without any line
constexpr double kWrongLineOnWall = 20;
constexpr double kVerticalOnFloor = 10;
constexpr double kLowLineOnWall = 4;
constexpr double kCeilingWorth = 0.4;
constexpr double kBoxWorth = 0.25;  // over the whole width

}  // namespace

/// How far below the horizon the floor ends at the box's wall.
double BoundarySearch::BoxAngle(double azimuth) const {
  double distance = BoundaryRun{Axis::kX, box_.back}.Distance(azimuth);
  for (const double x : {box_.left, box_.right}) {
    distance = std::min(distance, BoundaryRun{Axis::kZ, x}.Distance(azimuth));
  }
  return std::atan(1 / distance);
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
/// the ceiling at `up`: lines that neither wall nor floor can bear, or that
/// walls rarely do.
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
         kVerticalOnFloor * (upright[end] - upright[foot]) +
         kLowLineOnWall * LowLines(column, along, down);
}

/// Lines along a wall between its skirting and the sills of windows: rarely a
/// wall's, more often joints of a floor that goes on.
double BoundarySearch::LowLines(int column, Axis along, double down) const {
  if (along != Axis::kX && along != Axis::kZ) return 0;
  constexpr double kLowest = 0.12, kHighest = 0.4;  // camera heights
  const std::vector<float>& lines = lines_[static_cast<int>(along)];
  const auto above = [&](double height) {
    const double angle = std::atan(std::tan(down) * (1 - height));
    return lines[view_.At(column, view_.RowOf(angle))];
  };
  return above(kLowest) - above(kHighest);
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

}  // namespace stage::engine
