#include "engine/catalogue/scene_import.h"

#include <assimp/config.h>
#include <assimp/postprocess.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <assimp/IOStream.hpp>
#include <assimp/IOSystem.hpp>
#include <cstring>
#include <limits>

#include "core/error.h"

namespace stage::engine {
namespace {

/// Bytes in memory as assimp reads files.
class MemoryStream final : public Assimp::IOStream {
 public:
  explicit MemoryStream(std::vector<uint8_t> bytes)
      : bytes_(std::move(bytes)) {}

  size_t Read(void* buffer, size_t size, size_t count) override {
    if (size == 0) return 0;
    const size_t whole = std::min(count, (bytes_.size() - at_) / size);
    std::memcpy(buffer, bytes_.data() + at_, whole * size);
    at_ += whole * size;
    return whole;
  }
  size_t Write(const void*, size_t, size_t) override { return 0; }
  aiReturn Seek(size_t offset, aiOrigin origin) override {
    const size_t base = origin == aiOrigin_SET   ? 0
                        : origin == aiOrigin_CUR ? at_
                                                 : bytes_.size();
    if (offset > bytes_.size() - base) return aiReturn_FAILURE;
    at_ = base + offset;
    return aiReturn_SUCCESS;
  }
  size_t Tell() const override { return at_; }
  size_t FileSize() const override { return bytes_.size(); }
  void Flush() override {}

 private:
  std::vector<uint8_t> bytes_;
  size_t at_ = 0;
};

/// Shows assimp the files of a tree, and no others.
class TreeFiles final : public Assimp::IOSystem {
 public:
  explicit TreeFiles(const FileTree& files) : files_(files) {}

  bool Exists(const char* path) const override {
    return Find(path).has_value();
  }
  char getOsSeparator() const override { return '/'; }
  Assimp::IOStream* Open(const char* path, const char* mode) override {
    if (std::strchr(mode, 'w') != nullptr) return nullptr;
    const std::optional<std::string> name = Find(path);
    if (!name) return nullptr;
    try {
      return new MemoryStream(files_.Read(*name));  // NOLINT: assimp owns it
    } catch (const Error&) {
      return nullptr;  // assimp says which file it missed
    }
  }
  void Close(Assimp::IOStream* stream) override { delete stream; }

 private:
  std::optional<std::string> Find(const char* path) const {
    auto name = files_.Resolve("", path);
    return name ? name : files_.Resolve("", UnescapedUri(path));
  }

  const FileTree& files_;
};

Eigen::Matrix4f ToEigen(const aiMatrix4x4& m) {
  Eigen::Matrix4f matrix;
  matrix << m.a1, m.a2, m.a3, m.a4, m.b1, m.b2, m.b3, m.b4, m.c1, m.c2, m.c3,
      m.c4, m.d1, m.d2, m.d3, m.d4;
  return matrix;
}

Eigen::Vector3f ToEigen(const aiVector3D& v) { return {v.x, v.y, v.z}; }

void AppendMesh(const aiMesh& mesh,
                const Eigen::Matrix4f& pose,
                unsigned texcoord_set,
                TriangleSoup& soup) {
  const Eigen::Matrix3f linear = pose.topLeftCorner<3, 3>();
  const float determinant = linear.determinant();
  const bool mirrored = determinant < 0;
  const Eigen::Matrix3f cofactor =
      std::abs(determinant) > 1e-20f
          ? Eigen::Matrix3f(linear.inverse().transpose())
          : linear;
  if (texcoord_set >= AI_MAX_NUMBER_OF_TEXTURECOORDS ||
      !mesh.HasTextureCoords(texcoord_set)) {
    texcoord_set = 0;
  }
  const bool has_texcoords = mesh.HasTextureCoords(texcoord_set);
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  for (unsigned f = 0; f < mesh.mNumFaces; ++f) {
    const aiFace& face = mesh.mFaces[f];
    if (face.mNumIndices != 3) continue;  // lines and points
    for (unsigned c = 0; c < 3; ++c) {
      const unsigned i = face.mIndices[mirrored ? 2 - c : c];
      soup.positions.push_back(
          (pose * ToEigen(mesh.mVertices[i]).homogeneous()).head<3>());
      soup.normals.push_back(
          mesh.HasNormals()
              ? Eigen::Vector3f(cofactor * ToEigen(mesh.mNormals[i]))
              : Eigen::Vector3f::Zero());
      soup.texcoords.push_back(
          has_texcoords
              ? Eigen::Vector2f(mesh.mTextureCoords[texcoord_set][i].x,
                                mesh.mTextureCoords[texcoord_set][i].y)
              : Eigen::Vector2f(kNone, kNone));
    }
    soup.triangle_material.push_back(
        static_cast<uint16_t>(mesh.mMaterialIndex));
  }
}

}  // namespace

ImportedScene::ImportedScene(const FileTree& files, const std::string& name) {
  importer_.SetIOHandler(new TreeFiles(files));  // NOLINT: the importer owns it
  importer_.SetPropertyInteger(AI_CONFIG_PP_SBP_REMOVE,
                               aiPrimitiveType_POINT | aiPrimitiveType_LINE);
  const aiScene* scene =
      importer_.ReadFile(name, aiProcess_Triangulate | aiProcess_SortByPType);
  const std::string where = files.origin().string() + ": " + name;
  if (scene == nullptr || scene->mRootNode == nullptr) {
    std::string reason = importer_.GetErrorString();
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    throw Error(ErrorKind::kModel,
                where + " cannot be read as a 3D model (" + reason +
                    "); export it again");
  }
  if (scene->mNumMaterials > std::numeric_limits<uint16_t>::max()) {
    throw Error(ErrorKind::kModel, where + " has too many materials");
  }
}

TriangleSoup ImportedScene::Triangles(
    const std::function<unsigned(unsigned)>& texcoord_set) const {
  struct Visit {
    const aiNode* node;
    Eigen::Matrix4f parent;
  };
  TriangleSoup soup;
  // Every mesh once a visit at most: instancing must not explode memory.
  constexpr size_t kMaxTriangles = 8'000'000;
  std::vector<Visit> visits{{scene().mRootNode, Eigen::Matrix4f::Identity()}};
  while (!visits.empty()) {
    const Visit visit = visits.back();
    visits.pop_back();
    const Eigen::Matrix4f pose =
        visit.parent * ToEigen(visit.node->mTransformation);
    for (unsigned i = 0; i < visit.node->mNumMeshes; ++i) {
      const aiMesh& mesh = *scene().mMeshes[visit.node->mMeshes[i]];
      AppendMesh(mesh, pose, texcoord_set(mesh.mMaterialIndex), soup);
      if (soup.triangle_material.size() > kMaxTriangles) {
        throw Error(ErrorKind::kModel,
                    "a model of more than 8 million triangles; reduce it");
      }
    }
    for (unsigned i = visit.node->mNumChildren; i-- > 0;) {
      visits.push_back({visit.node->mChildren[i], pose});
    }
  }
  return soup;
}

}  // namespace stage::engine
