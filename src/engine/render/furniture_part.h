#pragma once

#include <embree3/rtcore.h>

#include <Eigen/Core>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/render/furniture_geometry.h"

namespace stage::engine {

/// What shading needs of one triangle, together in one cache line: bounces hit
/// triangles in no order, and each look-up elsewhere would wait for memory.
struct TriangleShading {
  int16_t normal[3][3];  ///< of the corners, 32767 is 1
  uint16_t material;
  uint32_t index;  ///< of the triangle in its mesh
  float texcoord[3][2];

  Eigen::Vector3f Normal(float u, float v) const {
    const float w = 1 - u - v;
    return {w * normal[0][0] + u * normal[1][0] + v * normal[2][0],
            w * normal[0][1] + u * normal[1][1] + v * normal[2][1],
            w * normal[0][2] + u * normal[1][2] + v * normal[2][2]};
  }
  Eigen::Vector2f Texcoord(float u, float v) const {
    const float w = 1 - u - v;
    return {w * texcoord[0][0] + u * texcoord[1][0] + v * texcoord[2][0],
            w * texcoord[0][1] + u * texcoord[1][1] + v * texcoord[2][1]};
  }
};

/// Triangles of one object that Embree sees as one geometry: the solid ones
/// and those that pass light are kept apart, so that only the latter pay for
/// looking at their material during traversal.
struct FurnitureGeometry::Part {
  const Mesh* mesh = nullptr;
  const std::vector<ReadyMaterial>* materials = nullptr;
  int object = 0;
  float cosine = 1, sine = 0;  ///< of the object's yaw
  Eigen::Vector3f position{0, 0, 0};
  std::vector<TriangleShading> triangles;  ///< by primitive

  Eigen::Vector3f ToWorld(const Eigen::Vector3f& v) const {
    return {
        cosine * v.x() + sine * v.z(), v.y(), cosine * v.z() - sine * v.x()};
  }
  Eigen::Vector3f ToObject(const Eigen::Vector3f& v) const {
    return {
        cosine * v.x() - sine * v.z(), v.y(), cosine * v.z() + sine * v.x()};
  }
  const ReadyMaterial& MaterialOf(const TriangleShading& triangle) const {
    return (*materials)[triangle.material];
  }
};

/// Alpha of the base texture times the material's opacity; glass counts as
/// passing everything (its tint is the filter's business).
float PartCoverage(const ReadyMaterial& ready, const Eigen::Vector2f& texcoord);

/// Colour of light after a sheet of the material that it passes.
Color PassFilter(const Material& material);

}  // namespace stage::engine
