#include "rooms/mesh_maker.h"

#include <Eigen/Geometry>
#include <utility>

namespace stage::bench {

uint16_t MeshMaker::AddMaterial(engine::Material material) {
  mesh_.materials.push_back(std::move(material));
  return static_cast<uint16_t>(mesh_.materials.size() - 1);
}

void MeshMaker::AddQuad(const Eigen::Vector3d& origin,
                        const Eigen::Vector3d& edge_u,
                        const Eigen::Vector3d& edge_v,
                        uint16_t material,
                        double texture_m) {
  const Eigen::Vector3f normal =
      edge_u.cross(edge_v).normalized().cast<float>();
  const auto first = static_cast<uint32_t>(mesh_.positions.size());
  const float u = static_cast<float>(edge_u.norm() / texture_m);
  const float v = static_cast<float>(edge_v.norm() / texture_m);
  for (const auto& [a, b] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}}) {
    mesh_.positions.push_back((origin + a * edge_u + b * edge_v).cast<float>());
    mesh_.normals.push_back(normal);
    mesh_.texcoords.emplace_back(a * u, b * v);
  }
  for (const uint32_t i : {0u, 1u, 2u, 0u, 2u, 3u}) {
    mesh_.indices.push_back(first + i);
  }
  mesh_.triangle_material.insert(mesh_.triangle_material.end(), 2, material);
}

void MeshMaker::AddBox(const Eigen::Vector3d& origin,
                       const Eigen::Vector3d& a,
                       const Eigen::Vector3d& b,
                       const Eigen::Vector3d& c,
                       uint16_t material) {
  const Eigen::Vector3d far = origin + a + b + c;
  AddQuad(origin, b, a, material);
  AddQuad(origin, c, b, material);
  AddQuad(origin, a, c, material);
  AddQuad(far, -a, -b, material);
  AddQuad(far, -b, -c, material);
  AddQuad(far, -c, -a, material);
}

std::shared_ptr<const engine::Mesh> MeshMaker::Take() {
  return std::make_shared<engine::Mesh>(std::move(mesh_));
}

}  // namespace stage::bench
