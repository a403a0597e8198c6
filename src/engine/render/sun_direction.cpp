#include "engine/render/sun_direction.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace stage::engine {
namespace {

constexpr float kDegree = std::numbers::pi_v<float> / 180;
constexpr float kLeastAgreement = 0.5f;
constexpr float kRivalShare = 0.85f;   // of the best agreement
constexpr float kRivalDegrees = 20;    // of azimuth
constexpr float kWindowSlack = 0.12f;  // metres a found window may be off
constexpr float kLowest = 8;           // degrees the sun stands up
constexpr float kUneven = 1.35f;       // times the surroundings
constexpr int kLeastLit = 20;          // points

// A point of floor or wall that the picture shows.
struct SeenPoint {
  Eigen::Vector3f position;
  float lit;  // 0..1
};

struct Angles {
  float azimuth, elevation;  // degrees

  Eigen::Vector3f Direction() const {
    const float a = azimuth * kDegree, e = elevation * kDegree;
    return {std::cos(e) * std::cos(a), std::sin(e), std::cos(e) * std::sin(a)};
  }
};

// Where a glossy floor shows the camera a window.
bool MirrorsWindow(const LightField& field, const RoomHit& hit) {
  if (hit.face != RoomPrism::kFloor) return false;
  Eigen::Vector3f direction = hit.point - field.view.position();
  direction.y() = -direction.y();
  return LeavesThroughWindow(field, hit.point, direction.normalized(), 0.15f);
}

std::vector<SeenPoint> SeenPoints(const LightField& field,
                                  const SunPatches& patches,
                                  bool floor_mirrors,
                                  int stride) {
  std::vector<SeenPoint> points;
  for (int y = stride / 2; y < patches.height(); y += stride) {
    for (int x = stride / 2; x < patches.width(); x += stride) {
      const bool sunny = patches.IsSharp(x, y);
      // Brighter than its surroundings, but not a clear patch: tells nothing.
      if (!sunny && patches.FactorAtPixel(x, y) > kUneven) continue;
      const float fx = (x + 0.5f) / patches.width();
      const float fy = (y + 0.5f) / patches.height();
      const RoomHit hit = field.prism.Intersect(
          field.view.position(),
          field.view.Ray(fx * field.view.width(), fy * field.view.height()));
      if (hit.face < 0 || hit.face == RoomPrism::kCeiling) continue;
      if (field.WindowAt(hit.point, hit.face)) continue;
      if (floor_mirrors && MirrorsWindow(field, hit)) continue;
      points.push_back(
          {hit.point + field.prism.faces()[hit.face].normal * 1e-3f,
           sunny ? 1.0f : 0.0f});
    }
  }
  return points;
}

// How far inside a window a ray leaves the room, metres; negative: past it.
float InsideBy(const AreaLight& window,
               const Eigen::Vector3f& point,
               const Eigen::Vector3f& direction) {
  constexpr float kPastAll = -1e3f;
  const float approach = -direction.dot(window.normal);
  if (approach <= 1e-3f) return kPastAll;
  const float t = (point - window.origin).dot(window.normal) / approach;
  if (t <= 0) return kPastAll;
  const Eigen::Vector3f d = point + direction * t - window.origin;
  const float width = window.u1 - window.u0, height = window.v1 - window.v0;
  const float u = d.dot(window.edge_u) / width;
  const float v = d.dot(window.edge_v) / height;
  return std::min({u, width - u, v, height - v});
}

float Agreement(const LightField& field,
                const std::vector<SeenPoint>& points,
                const Angles& angles) {
  const Eigen::Vector3f to_sun = angles.Direction();
  float shared = 0, joint = 0;
  for (const SeenPoint& point : points) {
    float expected = 0;
    for (const AreaLight& window : field.windows) {
      const float inside = InsideBy(window, point.position, to_sun);
      expected =
          std::max(expected,
                   std::clamp(0.5f + 0.5f * inside / kWindowSlack, 0.0f, 1.0f));
    }
    shared += std::min(expected, point.lit);
    joint += std::max(expected, point.lit);
  }
  return joint > 0 ? shared / joint : 0;
}

// Between azimuths only: a patch that the picture cuts off leaves the height of
// the sun open by many degrees, and shadows look right all the same.
float DegreesAside(const Angles& a, const Angles& b) {
  return std::fabs(std::remainder(a.azimuth - b.azimuth, 360.0f));
}

struct Candidate {
  Angles angles;
  float agreement;
};

std::vector<Candidate> CoarseSearch(const LightField& field,
                                    const std::vector<SeenPoint>& points) {
  constexpr float kStep = 4;
  std::vector<Candidate> candidates;
  for (float elevation = kLowest; elevation <= 74; elevation += kStep) {
    for (float azimuth = 0; azimuth < 360; azimuth += kStep) {
      const Angles angles{azimuth, elevation};
      const Eigen::Vector3f to_sun = angles.Direction();
      const bool enters =
          std::any_of(field.windows.begin(),
                      field.windows.end(),
                      [&](const AreaLight& window) {
                        return to_sun.dot(window.normal) < -0.05f;
                      });
      if (enters)
        candidates.push_back({angles, Agreement(field, points, angles)});
    }
  }
  return candidates;
}

Candidate Refined(const LightField& field,
                  const std::vector<SeenPoint>& points,
                  Candidate best) {
  best.agreement = Agreement(field, points, best.angles);
  for (float step = 2; step > 0.2f; step /= 2) {
    for (bool moved = true; moved;) {
      moved = false;
      for (const auto& [da, de] : {std::pair{step, 0.0f},
                                   {-step, 0.0f},
                                   {0.0f, step},
                                   {0.0f, -step}}) {
        const Angles angles{
            best.angles.azimuth + da,
            std::clamp(best.angles.elevation + de, kLowest, 80.0f)};
        const float agreement = Agreement(field, points, angles);
        if (agreement <= best.agreement) continue;
        best = {angles, agreement};
        moved = true;
      }
    }
  }
  return best;
}

}  // namespace

bool LeavesThroughWindow(const LightField& field,
                         const Eigen::Vector3f& point,
                         const Eigen::Vector3f& direction,
                         float margin_m) {
  return std::any_of(
      field.windows.begin(), field.windows.end(), [&](const AreaLight& window) {
        return InsideBy(window, point, direction) > -margin_m;
      });
}

std::optional<SunDirection> FitSunDirection(const LightField& field,
                                            const SunPatches& patches,
                                            bool floor_mirrors) {
  if (patches.empty() || field.windows.empty()) return std::nullopt;
  const std::vector<SeenPoint> few =
      SeenPoints(field, patches, floor_mirrors, 8);
  const auto lit = std::count_if(few.begin(), few.end(), [](const auto& point) {
    return point.lit > 0.5f;
  });
  if (lit < kLeastLit) return std::nullopt;
  const std::vector<Candidate> candidates = CoarseSearch(field, few);
  if (candidates.empty()) return std::nullopt;
  const Candidate best =
      Refined(field,
              SeenPoints(field, patches, floor_mirrors, 3),
              *std::max_element(candidates.begin(),
                                candidates.end(),
                                [](const Candidate& a, const Candidate& b) {
                                  return a.agreement < b.agreement;
                                }));
  if (best.agreement < kLeastAgreement) return std::nullopt;
  for (const Candidate& rival : candidates) {
    if (rival.agreement > kRivalShare * best.agreement &&
        DegreesAside(rival.angles, best.angles) > kRivalDegrees) {
      return std::nullopt;
    }
  }
  return SunDirection{best.angles.Direction(), best.agreement};
}

}  // namespace stage::engine
