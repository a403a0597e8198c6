#pragma once

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "engine/catalogue/mesh.h"

namespace stage::bench {

/// Collects flat faces into one mesh.
class MeshMaker {
 public:
  /// @return index for the faces that follow
  uint16_t AddMaterial(engine::Material material);
  /// A parallelogram; its normal is edge_u x edge_v. Texture coordinates are
  /// metres along the edges divided by `texture_m`, from `uv_origin`.
  void AddQuad(const Eigen::Vector3d& origin,
               const Eigen::Vector3d& edge_u,
               const Eigen::Vector3d& edge_v,
               uint16_t material,
               double texture_m = 1);
  /// A box spanned by three edges that form a right-handed frame.
  void AddBox(const Eigen::Vector3d& origin,
              const Eigen::Vector3d& edge_a,
              const Eigen::Vector3d& edge_b,
              const Eigen::Vector3d& edge_c,
              uint16_t material);
  std::shared_ptr<const engine::Mesh> Take();

 private:
  engine::Mesh mesh_;
};

}  // namespace stage::bench
