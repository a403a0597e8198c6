#pragma once

#include <Eigen/Core>

#include "engine/catalogue/mesh.h"

namespace stage::engine {

/// How a procedural material departs from its plain colour at one point.
struct SurfaceDetail {
  Eigen::Vector3f albedo_factor{1, 1, 1};  ///< multiplies base_color
  Eigen::Vector3f normal_offset{
      0, 0, 0};  ///< added to the unit normal, object space
  float roughness_offset = 0;
};

/// Weave, grain, pores and mottling of fabric, wood, leather, stone and metal.
/// Deterministic; mean albedo_factor is 1, so colours keep their tone.
/// @param position     object space, metres
/// @param normal       object space, unit
/// @param texcoord     of the hit, or zeros; used where grain follows the piece
/// @param footprint_m  width of a pixel on the surface: detail finer than this
///                     is filtered away instead of aliasing
SurfaceDetail EvaluateSurfaceDetail(const Material& material,
                                    const Eigen::Vector3f& position,
                                    const Eigen::Vector3f& normal,
                                    const Eigen::Vector2f& texcoord,
                                    float footprint_m);

}  // namespace stage::engine
