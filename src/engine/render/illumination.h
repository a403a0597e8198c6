#pragma once

#include <Eigen/Core>

#include "engine/render/area_light.h"
#include "engine/render/color.h"
#include "engine/render/sampler.h"

namespace stage::engine {

/// How a ray came about that leaves all furniture behind.
enum class RayKind {
  kDiffuse,  ///< lights are sampled apart: they must not be seen again
  kMirror,   ///< a reflection: sharp, lights included
};

/// What surrounds the traced meshes and lights them.
class Illumination {
 public:
  virtual ~Illumination() = default;
  /// Radiance that arrives along a ray which meets no mesh.
  virtual Color Escape(const Eigen::Vector3f& origin,
                       const Eigen::Vector3f& direction,
                       RayKind kind) const = 0;
  /// One sample of the lights that Escape leaves out for diffuse rays.
  virtual LightSample SampleLight(const Eigen::Vector3f& point,
                                  const Eigen::Vector3f& normal,
                                  Sampler& sampler) const = 0;
  /// The sun, when it is kept apart from the other lights.
  virtual LightSample SampleSun(const Eigen::Vector3f& point,
                                const Eigen::Vector3f& normal,
                                Sampler& sampler) const {
    return {};
  }
};

}  // namespace stage::engine
