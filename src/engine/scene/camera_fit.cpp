#include "engine/scene/camera_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace stage::engine {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kFloorBegins = 0.6;  ///< of the picture's height

/// The six numbers searched. Angles in degrees.
struct Parameters {
  double pitch = 0, roll = 0, yaw = 0;
  double log_focal = 0;
  double shift = 0;  ///< principal point below the centre, parts of the height
  double k1 = 0;
};

Camera MakeCamera(const Parameters& p, int width_px, int height_px) {
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

/// Segments as flat arrays about the principal point, for one shift and k1.
/// Padded to whole blocks with lines of no weight, so that sums run in lanes.
struct FlatLines {
  static constexpr size_t kBlock = 8;
  std::vector<float> mx, my, dx, dy, weight;
  std::vector<float>
      steep;  ///< 1 where the segment may be a vertical of a room
  float total = 0;

  size_t size() const { return mx.size(); }
  void Add(const Eigen::Vector2d& a, const Eigen::Vector2d& b, double w) {
    const Eigen::Vector2d d = (b - a).normalized();
    mx.push_back(static_cast<float>(0.5 * (a.x() + b.x())));
    my.push_back(static_cast<float>(0.5 * (a.y() + b.y())));
    dx.push_back(static_cast<float>(d.x()));
    dy.push_back(static_cast<float>(d.y()));
    weight.push_back(static_cast<float>(w));
    steep.push_back(std::abs(d.y()) > 0.7 ? 1.f : 0.f);
    total += weight.back();
  }
  void Pad() {
    while (size() % kBlock) Add({0, 0}, {1, 0}, 0);
  }
};

class Search {
 public:
  Search(const std::vector<LineSegment>& segments,
         int width_px,
         int height_px,
         const CameraPrior& prior,
         double floor_weight)
      : segments_(segments),
        width_px_(width_px),
        height_px_(height_px),
        prior_(prior) {
    for (const LineSegment& segment : segments) {
      const bool low = segment.Midpoint().y() > kFloorBegins * height_px;
      weights_.push_back(segment.weight * (low ? floor_weight : 1));
    }
    const Eigen::Vector2d center(0.5 * width_px, 0.5 * height_px);
    for (size_t i = 0; i < segments.size(); ++i) {
      lines_.Add(
          segments[i].start - center, segments[i].end - center, weights_[i]);
    }
    lines_.Pad();
    scratch_ = lines_;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const bool real = i < segments.size();
      const Eigen::Vector2d a =
          real ? Eigen::Vector2d(segments[i].start - center) : center;
      const Eigen::Vector2d b =
          real ? Eigen::Vector2d(segments[i].end - center)
               : Eigen::Vector2d(center + Eigen::Vector2d(1, 0));
      raw_.ax.push_back(static_cast<float>(a.x()));
      raw_.ay.push_back(static_cast<float>(a.y()));
      raw_.bx.push_back(static_cast<float>(b.x()));
      raw_.by.push_back(static_cast<float>(b.y()));
    }
    for (size_t i = 0; i < segments.size(); ++i) {
      if (std::abs(segments[i].Direction().y()) < 0.9) continue;
      steep_.Add(
          segments[i].start - center, segments[i].end - center, weights_[i]);
    }
    steep_.Pad();
  }

  std::vector<CameraFit> Run() const;
  CameraFit Turn(const Camera& camera) const;
  double Score(const Parameters& p, double sigma_degrees) const;

 private:
  const FlatLines& Flatten(const Parameters& p) const;
  double Support(const FlatLines& lines,
                 const Parameters& p,
                 double sigma_degrees) const;
  double VerticalSupport(double pitch, double roll, double log_focal) const;
  double Penalty(const Parameters& p) const;
  std::vector<Parameters> Seeds() const;
  double Descend(Parameters& p,
                 std::array<double, 6> steps,
                 double sigma_degrees) const;

  const std::vector<LineSegment>& segments_;
  int width_px_, height_px_;
  CameraPrior prior_;
  std::vector<double> weights_;
  /// End points about the picture's centre.
  struct {
    std::vector<float> ax, ay, bx, by;
  } raw_;
  mutable FlatLines scratch_;  ///< of the last Flatten
  FlatLines lines_;            ///< without shift and distortion
  FlatLines steep_;            ///< of these, the near-vertical ones
};

/// The lines as an ideal camera with this shift and k1 would see them.
const FlatLines& Search::Flatten(const Parameters& p) const {
  const float shift = static_cast<float>(p.shift * height_px_);
  const float k1 = static_cast<float>(
      p.k1 / (0.25 * (static_cast<double>(width_px_) * width_px_ +
                      static_cast<double>(height_px_) * height_px_)));
  const size_t count = scratch_.size();
  for (size_t i = 0; i < count; ++i) {
    const float ax = raw_.ax[i], ay = raw_.ay[i] - shift;
    const float bx = raw_.bx[i], by = raw_.by[i] - shift;
    const float a = 1 + k1 * (ax * ax + ay * ay);
    const float b = 1 + k1 * (bx * bx + by * by);
    const float dx = b * bx - a * ax, dy = b * by - a * ay;
    const float inverse = 1 / std::sqrt(dx * dx + dy * dy + 1e-12f);
    scratch_.mx[i] = 0.5f * (a * ax + b * bx);
    scratch_.my[i] = 0.5f * (a * ay + b * by);
    scratch_.dx[i] = dx * inverse;
    scratch_.dy[i] = dy * inverse;
  }
  return scratch_;
}

/// sin² of the angle between segment i and the direction to the point (x, y)
/// at homogeneous weight z; works for vanishing points at infinity.
inline float MissSquared(
    const FlatLines& lines, size_t i, float x, float y, float z) {
  const float ex = x - lines.mx[i] * z;
  const float ey = y - lines.my[i] * z;
  const float cross = ex * lines.dy[i] - ey * lines.dx[i];
  return cross * cross / (ex * ex + ey * ey + 1e-12f);
}

/// A bell of unit height and about unit width in q = miss² / sigma², cheap and
/// with a tail a little heavier than a Gaussian's.
inline float Bell(float q) {
  const float r = 1 / (1 + 0.125f * q);
  return r * r * r * r;
}

/// Weighted mean over all lines of support(i).
template <typename Support>
double SumInLanes(const FlatLines& lines, Support support) {
  std::array<float, FlatLines::kBlock> lanes{};
  for (size_t i = 0; i < lines.size(); i += FlatLines::kBlock) {
    for (size_t lane = 0; lane < FlatLines::kBlock; ++lane) {
      lanes[lane] += lines.weight[i + lane] * support(i + lane);
    }
  }
  float sum = 0;
  for (const float lane : lanes) sum += lane;
  return lines.total > 0 ? sum / lines.total : 0;
}

float InverseSigmaSquared(double sigma_degrees) {
  const double s = std::sin(sigma_degrees * kDegree);
  return static_cast<float>(1 / (s * s));
}

double Search::Support(const FlatLines& lines,
                       const Parameters& p,
                       double sigma_degrees) const {
  const Eigen::Matrix3f m = WorldToCamera(p.pitch, p.roll, p.yaw).cast<float>();
  const float f = static_cast<float>(std::exp(p.log_focal));
  const float inverse = InverseSigmaSquared(sigma_degrees);
  return SumInLanes(lines, [&](size_t i) {
    const float x = MissSquared(lines, i, m(0, 0) * f, m(1, 0) * f, m(2, 0));
    const float y = MissSquared(lines, i, m(0, 1) * f, m(1, 1) * f, m(2, 1));
    const float z = MissSquared(lines, i, m(0, 2) * f, m(1, 2) * f, m(2, 2));
    const float vertical = y + 1 - lines.steep[i];
    return Bell(std::min(std::min(x, z), vertical) * inverse);
  });
}

double Search::VerticalSupport(double pitch,
                               double roll,
                               double log_focal) const {
  const Eigen::Vector3f up = WorldToCamera(pitch, roll, 0).col(1).cast<float>();
  const float f = static_cast<float>(std::exp(log_focal));
  const float inverse = InverseSigmaSquared(1.0);
  const double share = SumInLanes(steep_, [&](size_t i) {
    return Bell(inverse *
                MissSquared(steep_, i, up.x() * f, up.y() * f, up.z()));
  });
  return share * steep_.total / lines_.total - 0.0005 * std::abs(pitch) -
         0.001 * std::abs(roll);
}

double Search::Penalty(const Parameters& p) const {
  const double focal =
      (p.log_focal - std::log(prior_.focal_px)) / prior_.focal_log_sigma;
  const double shift = p.shift / 0.08;
  const double distortion = p.k1 / 0.05;
  return 0.03 * focal * focal + 0.0009 * std::abs(p.pitch) +
         0.004 * std::max(0.0, std::abs(p.roll) - 2) + 0.012 * shift * shift +
         0.012 * distortion * distortion;
}

double Search::Score(const Parameters& p, double sigma_degrees) const {
  if (std::abs(p.pitch) > 40 || std::abs(p.roll) > 20 ||
      std::abs(p.shift) > 0.3 || p.k1 < -0.1 || p.k1 > 0.3) {
    return -1e9;
  }
  const bool plain = p.shift == 0 && p.k1 == 0;
  return Support(plain ? lines_ : Flatten(p), p, sigma_degrees) - Penalty(p);
}

std::vector<Parameters> Search::Seeds() const {
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
    Parameters p;
  };
  std::vector<Scored> scored;
  for (const double log_focal : log_focals) {
    std::vector<Scored> tilts;
    if (prior_.pitch_roll_yaw_degrees) {
      const Eigen::Vector3d& fixed = *prior_.pitch_roll_yaw_degrees;
      Parameters p{
          fixed[0], fixed[1], fixed[2], log_focal, prior_.shift, prior_.k1};
      scored.push_back({Score(p, 1.2), p});
      continue;
    }
    for (double pitch = -27; pitch <= 27; pitch += 1.5) {
      for (double roll = -9; roll <= 9; roll += 1) {
        tilts.push_back({VerticalSupport(pitch, roll, log_focal),
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
        Parameters p = tilts[t].p;
        p.yaw = yaw;
        scored.push_back({Score(p, 1.2), p});
      }
    }
  }
  std::stable_sort(
      scored.begin(), scored.end(), [](const Scored& a, const Scored& b) {
        return a.score > b.score;
      });
  constexpr size_t kSeeds = 14;
  std::vector<Parameters> seeds;
  for (const Scored& s : scored) {
    const bool known =
        std::any_of(seeds.begin(), seeds.end(), [&](const Parameters& p) {
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

double Search::Descend(Parameters& p,
                       std::array<double, 6> steps,
                       double sigma_degrees) const {
  const auto value = [](Parameters& q, int i) -> double& {
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
  double score = Score(p, sigma_degrees);
  for (int round = 0; round < 8;) {
    bool improved = false;
    for (int i = 0; i < 6; ++i) {
      if (steps[i] == 0) continue;
      for (const double sign : {1.0, -1.0}) {
        Parameters q = p;
        value(q, i) += sign * steps[i];
        const double next = Score(q, sigma_degrees);
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
  if (segments_.empty() || lines_.total <= 0) return {};
  struct Scored {
    double score;
    Parameters p;
  };
  const bool free_angles = !prior_.pitch_roll_yaw_degrees;
  const double angle = free_angles ? 1 : 0;
  const double focal = prior_.focal_log_sigma > 0 ? 1 : 0;
  std::vector<Scored> found;
  for (Parameters p : Seeds()) {
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
      Parameters& q = candidate.p;
      // A quarter turn only swaps the names of the axes.
      q.yaw -= 90 * std::round(q.yaw / 90);
      Parameters p = q;
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
    Parameters p = candidate.p;
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

Parameters ParametersOf(const Camera& camera) {
  const Eigen::Vector3d angles = camera.PitchRollYawDegrees();
  return {angles[0],
          angles[1],
          angles[2],
          std::log(camera.focal_px),
          camera.center_px.y() / camera.height_px - 0.5,
          camera.k1};
}

CameraFit Search::Turn(const Camera& camera) const {
  const Parameters start = ParametersOf(camera);
  Parameters best = start;
  double best_score = -1e9;
  for (double turn = 35; turn <= 55; turn += 1) {
    Parameters p = start;
    p.yaw += turn;
    p.yaw -= 90 * std::round(p.yaw / 90);
    const double score = Score(p, 1.2);
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
  return Search(
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
