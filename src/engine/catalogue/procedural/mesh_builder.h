#pragma once

#include <map>
#include <string>

#include "engine/catalogue/mesh.h"
#include "engine/catalogue/procedural/part.h"

namespace stage::engine::procedural {

/// Collects parts of a piece into one Mesh.
class MeshBuilder {
 public:
  /// Adds a part under a material; materials of one name are stored once.
  void Add(const Part& part, const Material& material);
  /// Adds a part and its mirror image at x = 0.
  void AddBothSides(const Part& part, const Material& material);
  /// As Add, with a grain offset of its own: one board of wood.
  void AddBoard(const Part& part, const Material& material);

  size_t triangle_count() const { return mesh_.triangle_count(); }
  /// Hands the mesh out, scaled and moved so that its bounding box is exactly
  /// `size` (width, depth, height), centred in X and Z, lowest point at Y = 0.
  Mesh Finish(const Eigen::Vector3d& size);

 private:
  Mesh mesh_;
  std::map<std::string, uint16_t> slots_;
  uint32_t boards_ = 0;
};

}  // namespace stage::engine::procedural
