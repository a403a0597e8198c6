#include "engine/scene/camera_support.h"

#include <algorithm>
#include <array>
#include <numbers>

namespace stage::engine {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kFloorBegins = 0.6;  ///< of the picture's height

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

}  // namespace

CameraSupport::CameraSupport(const std::vector<LineSegment>& segments,
                             int width_px,
                             int height_px,
                             const CameraPrior& prior,
                             double floor_weight)
    : width_px_(width_px), height_px_(height_px), prior_(prior) {
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

/// The lines as an ideal camera with this shift and k1 would see them.
const FlatLines& CameraSupport::Flatten(const CameraParameters& p) const {
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

double CameraSupport::Support(const FlatLines& lines,
                              const CameraParameters& p,
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

double CameraSupport::VerticalSupport(double pitch,
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

double CameraSupport::Penalty(const CameraParameters& p) const {
  const double focal =
      (p.log_focal - std::log(prior_.focal_px)) / prior_.focal_log_sigma;
  const double shift = p.shift / 0.08;
  const double distortion = p.k1 / 0.05;
  return 0.03 * focal * focal + 0.0009 * std::abs(p.pitch) +
         0.004 * std::max(0.0, std::abs(p.roll) - 2) + 0.012 * shift * shift +
         0.012 * distortion * distortion;
}

double CameraSupport::Score(const CameraParameters& p,
                            double sigma_degrees) const {
  if (std::abs(p.pitch) > 40 || std::abs(p.roll) > 20 ||
      std::abs(p.shift) > 0.3 || p.k1 < -0.1 || p.k1 > 0.3) {
    return -1e9;
  }
  const bool plain = p.shift == 0 && p.k1 == 0;
  return Support(plain ? lines_ : Flatten(p), p, sigma_degrees) - Penalty(p);
}

}  // namespace stage::engine
