#pragma once

#include <embree3/rtcore.h>

#include <Eigen/Core>
#include <cmath>
#include <vector>

#include "engine/render/furniture_geometry.h"

namespace stage::engine {

/// Triangles of one object that Embree sees as one geometry: the solid ones
/// and those that pass light are kept apart, so that only the latter pay for
/// looking at their material during traversal.
struct FurnitureGeometry::Part {
  const Mesh* mesh = nullptr;
  const std::vector<ReadyMaterial>* materials = nullptr;
  int object = 0;
  float cosine = 1, sine = 0;  ///< of the object's yaw
  Eigen::Vector3f position{0, 0, 0};
  std::vector<uint32_t> triangles;  ///< of the mesh, by primitive

  Eigen::Vector3f ToWorld(const Eigen::Vector3f& v) const {
    return {cosine * v.x() + sine * v.z(), v.y(), cosine * v.z() - sine * v.x()};
  }
  Eigen::Vector3f ToObject(const Eigen::Vector3f& v) const {
    return {cosine * v.x() - sine * v.z(), v.y(), cosine * v.z() + sine * v.x()};
  }
  const ReadyMaterial& MaterialOf(uint32_t triangle) const {
    return (*materials)[mesh->triangle_material[triangle]];
  }
  Eigen::Vector2f Texcoord(uint32_t triangle, float u, float v) const {
    if (mesh->texcoords.empty()) return {0, 0};
    const uint32_t* corner = &mesh->indices[3 * static_cast<size_t>(triangle)];
    return mesh->texcoords[corner[0]] * (1 - u - v) +
           mesh->texcoords[corner[1]] * u + mesh->texcoords[corner[2]] * v;
  }
};

/// Alpha of the base texture times the material's opacity; glass counts as
/// passing everything (its tint is the filter's business).
float PartCoverage(const ReadyMaterial& ready, const Eigen::Vector2f& texcoord);

/// Colour of light after a sheet of the material that it passes.
Color PassFilter(const Material& material);

}  // namespace stage::engine
