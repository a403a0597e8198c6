#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "engine/catalogue/mesh.h"

namespace stage::engine {

/// Bytes a mesh holds, its textures included (shared ones counted again).
size_t MemoryOf(const Mesh& mesh);

/// The meshes used last, up to a limit of bytes. Thread-safe; two threads that
/// miss the same mesh at once may both make it.
class MeshCache {
 public:
  explicit MeshCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  std::shared_ptr<const Mesh> Get(
      const std::string& key,
      const std::function<std::shared_ptr<const Mesh>()>& make);

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Mesh> mesh;
    size_t bytes = 0;
  };

  std::mutex mutex_;
  std::list<Entry> entries_;  ///< newest first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  size_t bytes_ = 0;
  const size_t max_bytes_;
};

}  // namespace stage::engine
