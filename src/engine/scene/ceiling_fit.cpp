#include "engine/scene/ceiling_fit.h"

#include <cmath>

namespace stage::engine {
namespace {

/// Mean line support along the tops of all walls, and how much of them the
/// picture shows.
struct TopSupport {
  double support = 0;
  int seen = 0;
};

TopSupport Support(const LayoutEvidence& evidence,
                   const std::vector<BoundaryRun>& runs,
                   double height) {
  constexpr double kStep = 0.012;  // radians
  const Camera& camera = evidence.camera();
  TopSupport top;
  for (const BoundaryRun& run : runs) {
    if (run.along == Axis::kNone) continue;
    for (double azimuth = run.from; azimuth < run.to; azimuth += kStep) {
      const double distance = run.Distance(azimuth);
      if (!(distance < 20)) continue;
      const Eigen::Vector3d c = camera.world_to_camera *
                                Eigen::Vector3d(distance * std::sin(azimuth),
                                                height - 1,
                                                -distance * std::cos(azimuth));
      if (c.z() < 0.05) continue;
      const Eigen::Vector2d ideal =
          camera.center_px + c.head<2>() * (camera.focal_px / c.z());
      const Eigen::Vector2d pixel = camera.Distort(ideal);
      if (pixel.x() < 2 || pixel.y() < 2 || pixel.x() > camera.width_px - 2 ||
          pixel.y() > camera.height_px - 2) {
        continue;
      }
      top.support += evidence.SupportAt(run.along, ideal);
      ++top.seen;
    }
  }
  if (top.seen > 0) top.support /= top.seen;
  return top;
}

}  // namespace

CeilingFit FitCeiling(const LayoutEvidence& evidence,
                      const std::vector<BoundaryRun>& runs,
                      double start) {
  constexpr int kFewest = 12;
  constexpr double kGain = 0.12;
  const auto usual = [](double height) {
    const double q = std::log(height / 1.85) / 0.25;
    return 0.12 * q * q;
  };
  CeilingFit best{start, 0};
  const TopSupport first = Support(evidence, runs, start);
  if (first.seen >= kFewest) best.support = first.support;
  // Another height must be clearly better than the box's own.
  double best_score = best.support - usual(start) + kGain;
  for (double height = 1.3; height < 3.2; height *= 1.006) {
    const TopSupport found = Support(evidence, runs, height);
    if (found.seen < kFewest) continue;
    const double near_start = std::abs(std::log(height / start)) < 0.03;
    const double score =
        found.support - usual(height) + (near_start ? kGain : 0);
    if (score <= best_score) continue;
    best_score = score;
    best = {height, found.support};
  }
  return best;
}

}  // namespace stage::engine
