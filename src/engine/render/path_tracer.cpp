#include "engine/render/path_tracer.h"

#include <algorithm>
#include <cmath>

#include "engine/render/scattering.h"

namespace stage::engine {
namespace {

constexpr int kMaxPanes = 8;
constexpr float kSurfaceOffset = 2e-4f;  // metres, against self-intersection

Eigen::Vector3f Leave(const Surface& surface,
                      const Eigen::Vector3f& direction) {
  const float side = direction.dot(surface.facet_normal) < 0 ? -1.0f : 1.0f;
  return surface.position + surface.facet_normal * (side * kSurfaceOffset);
}

}  // namespace

float PaneReflectance(const Surface& surface,
                      const Eigen::Vector3f& direction) {
  const float cosine = std::fabs(direction.dot(surface.facet_normal));
  const float one = 0.04f + 0.96f * SchlickWeight(cosine);
  return 2 * one / (1 + one);
}

Color PathTracer::DirectLight(const Surface& surface,
                              const Eigen::Vector3f& normal,
                              Sampler& sampler) const {
  return Unblocked(illumination_.SampleLight(surface.position, normal, sampler),
                   surface,
                   normal) +
         Unblocked(illumination_.SampleSun(surface.position, normal, sampler),
                   surface,
                   normal);
}

Color PathTracer::Unblocked(const LightSample& light,
                            const Surface& surface,
                            const Eigen::Vector3f& normal) const {
  if (light.irradiance.maxCoeff() <= 0) return Color::Zero();
  const float side = light.direction.dot(surface.facet_normal);
  // A smooth normal may face a light that the facet itself does not.
  if (side * normal.dot(surface.facet_normal) <= 0) return Color::Zero();
  return light.irradiance *
         geometry_.Transmittance(Leave(surface, light.direction),
                                 light.direction,
                                 light.distance - 2 * kSurfaceOffset);
}

Color PathTracer::Incoming(Eigen::Vector3f origin,
                           Eigen::Vector3f direction,
                           RayKind kind,
                           Sampler& sampler,
                           int depth) const {
  FurnitureHit hit;
  if (!geometry_.Intersect(origin, direction, kFar, &hit)) {
    return illumination_.Escape(origin, direction, kind);
  }
  return IncomingFrom(hit, origin, direction, kind, sampler, depth);
}

Color PathTracer::IncomingFrom(const FurnitureHit& first,
                               Eigen::Vector3f origin,
                               Eigen::Vector3f direction,
                               RayKind kind,
                               Sampler& sampler,
                               int depth) const {
  Color radiance = Color::Zero();
  Color throughput = Color::Ones();
  FurnitureHit hit = first;
  bool known = true;
  int panes = 0;
  while (true) {
    if (!known && !geometry_.Intersect(origin, direction, kFar, &hit)) {
      radiance += throughput * illumination_.Escape(origin, direction, kind);
      break;
    }
    known = false;
    const Surface surface = geometry_.Evaluate(hit, direction, origin, -0.004f);
    if (surface.coverage < 1 && sampler.Next1D() >= surface.coverage) {
      if (++panes > kMaxPanes) break;
      if (surface.glass &&
          sampler.Next1D() < PaneReflectance(surface, direction)) {
        direction -=
            surface.facet_normal * (2 * direction.dot(surface.facet_normal));
        kind = RayKind::kMirror;
      } else {
        throughput *= surface.filter;
      }
      origin = Leave(surface, direction);
      continue;
    }
    radiance += throughput * surface.emission;
    if (depth >= limits_.depth) break;
    const float survive = std::max(0.1f, throughput.maxCoeff());
    if (survive < 1) {
      if (sampler.Next1D() >= survive) break;
      throughput /= survive;
    }
    ++depth;
    const float specular_share = SpecularShare(surface, direction);
    if (specular_share > 0 && sampler.Next1D() < specular_share) {
      const ScatterSample reflected =
          SampleSpecular(surface, direction, sampler.Next2D());
      if (reflected.weight.maxCoeff() <= 0) break;
      throughput *= reflected.weight / specular_share;
      direction = reflected.direction;
      kind = RayKind::kMirror;
    } else {
      throughput *= DiffuseAlbedo(surface, direction) / (1 - specular_share);
      const Eigen::Vector3f normal = DiffuseSide(surface, sampler);
      radiance += throughput * DirectLight(surface, normal, sampler);
      direction = CosineDirection(normal, sampler.Next2D());
      kind = RayKind::kDiffuse;
    }
    origin = Leave(surface, direction);
  }
  const float peak = radiance.maxCoeff();
  return peak > limits_.radiance ? Color(radiance * (limits_.radiance / peak))
                                 : radiance;
}

Shading PathTracer::Shade(const Surface& surface,
                          const Eigen::Vector3f& direction,
                          Sampler& sampler) const {
  Shading shading;
  shading.specular = surface.emission;
  const float specular_share = SpecularShare(surface, direction);
  if (specular_share > 0 && sampler.Next1D() < specular_share) {
    const ScatterSample reflected =
        SampleSpecular(surface, direction, sampler.Next2D());
    if (reflected.weight.maxCoeff() > 0) {
      shading.specular += reflected.weight / specular_share *
                          Incoming(Leave(surface, reflected.direction),
                                   reflected.direction,
                                   RayKind::kMirror,
                                   sampler,
                                   1);
    }
    return shading;
  }
  const Eigen::Vector3f normal = DiffuseSide(surface, sampler);
  const Eigen::Vector3f bounce = CosineDirection(normal, sampler.Next2D());
  const Color light =
      DirectLight(surface, normal, sampler) +
      Incoming(Leave(surface, bounce), bounce, RayKind::kDiffuse, sampler, 1);
  const Color albedo = DiffuseAlbedo(surface, direction);
  shading.irradiance =
      light * albedo / surface.diffuse.max(1e-4f) / (1 - specular_share);
  return shading;
}

Color PathTracer::PaneReflection(const Surface& surface,
                                 const Eigen::Vector3f& direction,
                                 Sampler& sampler) const {
  const Eigen::Vector3f mirrored =
      direction -
      surface.facet_normal * (2 * direction.dot(surface.facet_normal));
  return Incoming(
      Leave(surface, mirrored), mirrored, RayKind::kMirror, sampler, 2);
}

}  // namespace stage::engine
