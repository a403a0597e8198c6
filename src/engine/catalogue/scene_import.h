#pragma once

#include <assimp/scene.h>

#include <assimp/Importer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "engine/catalogue/file_tree.h"
#include "engine/catalogue/mesh_fit.h"

namespace stage::engine {

/// A model file read by assimp from a FileTree: no file is touched outside it.
class ImportedScene {
 public:
  /// @throws Error(kModel) naming tree and file when it cannot be read
  ImportedScene(const FileTree& files, const std::string& name);

  const aiScene& scene() const { return *importer_.GetScene(); }

  /// All triangles in world space, normals and texture coordinates (v = 1 at
  /// the top) with them. Materials are left for the caller, in the order of
  /// the scene.
  /// @param texcoord_set  which coordinates a material's textures use
  TriangleSoup Triangles(
      const std::function<unsigned(unsigned material)>& texcoord_set) const;

 private:
  Assimp::Importer importer_;
};

/// Textures of one model, each decoded once. A texture that is missing or
/// broken is reported to the log and left out: its surface keeps its colour.
class TextureSet {
 public:
  TextureSet(const FileTree& files, std::string model_name);

  /// Looks beside the model, then for the file name alone, then for it in any
  /// folder below the model's: references are often paths of the author's disk.
  std::shared_ptr<const Texture> Colour(const std::string& reference);
  /// Colour with the cut-out of another file (its alpha, else its brightness).
  std::shared_ptr<const Texture> ColourWithMask(const std::string& colour,
                                                const std::string& mask);
  std::shared_ptr<const Texture> Data(const std::string& reference);
  /// A compressed texture inside the model file.
  std::shared_ptr<const Texture> Embedded(const aiTexture& texture,
                                          bool colour);

 private:
  std::shared_ptr<const Texture> Load(const std::string& reference,
                                      bool colour);
  std::optional<std::string> Find(std::string reference) const;

  const FileTree& files_;
  std::string model_name_;
  std::map<std::pair<std::string, bool>, std::shared_ptr<const Texture>>
      loaded_;
};

}  // namespace stage::engine
