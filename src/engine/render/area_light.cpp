#include "engine/render/area_light.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace stage::engine {
namespace {

constexpr size_t kMaxLights = 32;
constexpr float kPi = 3.14159265f;

// A bound-like guess of what a light brings: its centre, softened so that no
// light that a part of is seen gets no sample.
float Importance(const AreaLight& light,
                 const Eigen::Vector3f& point,
                 const Eigen::Vector3f& normal) {
  if ((point - light.origin).dot(light.normal) <= 0) return 0;
  const Eigen::Vector3f d = light.center - point;
  const float extent = 0.5f * light.diagonal;
  const float facing = d.dot(normal) + extent;
  if (facing <= 0) return 0;
  const float shining = -d.dot(light.normal) + 0.02f;
  const float distance2 = d.squaredNorm() + extent * extent;
  return Luminance(light.radiance) * light.area * facing *
         std::max(shining, 0.05f) / (distance2 * distance2);
}

// Sky over ground, mean about 1: an overcast sky is some three times as bright
// as the ground below it.
float SkyShare(float elevation_sine) {
  constexpr float kGround = 0.55f, kSky = 1.6f;
  const float t = std::clamp((elevation_sine + 0.25f) / 0.6f, 0.0f, 1.0f);
  return kGround + (kSky - kGround) * t * t * (3 - 2 * t);
}

}  // namespace

void AreaLight::Place(const Eigen::Vector3f& corner,
                      const Eigen::Vector3f& u,
                      const Eigen::Vector3f& v) {
  origin = corner;
  edge_u = u;
  edge_v = v;
  center = corner + 0.5f * (u + v);
  area = u.cross(v).norm();
  diagonal = (u + v).norm();
}

AreaSample SampleArea(const std::vector<AreaLight>& lights,
                      const Eigen::Vector3f& point,
                      const Eigen::Vector3f& normal,
                      Sampler& sampler) {
  AreaSample sample;
  const size_t count = std::min(lights.size(), kMaxLights);
  if (count == 0) return sample;
  std::array<float, kMaxLights> weight;
  float total = 0;
  for (size_t i = 0; i < count; ++i) {
    weight[i] = Importance(lights[i], point, normal);
    total += weight[i];
  }
  if (total <= 0) return sample;
  float choice = count > 1 ? sampler.Next1D() * total : 0;
  size_t chosen = 0;
  while (chosen + 1 < count &&
         (choice >= weight[chosen] || weight[chosen] == 0)) {
    choice -= weight[chosen++];
  }
  if (weight[chosen] <= 0) return sample;
  const AreaLight& light = lights[chosen];
  const Eigen::Vector2f random = sampler.Next2D();
  const Eigen::Vector3f d = light.origin + light.edge_u * random.x() +
                            light.edge_v * random.y() - point;
  const float distance2 = d.squaredNorm();
  sample.distance = std::sqrt(distance2);
  if (sample.distance < 1e-4f) return sample;
  sample.direction = d / sample.distance;
  const float cosine = sample.direction.dot(normal);
  const float light_cosine = -sample.direction.dot(light.normal);
  if (cosine <= 0 || light_cosine <= 0) return sample;
  // A point almost on the glass would see one sample dominate.
  const float geometry =
      cosine * light_cosine * light.area / std::max(distance2, 0.02f);
  sample.light = &light;
  sample.weight = geometry * total / (weight[chosen] * kPi);
  return sample;
}

LightSample SampleLights(const std::vector<AreaLight>& lights,
                         const Eigen::Vector3f& point,
                         const Eigen::Vector3f& normal,
                         Sampler& sampler) {
  const AreaSample area = SampleArea(lights, point, normal, sampler);
  LightSample sample;
  if (!area.light) return sample;
  sample.direction = area.direction;
  sample.distance = area.distance;
  sample.irradiance =
      area.light->radiance * (SkyShare(area.direction.y()) * area.weight);
  return sample;
}

}  // namespace stage::engine
