#include "engine/plan/wall_survey.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace stage::engine {
namespace {

constexpr double kCell = 0.05;    // metres
constexpr double kLowest = 0.2;   // busyness is judged above skirting
constexpr double kHighest = 2.1;  // and below lamps and mouldings
constexpr double kEdge = 3.5;     // Lab units a cell
constexpr double kOtherLightness = 13;
constexpr double kOtherColor = 9;
constexpr double kEdgeWeight = 3.0;  // lines fill few cells
constexpr double kDifferWeight = 0.7;

/// Bilinear sample of three channels; (x, y) in fractions of the picture.
std::array<float, 3> Sample(const ImageF& lab, const Eigen::Vector2d& at) {
  const double x = std::clamp(
      at.x() * lab.width() - 0.5, 0.0, static_cast<double>(lab.width() - 1));
  const double y = std::clamp(
      at.y() * lab.height() - 0.5, 0.0, static_cast<double>(lab.height() - 1));
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, lab.width() - 1);
  const int y1 = std::min(y0 + 1, lab.height() - 1);
  const auto fx = static_cast<float>(x - x0), fy = static_cast<float>(y - y0);
  std::array<float, 3> value{};
  for (int c = 0; c < 3; ++c) {
    value[c] =
        (lab.at(x0, y0, c) * (1 - fx) + lab.at(x1, y0, c) * fx) * (1 - fy) +
        (lab.at(x0, y1, c) * (1 - fx) + lab.at(x1, y1, c) * fx) * fy;
  }
  return value;
}

/// The colour of a bare wall: light falls off smoothly along it, so each
/// channel is a quadric in (u, v). What does not belong to the wall is an
/// outlier of the fit (iteratively reweighted least squares, Cauchy weights).
class BareWall {
 public:
  void Add(double u, double v, const std::array<float, 3>& color) {
    rows_.push_back(Terms(u, v));
    for (int c = 0; c < 3; ++c) values_[c].push_back(color[c]);
  }
  void Fit() {
    if (rows_.size() < 2 * kTerms) return;
    for (int c = 0; c < 3; ++c) {
      const double scale = (c == 0 ? kOtherLightness : kOtherColor) / 3;
      std::vector<double> weights(rows_.size(), 1);
      for (int iteration = 0; iteration < kIterations; ++iteration) {
        Matrix normal = Matrix::Identity() * 1e-6;
        Row right = Row::Zero();
        for (size_t i = 0; i < rows_.size(); ++i) {
          normal += weights[i] * rows_[i] * rows_[i].transpose();
          right += weights[i] * values_[c][i] * rows_[i];
        }
        model_[c] = normal.ldlt().solve(right);
        for (size_t i = 0; i < rows_.size(); ++i) {
          const double off = (values_[c][i] - model_[c].dot(rows_[i])) / scale;
          weights[i] = 1 / (1 + off * off);
        }
      }
    }
    fitted_ = true;
  }
  /// True where a colour is not the wall's.
  bool Differs(double u, double v, const std::array<float, 3>& color) const {
    if (!fitted_) return false;
    const Row row = Terms(u, v);
    return std::abs(color[0] - model_[0].dot(row)) > kOtherLightness ||
           std::hypot(color[1] - model_[1].dot(row),
                      color[2] - model_[2].dot(row)) > kOtherColor;
  }

 private:
  static constexpr int kTerms = 6, kIterations = 6;
  using Row = Eigen::Matrix<double, kTerms, 1>;
  using Matrix = Eigen::Matrix<double, kTerms, kTerms>;
  static Row Terms(double u, double v) {
    Row row;
    row << 1, u, v, u * u, u * v, v * v;
    return row;
  }
  std::vector<Row> rows_;
  std::array<std::vector<float>, 3> values_;
  std::array<Row, 3> model_{Row::Zero(), Row::Zero(), Row::Zero()};
  bool fitted_ = false;
};

bool InOpening(const std::vector<Opening>& openings, double u, double v) {
  constexpr double kFrame = 0.12;
  return std::any_of(openings.begin(), openings.end(), [&](const Opening& o) {
    return u > o.u0 - kFrame && u < o.u1 + kFrame && v > o.v0 - kFrame &&
           v < o.v1 + kFrame;
  });
}

}  // namespace

WallSurvey::WallSurvey(const Wall& wall,
                       std::vector<Opening> openings,
                       double height,
                       const PictureView& view,
                       const ImageF& lab)
    : wall_(wall), openings_(std::move(openings)) {
  Measure(height, view, lab);
}

void WallSurvey::Measure(double height,
                         const PictureView& view,
                         const ImageF& lab) {
  columns_ = std::max(1, static_cast<int>(wall_.length / kCell));
  rows_ = std::max(1, static_cast<int>(std::min(height, 3.0) / kCell));
  const size_t count = static_cast<size_t>(columns_) * rows_;
  seen_.assign(count, 0);
  edge_.assign(count, 0);
  differs_.assign(count, 0);
  if (lab.empty()) return;
  std::vector<std::array<float, 3>> color(count);
  BareWall bare;
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_; ++column) {
      const double u = (column + 0.5) * kCell, v = (row + 0.5) * kCell;
      const auto at = view.Project(At(u, v));
      if (!at || at->x() < 0 || at->x() > 1 || at->y() < 0 || at->y() > 1) {
        continue;
      }
      const size_t cell = static_cast<size_t>(row) * columns_ + column;
      seen_[cell] = 1;
      color[cell] = Sample(lab, *at);
      if (v < kLowest || v > kHighest || InOpening(openings_, u, v)) continue;
      bare.Add(u, v, color[cell]);
    }
  }
  bare.Fit();
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_; ++column) {
      const size_t cell = static_cast<size_t>(row) * columns_ + column;
      const double u = (column + 0.5) * kCell, v = (row + 0.5) * kCell;
      if (!seen_[cell] || InOpening(openings_, u, v)) continue;
      const auto& here = color[cell];
      differs_[cell] = bare.Differs(u, v, here);
      for (const size_t step : {size_t{1}, static_cast<size_t>(columns_)}) {
        if (step == 1 ? column + 1 >= columns_ : row + 1 >= rows_) continue;
        if (!seen_[cell + step]) continue;
        const auto& next = color[cell + step];
        const double change = std::abs(here[0] - next[0]) +
                              std::hypot(here[1] - next[1], here[2] - next[2]);
        if (change > kEdge) edge_[cell] = 1;
      }
    }
  }
  std::vector<float> columns;
  for (int column = 0; column < columns_; ++column) {
    const double u = column * kCell;
    if (Seen(u, u + kCell, kLowest, kHighest) < 0.3) continue;
    const Sums sums = Over(u, u + kCell, kLowest, kHighest);
    columns.push_back(static_cast<float>(kEdgeWeight * sums.edges / sums.seen));
  }
  if (columns.size() >= 4) {
    const auto quarter = columns.begin() + columns.size() / 4;
    std::nth_element(columns.begin(), quarter, columns.end());
    usual_ = *quarter;
  }
}

WallSurvey::Sums WallSurvey::Over(double u0,
                                  double u1,
                                  double v0,
                                  double v1) const {
  Sums sums;
  const int first_column = std::clamp(
      static_cast<int>(std::floor(u0 / kCell + 1e-6)), 0, columns_ - 1);
  const int last_column = std::clamp(
      static_cast<int>(std::ceil(u1 / kCell - 1e-6)) - 1, 0, columns_ - 1);
  const int first_row =
      std::clamp(static_cast<int>(std::floor(v0 / kCell + 1e-6)), 0, rows_ - 1);
  const int last_row = std::clamp(
      static_cast<int>(std::ceil(v1 / kCell - 1e-6)) - 1, 0, rows_ - 1);
  for (int row = first_row; row <= last_row; ++row) {
    for (int column = first_column; column <= last_column; ++column) {
      const size_t cell = static_cast<size_t>(row) * columns_ + column;
      sums.cells += 1;
      sums.seen += seen_[cell];
      sums.edges += edge_[cell];
      sums.differing += differs_[cell];
    }
  }
  return sums;
}

double WallSurvey::Busy(double u0, double u1, double v0, double v1) const {
  const Sums sums = Over(u0, u1, v0, v1);
  if (sums.seen < 12) return 0;
  const double busy = kEdgeWeight * sums.edges / sums.seen - usual_ +
                      kDifferWeight * sums.differing / sums.seen;
  return std::clamp(busy, 0.0, 1.0);
}

double WallSurvey::Seen(double u0, double u1, double v0, double v1) const {
  const Sums sums = Over(u0, u1, v0, v1);
  return sums.cells > 0 ? sums.seen / sums.cells : 0;
}

WallSurvey::Shadow WallSurvey::ShadowOf(const FloorRect& rect) const {
  Shadow shadow{std::numeric_limits<double>::max(),
                std::numeric_limits<double>::lowest(),
                std::numeric_limits<double>::max()};
  for (const Eigen::Vector2d& corner : rect.Corners()) {
    const Eigen::Vector2d offset = corner - wall_.start;
    const double u = offset.dot(wall_.direction);
    shadow.u0 = std::min(shadow.u0, u);
    shadow.u1 = std::max(shadow.u1, u);
    shadow.distance = std::min(shadow.distance, offset.dot(wall_.normal));
  }
  return shadow;
}

Eigen::Vector3d WallSurvey::At(double u, double v, double out) const {
  const Eigen::Vector2d floor =
      wall_.start + wall_.direction * u + wall_.normal * out;
  return {floor.x(), v, floor.y()};
}

}  // namespace stage::engine
