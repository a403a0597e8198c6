#pragma once

#include <Eigen/Core>

#include "engine/render/path_tracer.h"

namespace stage::engine {

/// What one ray from the camera meets, glass panes on the way included.
struct CameraPath {
  Color diffuse{0, 0, 0};   ///< diffuse radiance
  Color specular{0, 0, 0};  ///< reflections and emission
  Color albedo{0, 0, 0};    ///< of the diffuse part
  Color through{1, 1, 1};   ///< share of what lies behind that comes through
  bool hit = false;         ///< anything at all; the rest is of the first hit
  float depth = 0;
  Eigen::Vector3f normal{0, 0, 0};  ///< without fine detail
  int object = 0;
  int shaded_object = -1;  ///< the solid one behind panes; -1: none
};

/// @param reach        metres; nothing farther is met
/// @param pixel_angle  width of the ray a metre of its length
CameraPath TraceCameraPath(const PathTracer& tracer,
                           Eigen::Vector3f origin,
                           const Eigen::Vector3f& direction,
                           float reach,
                           float pixel_angle,
                           Sampler& sampler);

}  // namespace stage::engine
