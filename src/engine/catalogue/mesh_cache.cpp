#include "engine/catalogue/mesh_cache.h"

namespace stage::engine {

size_t MemoryOf(const Mesh& mesh) {
  size_t bytes = mesh.positions.size() * sizeof(mesh.positions[0]) +
                 mesh.normals.size() * sizeof(mesh.normals[0]) +
                 mesh.texcoords.size() * sizeof(mesh.texcoords[0]) +
                 mesh.indices.size() * sizeof(mesh.indices[0]) +
                 mesh.triangle_material.size() * sizeof(uint16_t);
  for (const Material& material : mesh.materials) {
    for (const auto& texture : {material.base_texture,
                                material.normal_texture,
                                material.metallic_roughness_texture}) {
      if (texture != nullptr) bytes += texture->srgb.size_bytes();
    }
  }
  return bytes;
}

std::shared_ptr<const Mesh> MeshCache::Get(
    const std::string& key,
    const std::function<std::shared_ptr<const Mesh>()>& make) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->mesh;
    }
  }
  std::shared_ptr<const Mesh> mesh = make();
  const std::scoped_lock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) return found->second->mesh;
  entries_.push_front({key, mesh, MemoryOf(*mesh)});
  by_key_[key] = entries_.begin();
  bytes_ += entries_.front().bytes;
  while (bytes_ > max_bytes_ && entries_.size() > 1) {
    bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  return mesh;
}

}  // namespace stage::engine
