#include "engine/render/camera_path.h"

namespace stage::engine {
namespace {

constexpr int kMaxPanes = 6;
constexpr int kReflectingPanes = 2;
constexpr float kPaneStep = 2e-4f;  // metres

}  // namespace

CameraPath TraceCameraPath(const PathTracer& tracer,
                           Eigen::Vector3f origin,
                           const Eigen::Vector3f& direction,
                           float reach,
                           float pixel_angle,
                           Sampler& sampler) {
  CameraPath path;
  float travelled = 0;
  for (int pane = 0; pane <= kMaxPanes; ++pane) {
    FurnitureHit hit;
    if (!tracer.geometry().Intersect(
            origin, direction, reach - travelled, &hit)) {
      break;
    }
    travelled += hit.distance;
    const Surface surface = tracer.geometry().Evaluate(
        hit, direction, origin, travelled * pixel_angle);
    if (!path.hit) {
      path.hit = true;
      path.depth = travelled;
      path.normal = surface.smooth_normal;
      path.object = surface.object;
    }
    if (surface.coverage < 1 && sampler.Next1D() >= surface.coverage) {
      if (surface.glass) {
        const float reflectance = PaneReflectance(surface, direction);
        if (pane < kReflectingPanes) {
          path.specular += path.through * reflectance *
                           tracer.PaneReflection(surface, direction, sampler);
        }
        path.through *= 1 - reflectance;
      }
      path.through *= surface.filter;
      travelled += kPaneStep;
      origin = surface.position + direction * kPaneStep;
      continue;
    }
    const Shading shading = tracer.Shade(surface, direction, sampler);
    path.albedo = path.through * surface.diffuse;
    path.diffuse = path.albedo * shading.irradiance;
    path.specular += path.through * shading.specular;
    path.through = Color::Zero();
    path.shaded_object = surface.object;
    break;
  }
  return path;
}

}  // namespace stage::engine
