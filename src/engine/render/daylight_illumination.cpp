#include "engine/render/daylight_illumination.h"

#include <algorithm>
#include <cmath>

#include "engine/render/path_tracer.h"

namespace stage::engine {
namespace {

constexpr float kPi = 3.14159265f;
// A little wider than the real half degree: hazy air softens shadows.
constexpr float kSunRadius = 0.008f;

}  // namespace

DaylightIllumination::DaylightIllumination(const RoomModel& room)
    : daylight_(room.daylight),
      to_sun_(room.daylight.to_sun.cast<float>().normalized()) {
  for (const RoomPortal& portal : room.portals) {
    AreaLight light;
    light.Place(portal.origin.cast<float>(),
                portal.edge_u.cast<float>(),
                portal.edge_v.cast<float>());
    light.normal = light.edge_u.cross(light.edge_v).normalized();
    light.radiance = daylight_.horizon;
    portals_.push_back(light);
  }
}

Color DaylightIllumination::Sky(const Eigen::Vector3f& direction) const {
  // A soft horizon stands for trees and houses far away.
  const float sky = std::clamp(direction.y() / 0.06f + 0.5f, 0.0f, 1.0f);
  const float height = std::sqrt(std::clamp(direction.y(), 0.0f, 1.0f));
  const Color above =
      daylight_.horizon + (daylight_.zenith - daylight_.horizon) * height;
  return daylight_.ground + (above - daylight_.ground) * sky;
}

Color DaylightIllumination::Escape(const Eigen::Vector3f& origin,
                                   const Eigen::Vector3f& direction,
                                   RayKind kind) const {
  return kind == RayKind::kDiffuse ? Color::Zero() : Sky(direction);
}

bool DaylightIllumination::SunMayReach(const Eigen::Vector3f& point) const {
  if (to_sun_.y() <= 0 || daylight_.sun_irradiance.maxCoeff() <= 0) {
    return false;
  }
  constexpr float kMargin = 0.03f;  // of an edge, for the width of the sun
  for (const AreaLight& portal : portals_) {
    const float approach = -to_sun_.dot(portal.normal);
    if (approach <= 0) continue;
    const float t = (point - portal.origin).dot(portal.normal) / approach;
    if (t <= 0) continue;
    const Eigen::Vector3f d = point + to_sun_ * t - portal.origin;
    const float u = d.dot(portal.edge_u) / portal.edge_u.squaredNorm();
    const float v = d.dot(portal.edge_v) / portal.edge_v.squaredNorm();
    if (u > -kMargin && u < 1 + kMargin && v > -kMargin && v < 1 + kMargin) {
      return true;
    }
  }
  return false;
}

LightSample DaylightIllumination::SampleLight(const Eigen::Vector3f& point,
                                              const Eigen::Vector3f& normal,
                                              Sampler& sampler) const {
  const float sun_share = SunMayReach(point) ? 0.5f : 0.0f;
  LightSample sample;
  if (sun_share > 0 && sampler.Next1D() < sun_share) {
    Eigen::Vector3f t, b;
    OrthonormalBasis(to_sun_, &t, &b);
    const Eigen::Vector2f random = sampler.Next2D();
    const float radius = kSunRadius * std::sqrt(random.x());
    const float angle = 2 * kPi * random.y();
    sample.direction = (to_sun_ + t * (radius * std::cos(angle)) +
                        b * (radius * std::sin(angle)))
                           .normalized();
    sample.distance = PathTracer::kFar;
    const float cosine = std::max(0.0f, sample.direction.dot(normal));
    sample.irradiance = daylight_.sun_irradiance * (cosine / (kPi * sun_share));
    return sample;
  }
  const AreaSample area = SampleArea(portals_, point, normal, sampler);
  if (!area.light) return sample;
  sample.direction = area.direction;
  sample.distance = area.distance;
  sample.irradiance = Sky(area.direction) * (area.weight / (1 - sun_share));
  return sample;
}

}  // namespace stage::engine
