#include "engine/plan/surface_probe.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3f;

constexpr double kCell = 0.02;  // metres

double Area(const Vector2d& a, const Vector2d& b, const Vector2d& c) {
  return (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
}

}  // namespace

SurfaceProbe::SurfaceProbe(const Mesh& mesh) {
  if (mesh.positions.empty()) return;
  Vector2d low(1e9, 1e9), high(-1e9, -1e9);
  for (const Vector3f& position : mesh.positions) {
    low = low.cwiseMin(Vector2d(position.x(), position.z()));
    high = high.cwiseMax(Vector2d(position.x(), position.z()));
  }
  low_ = low;
  width_ = std::clamp(
      static_cast<int>(std::ceil((high.x() - low.x()) / kCell)), 1, 1000);
  depth_ = std::clamp(
      static_cast<int>(std::ceil((high.y() - low.y()) / kCell)), 1, 1000);
  heights_.assign(static_cast<size_t>(width_) * depth_, -1);
  for (size_t i = 0; i + 2 < mesh.indices.size(); i += 3) {
    const Vector3f* p[3] = {&mesh.positions[mesh.indices[i]],
                            &mesh.positions[mesh.indices[i + 1]],
                            &mesh.positions[mesh.indices[i + 2]]};
    Vector2d q[3];
    for (int k = 0; k < 3; ++k) {
      q[k] = (Vector2d(p[k]->x(), p[k]->z()) - low_) / kCell;
    }
    const double whole = Area(q[0], q[1], q[2]);
    if (std::abs(whole) < 1e-9) continue;
    const auto [x0, x1] = std::minmax({q[0].x(), q[1].x(), q[2].x()});
    const auto [z0, z1] = std::minmax({q[0].y(), q[1].y(), q[2].y()});
    const int last_z = std::min(depth_ - 1, static_cast<int>(z1));
    const int last_x = std::min(width_ - 1, static_cast<int>(x1));
    for (int z = std::max(0, static_cast<int>(z0)); z <= last_z; ++z) {
      for (int x = std::max(0, static_cast<int>(x0)); x <= last_x; ++x) {
        const Vector2d at(x + 0.5, z + 0.5);
        const double a = Area(at, q[1], q[2]) / whole;
        const double b = Area(q[0], at, q[2]) / whole;
        if (a < 0 || b < 0 || a + b > 1) continue;
        float& cell = heights_[static_cast<size_t>(z) * width_ + x];
        cell = std::max(cell,
                        static_cast<float>(a * p[0]->y() + b * p[1]->y() +
                                           (1 - a - b) * p[2]->y()));
      }
    }
  }
}

std::optional<double> SurfaceProbe::TopAt(double x, double z) const {
  const int column = static_cast<int>(std::floor((x - low_.x()) / kCell));
  const int row = static_cast<int>(std::floor((z - low_.y()) / kCell));
  if (column < 0 || row < 0 || column >= width_ || row >= depth_) {
    return std::nullopt;
  }
  const float height = heights_[static_cast<size_t>(row) * width_ + column];
  if (height < 0) return std::nullopt;
  return height;
}

std::optional<double> SurfaceProbe::Stand(double x,
                                          double z,
                                          double width,
                                          double depth) const {
  constexpr int kSteps = 6;
  std::vector<double> tops;
  for (int i = 0; i < kSteps; ++i) {
    for (int j = 0; j < kSteps; ++j) {
      const auto top = TopAt(x + ((i + 0.5) / kSteps - 0.5) * width * 0.8,
                             z + ((j + 0.5) / kSteps - 0.5) * depth * 0.8);
      if (top) tops.push_back(*top);
    }
  }
  if (tops.size() < kSteps * kSteps * 3 / 4) return std::nullopt;
  std::sort(tops.begin(), tops.end());
  const double level = tops[tops.size() / 2];
  // A rim or a gap between boards is fine, a slope or a step is not.
  const double highest = tops[tops.size() * 19 / 20];
  const double lowest = tops[tops.size() / 10];
  if (highest - level > 0.02 || level - lowest > 0.03) return std::nullopt;
  return level;
}

std::optional<Seat> SurfaceProbe::FindSeat() const {
  if (heights_.empty()) return std::nullopt;
  const double half_depth = depth_ * kCell / 2;
  const double middle_z = low_.y() + half_depth;
  std::vector<double> tops;
  for (double z = middle_z - 0.1; z < middle_z + half_depth * 0.7; z += kCell) {
    const auto top = TopAt(low_.x() + width_ * kCell / 2 + 0.1, z);
    if (top && *top > 0.28 && *top < 0.62) tops.push_back(*top);
  }
  if (tops.size() < 5) return std::nullopt;
  std::nth_element(tops.begin(), tops.begin() + tops.size() / 2, tops.end());
  Seat seat;
  seat.height = tops[tops.size() / 2];
  const double x = low_.x() + width_ * kCell / 2 + 0.1;
  seat.back = low_.y();
  for (double z = middle_z + half_depth * 0.5; z > low_.y(); z -= kCell) {
    const auto top = TopAt(x, z);
    if (top && *top > seat.height + 0.16) {
      seat.back = z;
      break;
    }
  }
  seat.front = low_.y() + depth_ * kCell;
  const double across = std::min(middle_z + half_depth * 0.3, seat.back + 0.3);
  seat.left = low_.x();
  seat.right = low_.x() + width_ * kCell;
  for (double s = 0; s < width_ * kCell / 2; s += kCell) {
    const double centre = low_.x() + width_ * kCell / 2;
    const auto left = TopAt(centre - s, across);
    const auto right = TopAt(centre + s, across);
    if ((!left || *left > seat.height + 0.09) && seat.left <= low_.x()) {
      seat.left = centre - s;
    }
    if ((!right || *right > seat.height + 0.09) &&
        seat.right >= low_.x() + width_ * kCell) {
      seat.right = centre + s;
    }
  }
  return seat;
}

}  // namespace stage::engine
