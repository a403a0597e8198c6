#include "engine/scene/camera_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "engine/scene/camera_support.h"

namespace stage::engine {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

Camera MakeCamera(const CameraParameters& p, int width_px, int height_px) {
  Camera camera;
  camera.width_px = width_px;
  camera.height_px = height_px;
  camera.focal_px = std::exp(p.log_focal);
  camera.center_px = {0.5 * width_px, (0.5 + p.shift) * height_px};
  camera.k1 = p.k1;
  camera.world_to_camera = WorldToCamera(p.pitch, p.roll, p.yaw);
  camera.position = {0, 1, 0};
  return camera;
}

class Search {
 public:
  Search(const std::vector<LineSegment>& segments,
         int width_px,
         int height_px,
         const CameraPrior& prior,
         double floor_weight)
      : width_px_(width_px),
        height_px_(height_px),
        prior_(prior),
        support_(segments, width_px, height_px, prior, floor_weight) {}

  std::vector<CameraFit> Run() const;
  CameraFit Turn(const Camera& camera) const;

 private:
  std::vector<CameraParameters> Seeds() const;
  double Descend(CameraParameters& p,
                 std::array<double, 6> steps,
                 double sigma_degrees) const;

  int width_px_, height_px_;
  CameraPrior prior_;
  CameraSupport support_;
};

std::vector<CameraParameters> Search::Seeds() const {
  const double long_side = std::max(width_px_, height_px_);
  std::vector<double> log_focals;
  if (prior_.focal_log_sigma < 0.2) {
    for (const double step : {-1.5, 0.0, 1.5}) {
      log_focals.push_back(std::log(prior_.focal_px) +
                           step * prior_.focal_log_sigma);
    }
  } else {
    constexpr int kFocals = 13;
    for (int i = 0; i < kFocals; ++i) {
      log_focals.push_back(std::log(0.38 * long_side) +
                           std::log(1.7 / 0.38) * i / (kFocals - 1));
    }
  }
  struct Scored {
    double score;
    CameraParameters p;
  };
  std::vector<Scored> scored;
  for (const double log_focal : log_focals) {
    std::vector<Scored> tilts;
    if (prior_.pitch_roll_yaw_degrees) {
      const Eigen::Vector3d& fixed = *prior_.pitch_roll_yaw_degrees;
      CameraParameters p{
          fixed[0], fixed[1], fixed[2], log_focal, prior_.shift, prior_.k1};
      scored.push_back({support_.Score(p, 1.2), p});
      continue;
    }
    for (double pitch = -27; pitch <= 27; pitch += 1.5) {
      for (double roll = -9; roll <= 9; roll += 1) {
        tilts.push_back({support_.VerticalSupport(pitch, roll, log_focal),
                         {pitch, roll, 0, log_focal, 0, 0}});
      }
    }
    std::stable_sort(
        tilts.begin(), tilts.end(), [](const Scored& a, const Scored& b) {
          return a.score > b.score;
        });
    for (size_t t = 0, kept = 0; t < tilts.size() && kept < 2; ++t) {
      const bool near_first =
          kept == 1 && std::abs(tilts[t].p.pitch - tilts[0].p.pitch) < 4 &&
          std::abs(tilts[t].p.roll - tilts[0].p.roll) < 3;
      if (near_first) continue;
      ++kept;
      for (double yaw = -45; yaw < 45; yaw += 1) {
        CameraParameters p = tilts[t].p;
        p.yaw = yaw;
        scored.push_back({support_.Score(p, 1.2), p});
      }
    }
  }
  std::stable_sort(
      scored.begin(), scored.end(), [](const Scored& a, const Scored& b) {
        return a.score > b.score;
      });
  constexpr size_t kSeeds = 14;
  std::vector<CameraParameters> seeds;
  for (const Scored& s : scored) {
    const bool known =
        std::any_of(seeds.begin(), seeds.end(), [&](const CameraParameters& p) {
          return std::abs(p.yaw - s.p.yaw) < 3.5 &&
                 std::abs(p.log_focal - s.p.log_focal) < 0.2 &&
                 std::abs(p.pitch - s.p.pitch) < 5;
        });
    if (known) continue;
    seeds.push_back(s.p);
    if (seeds.size() == kSeeds) break;
  }
  return seeds;
}

double Search::Descend(CameraParameters& p,
                       std::array<double, 6> steps,
                       double sigma_degrees) const {
  const auto value = [](CameraParameters& q, int i) -> double& {
    switch (i) {
      case 0:
        return q.pitch;
      case 1:
        return q.roll;
      case 2:
        return q.yaw;
      case 3:
        return q.log_focal;
      case 4:
        return q.shift;
      default:
        return q.k1;
    }
  };
  double score = support_.Score(p, sigma_degrees);
  for (int round = 0; round < 8;) {
    bool improved = false;
    for (int i = 0; i < 6; ++i) {
      if (steps[i] == 0) continue;
      for (const double sign : {1.0, -1.0}) {
        CameraParameters q = p;
        value(q, i) += sign * steps[i];
        const double next = support_.Score(q, sigma_degrees);
        if (next <= score + 1e-7) continue;
        score = next;
        p = q;
        improved = true;
        break;
      }
    }
    if (improved) continue;
    ++round;
    for (double& step : steps) step *= 0.5;
  }
  return score;
}

std::vector<CameraFit> Search::Run() const {
  if (support_.IsEmpty()) return {};
  struct Scored {
    double score;
    CameraParameters p;
  };
  const bool free_angles = !prior_.pitch_roll_yaw_degrees;
  const double angle = free_angles ? 1 : 0;
  const double focal = prior_.focal_log_sigma > 0 ? 1 : 0;
  std::vector<Scored> found;
  for (CameraParameters p : Seeds()) {
    const double score = Descend(
        p, {1.2 * angle, 0.6 * angle, 1.2 * angle, 0.08 * focal, 0, 0}, 1.2);
    found.push_back({score, p});
  }
  std::stable_sort(
      found.begin(), found.end(), [](const Scored& a, const Scored& b) {
        return a.score > b.score;
      });
  constexpr size_t kKept = 4;
  std::vector<Scored> kept;
  for (Scored candidate : found) {
    const bool known =
        std::any_of(kept.begin(), kept.end(), [&](const Scored& other) {
          const double turn = other.p.yaw - candidate.p.yaw;
          return std::abs(turn - 90 * std::round(turn / 90)) < 2.5 &&
                 std::abs(other.p.pitch - candidate.p.pitch) < 2 &&
                 std::abs(other.p.log_focal - candidate.p.log_focal) < 0.12;
        });
    if (known) continue;
    if (free_angles) {
      CameraParameters& q = candidate.p;
      // A quarter turn only swaps the names of the axes.
      q.yaw -= 90 * std::round(q.yaw / 90);
      CameraParameters p = q;
      const double score =
          Descend(p, {0.5, 0.3, 0.5, 0.04 * focal, 0.02, 0.02}, 1.2);
      // Shift and distortion must pay for themselves.
      if (score > candidate.score + 0.008) candidate = {score, p};
    }
    kept.push_back(candidate);
    if (kept.size() == kKept) break;
  }
  std::vector<CameraFit> fits;
  for (Scored& candidate : kept) {
    CameraParameters p = candidate.p;
    const double shift = free_angles && p.shift != 0 ? 0.004 : 0;
    const double k1 = free_angles && p.k1 != 0 ? 0.004 : 0;
    Descend(p,
            {0.2 * angle, 0.1 * angle, 0.2 * angle, 0.02 * focal, shift, k1},
            0.5);
    fits.push_back({MakeCamera(p, width_px_, height_px_), candidate.score});
  }
  std::stable_sort(
      fits.begin(), fits.end(), [](const CameraFit& a, const CameraFit& b) {
        return a.score > b.score;
      });
  return fits;
}

CameraParameters ParametersOf(const Camera& camera) {
  const Eigen::Vector3d angles = camera.PitchRollYawDegrees();
  return {angles[0],
          angles[1],
          angles[2],
          std::log(camera.focal_px),
          camera.center_px.y() / camera.height_px - 0.5,
          camera.k1};
}

CameraFit Search::Turn(const Camera& camera) const {
  const CameraParameters start = ParametersOf(camera);
  CameraParameters best = start;
  double best_score = -1e9;
  for (double turn = 35; turn <= 55; turn += 1) {
    CameraParameters p = start;
    p.yaw += turn;
    p.yaw -= 90 * std::round(p.yaw / 90);
    const double score = support_.Score(p, 1.2);
    if (score <= best_score) continue;
    best_score = score;
    best = p;
  }
  Descend(best, {0, 0, 0.5, 0, 0, 0}, 1.2);
  best_score = Descend(best, {0.1, 0.1, 0.2, 0.01, 0, 0}, 0.6);
  return {MakeCamera(best, width_px_, height_px_), best_score};
}

}  // namespace

std::vector<CameraFit> FitCameras(const std::vector<LineSegment>& segments,
                                  int width_px,
                                  int height_px,
                                  const CameraPrior& prior,
                                  double floor_weight) {
  return Search(segments, width_px, height_px, prior, floor_weight).Run();
}

double ScoreCamera(const std::vector<LineSegment>& segments,
                   const Camera& camera,
                   const CameraPrior& prior,
                   double floor_weight) {
  if (segments.empty()) return 0;
  return CameraSupport(
             segments, camera.width_px, camera.height_px, prior, floor_weight)
      .Score(ParametersOf(camera), 1.2);
}

CameraFit TurnedCamera(const std::vector<LineSegment>& segments,
                       const Camera& camera,
                       const CameraPrior& prior) {
  constexpr double kFloorWeight = 0.02;
  return Search(
             segments, camera.width_px, camera.height_px, prior, kFloorWeight)
      .Turn(camera);
}

double VanishingError(const LineSegment& segment,
                      const Camera& camera,
                      Axis axis) {
  return VanishingError(
      segment, camera, Eigen::Vector3d::Unit(static_cast<int>(axis)));
}

double VanishingError(const LineSegment& segment,
                      const Camera& camera,
                      const Eigen::Vector3d& direction) {
  const Eigen::Vector2d a = camera.Undistort(segment.start) - camera.center_px;
  const Eigen::Vector2d b = camera.Undistort(segment.end) - camera.center_px;
  const Eigen::Vector3d v = camera.world_to_camera * direction;
  const Eigen::Vector2d to_point =
      v.head<2>() * camera.focal_px - 0.5 * (a + b) * v.z();
  const Eigen::Vector2d d = b - a;
  const double cross = std::abs(to_point.x() * d.y() - to_point.y() * d.x());
  return std::atan2(cross, std::abs(to_point.dot(d))) / kDegree;
}

Axis ClassifySegment(const LineSegment& segment,
                     const Camera& camera,
                     double tolerance_degrees) {
  Axis best = Axis::kNone;
  double least = tolerance_degrees;
  for (const Axis axis : {Axis::kX, Axis::kY, Axis::kZ}) {
    if (axis == Axis::kY && std::abs(segment.Direction().y()) < 0.7) continue;
    const double error = VanishingError(segment, camera, axis);
    if (error >= least) continue;
    least = error;
    best = axis;
  }
  return best;
}

}  // namespace stage::engine
