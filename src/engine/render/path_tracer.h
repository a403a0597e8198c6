#pragma once

#include <Eigen/Core>

#include "engine/render/furniture_geometry.h"
#include "engine/render/illumination.h"

namespace stage::engine {

/// What one path says about a surface seen by the camera.
struct Shading {
  Color irradiance{0, 0, 0};  ///< times the diffuse albedo: diffuse radiance
  Color specular{0, 0, 0};    ///< reflections and emission
};

/// Unidirectional path tracing with next-event estimation. Diffuse plus GGX
/// (visible normals: Heitz, JCGT 7(4), 2018), thin glass, translucent leaves.
class PathTracer {
 public:
  static constexpr float kFar = 1e4f;

  struct Limits {
    int depth = 16;      ///< bounces
    float radiance = 8;  ///< of one path, against fireflies
  };

  PathTracer(const FurnitureGeometry& geometry,
             const Illumination& illumination)
      : PathTracer(geometry, illumination, Limits()) {}
  PathTracer(const FurnitureGeometry& geometry,
             const Illumination& illumination,
             const Limits& limits)
      : geometry_(geometry), illumination_(illumination), limits_(limits) {}

  /// Radiance that arrives at `origin` along `direction`.
  Color Incoming(Eigen::Vector3f origin,
                 Eigen::Vector3f direction,
                 RayKind kind,
                 Sampler& sampler,
                 int depth) const;
  /// The same when the first hit is already known.
  Color IncomingFrom(const FurnitureHit& hit,
                     Eigen::Vector3f origin,
                     Eigen::Vector3f direction,
                     RayKind kind,
                     Sampler& sampler,
                     int depth) const;
  /// Light that a solid surface sends back against `direction`.
  Shading Shade(const Surface& surface,
                const Eigen::Vector3f& direction,
                Sampler& sampler) const;
  /// Mirror reflection on a thin pane, without the Fresnel factor.
  Color PaneReflection(const Surface& surface,
                       const Eigen::Vector3f& direction,
                       Sampler& sampler) const;
  const FurnitureGeometry& geometry() const { return geometry_; }
  const Illumination& illumination() const { return illumination_; }

 private:
  Color DirectLight(const Surface& surface,
                    const Eigen::Vector3f& normal,
                    Sampler& sampler) const;
  Color Unblocked(const LightSample& light,
                  const Surface& surface,
                  const Eigen::Vector3f& normal) const;

  const FurnitureGeometry& geometry_;
  const Illumination& illumination_;
  const Limits limits_;
};

/// Share of light a thin pane reflects, both its surfaces together.
float PaneReflectance(const Surface& surface, const Eigen::Vector3f& direction);

}  // namespace stage::engine
