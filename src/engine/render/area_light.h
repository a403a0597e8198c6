#pragma once

#include <Eigen/Geometry>
#include <vector>

#include "engine/render/color.h"
#include "engine/render/sampler.h"

namespace stage::engine {

/// A rectangle that shines to the side its normal points to: a window. Whoever
/// looks up through it sees the sky, whoever looks down the darker ground.
struct AreaLight {
  /// Sets the rectangle: a corner and its two edges, at right angles.
  void Place(const Eigen::Vector3f& corner,
             const Eigen::Vector3f& u,
             const Eigen::Vector3f& v);

  Eigen::Vector3f origin{0, 0, 0};  ///< one corner
  Eigen::Vector3f edge_u{0, 0, 0}, edge_v{0, 0, 0};
  Eigen::Vector3f center{0, 0, 0};
  Eigen::Vector3f normal{0, 0, 0};
  float area = 0;      ///< m²
  float diagonal = 0;  ///< m
  Color radiance{0, 0, 0};
  int face = -1;  ///< of the RoomPrism, with the rectangle in its coordinates
  float u0 = 0, u1 = 0, v0 = 0, v1 = 0;
};

/// One direction towards the lights.
struct LightSample {
  Eigen::Vector3f direction{0, 0, 0};  ///< unit
  float distance = 0;
  /// Irradiance / pi at the point when nothing is in between: what a white
  /// diffuse surface would send back. Zero: no light reaches the point.
  Color irradiance{0, 0, 0};
};

/// A point on one of several rectangles, seen from a point.
struct AreaSample {
  const AreaLight* light = nullptr;  ///< nullptr: none reaches the point
  Eigen::Vector3f direction{0, 0, 0};
  float distance = 0;
  float weight = 0;  ///< irradiance / pi for radiance 1
};

/// Picks one light in proportion to what it may bring to the point, and a
/// point on it. Unbiased over many random numbers.
AreaSample SampleArea(const std::vector<AreaLight>& lights,
                      const Eigen::Vector3f& point,
                      const Eigen::Vector3f& normal,
                      Sampler& sampler);

/// The same with the light's radiance: darker ground below, brighter sky above.
LightSample SampleLights(const std::vector<AreaLight>& lights,
                         const Eigen::Vector3f& point,
                         const Eigen::Vector3f& normal,
                         Sampler& sampler);

}  // namespace stage::engine
