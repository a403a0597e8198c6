#pragma once

#include <Eigen/Core>

#include "engine/catalogue/mesh.h"

namespace stage::engine {

/// Triangles as a file gave them, in the file's units, nothing shared: three
/// entries a triangle in every array that is filled.
struct TriangleSoup {
  std::vector<Eigen::Vector3f> positions;
  /// As long as `positions`; a zero vector where the file has no normal.
  std::vector<Eigen::Vector3f> normals;
  /// As long as `positions`; NaN where the file has none.
  std::vector<Eigen::Vector2f> texcoords;
  std::vector<uint16_t> triangle_material;
  std::vector<Material> materials;
};

struct MeshFit {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  /// Width, depth, height in metres; a zero keeps the side as `unit_m` has it.
  Eigen::Vector3d size{0, 0, 0};
  double unit_m = 1;  ///< metres a unit of the file
  /// Faces that meet flatter than this are one smooth surface.
  double crease_deg = 40;
  bool keep_file_normals = true;
};

/// The soup turned, scaled to `size`, centred and stood on Y = 0. Degenerate
/// triangles are dropped and equal corners shared. Missing normals are made
/// from faces, in true proportions; missing texture coordinates are projected
/// along the main axes in metres, u along the longer side of each connected
/// part, which is how wood grain runs.
/// @throws Error(kModel) when nothing is left to see, named `name`
Mesh FitMesh(TriangleSoup soup, const MeshFit& fit, const std::string& name);

}  // namespace stage::engine
