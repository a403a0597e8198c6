#include "engine/scene/oblique_walls.h"

#include <Eigen/Geometry>
#include <array>
#include <cmath>
#include <numbers>

namespace stage::engine {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr int kBins = 90;  ///< of 2 degrees, for directions without a sign
constexpr double kBin = std::numbers::pi / kBins;
constexpr double kLeastTurn = 12 * kDegree;  ///< from either axis

/// What a segment says about an oblique wall.
struct Vote {
  double angle;   ///< of the horizontal direction it runs along, atan2(z, x)
  double weight;  ///< in parts of the picture's width + height
  bool is_above;  ///< the horizon
};

double FromAxes(double angle) {
  const double quarter = std::numbers::pi / 2;
  return std::abs(angle - quarter * std::round(angle / quarter));
}

std::vector<Vote> CastVotes(const LayoutEvidence& evidence) {
  constexpr double kSurfacesDiffer = 3;  // Lab
  constexpr double kLevel = 0.12;  // of a view plane that says no direction
  const Camera& camera = evidence.camera();
  std::vector<Vote> votes;
  for (size_t i = 0; i < evidence.segments().size(); ++i) {
    const LineSegment& segment = evidence.segments()[i];
    if (evidence.axes()[i] != Axis::kNone ||
        segment.contrast < kSurfacesDiffer) {
      continue;
    }
    const Eigen::Vector3d a = camera.Ray(segment.start);
    const Eigen::Vector3d b = camera.Ray(segment.end);
    const Eigen::Vector3d plane = a.cross(b).normalized();
    const double tilt = std::hypot(plane.x(), plane.z());
    if (tilt < kLevel) continue;
    const double angle = std::atan2(-plane.x(), plane.z());
    if (FromAxes(angle) < kLeastTurn) continue;
    votes.push_back({angle,
                     segment.weight / (camera.width_px + camera.height_px),
                     a.y() + b.y() > 0});
  }
  return votes;
}

}  // namespace

std::optional<Eigen::Vector2d> FindObliqueNormal(
    const LayoutEvidence& evidence) {
  constexpr double kLeastAbove = 0.05, kLeastBelow = 0.03;
  const std::vector<Vote> votes = CastVotes(evidence);
  struct Bin {
    double above = 0, below = 0, x = 0, z = 0;
  };
  std::array<Bin, kBins> bins{};
  for (const Vote& vote : votes) {
    const double turn = vote.angle / kBin;
    const int middle = static_cast<int>(std::floor(turn));
    for (int i = middle - 1; i <= middle + 1; ++i) {
      Bin& bin = bins[static_cast<size_t>((i % kBins + kBins) % kBins)];
      (vote.is_above ? bin.above : bin.below) += vote.weight;
      // Doubled: a direction and its opposite are one.
      bin.x += vote.weight * std::cos(2 * vote.angle);
      bin.z += vote.weight * std::sin(2 * vote.angle);
    }
  }
  const Bin* best = nullptr;
  for (const Bin& bin : bins) {
    if (bin.above < kLeastAbove || bin.below < kLeastBelow) continue;
    if (!best || bin.above + bin.below > best->above + best->below) best = &bin;
  }
  if (!best) return std::nullopt;
  const double angle = 0.5 * std::atan2(best->z, best->x);
  return Eigen::Vector2d(-std::sin(angle), std::cos(angle));
}

}  // namespace stage::engine
