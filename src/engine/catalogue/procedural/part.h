#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstdint>
#include <vector>

namespace stage::engine::procedural {

using Vec2 = Eigen::Vector2f;
using Vec3 = Eigen::Vector3f;
using Pose = Eigen::Affine3f;

/// Triangles without a material: what shape functions return. Metres, Y up.
/// `texcoords` are metres along the surface, u along the grain.
struct Part {
  std::vector<Vec3> positions;
  std::vector<Vec3> normals;
  std::vector<Vec2> texcoords;
  std::vector<uint32_t> indices;

  uint32_t Add(const Vec3& position, const Vec3& normal, const Vec2& texcoord);
  void Triangle(uint32_t a, uint32_t b, uint32_t c);
  /// Two triangles; a, b, c, d counter-clockwise seen from outside.
  void Quad(uint32_t a, uint32_t b, uint32_t c, uint32_t d);
  void Append(const Part& other);
};

/// Smooth normals: the area-weighted mean of the faces around each vertex.
/// Vertices at the same place (within 1 µm) share one normal when `weld`.
enum class Weld { kNo, kYes };
void ComputeNormals(Part& part, Weld weld = Weld::kNo);

Part Moved(Part part, const Vec3& offset);
Part Posed(Part part, const Pose& pose);
/// Mirrored at the plane x = 0, winding repaired.
Part MirroredX(Part part);

/// Shifts texture coordinates by a part-specific amount, so that no two boards
/// of a piece show the same grain.
Part WithGrainOffset(Part part, uint32_t salt);
/// Swaps u and v: grain along the other direction.
Part WithGrainTurned(Part part);

Pose At(float x, float y, float z);
Pose TurnedX(float degrees);
Pose TurnedY(float degrees);
Pose TurnedZ(float degrees);

}  // namespace stage::engine::procedural
