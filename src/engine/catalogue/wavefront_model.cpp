#include "engine/catalogue/wavefront_model.h"

#include <algorithm>

#include "engine/catalogue/scene_import.h"

namespace stage::engine {
namespace {

using MaterialTable = std::map<std::string, WavefrontMaterial>;

bool EndsWith(const std::string& name, std::string_view ending) {
  if (name.size() < ending.size()) return false;
  return std::equal(
      ending.rbegin(), ending.rend(), name.rbegin(), [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
      });
}

/// The libraries an .obj names; when none of them is there, the only .mtl
/// beside it, for renamed files are common.
std::vector<std::string> LibraryNames(const FileTree& files,
                                      const std::string& model,
                                      std::string_view obj) {
  const std::string folder = FolderOf(model);
  std::vector<std::string> names;
  for (const std::string& reference : MaterialLibraries(obj)) {
    if (auto name = files.Resolve(folder, reference)) names.push_back(*name);
  }
  if (!names.empty()) return names;
  for (const std::string& name : files.names()) {
    if (FolderOf(name) == folder && EndsWith(name, ".mtl")) {
      names.push_back(name);
    }
  }
  if (names.size() > 1) names.clear();
  return names;
}

MaterialTable ReadLibraries(const FileTree& files, const std::string& model) {
  const std::vector<uint8_t> obj = files.Read(model);
  MaterialTable table;
  for (const std::string& name :
       LibraryNames(files,
                    model,
                    {reinterpret_cast<const char*>(obj.data()), obj.size()})) {
    const std::vector<uint8_t> bytes = files.Read(name);
    table.merge(ParseWavefrontMaterials(
        {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  }
  return table;
}

/// What other formats say in the same terms.
WavefrontMaterial FromAssimp(const aiMaterial& material) {
  WavefrontMaterial result;
  aiColor3D colour;
  if (material.Get(AI_MATKEY_COLOR_DIFFUSE, colour) == aiReturn_SUCCESS) {
    result.kd = {colour.r, colour.g, colour.b};
  }
  if (material.Get(AI_MATKEY_COLOR_SPECULAR, colour) == aiReturn_SUCCESS) {
    result.ks = {colour.r, colour.g, colour.b};
  }
  material.Get(AI_MATKEY_SHININESS, result.ns);
  material.Get(AI_MATKEY_OPACITY, result.dissolve);
  aiString path;
  if (material.GetTexture(aiTextureType_DIFFUSE, 0, &path) ==
      aiReturn_SUCCESS) {
    result.map_kd = path.C_Str();
  }
  return result;
}

void TransformTexcoords(const WavefrontMaterial& wavefront,
                        uint16_t material,
                        TriangleSoup& soup) {
  if (wavefront.texture_scale == Eigen::Vector2f(1, 1) &&
      wavefront.texture_offset == Eigen::Vector2f(0, 0)) {
    return;
  }
  for (size_t i = 0; i < soup.texcoords.size(); ++i) {
    if (soup.triangle_material[i / 3] != material) continue;
    soup.texcoords[i] =
        soup.texcoords[i].cwiseProduct(wavefront.texture_scale) +
        wavefront.texture_offset;
  }
}

}  // namespace

TriangleSoup ReadWavefrontModel(const FileTree& files,
                                const std::string& name,
                                PieceHint hint) {
  const bool is_obj = EndsWith(name, ".obj");
  const MaterialTable table =
      is_obj ? ReadLibraries(files, name) : MaterialTable();
  const ImportedScene imported(files, name);
  TriangleSoup soup = imported.Triangles([](unsigned) { return 0u; });
  TextureSet textures(files, name);
  for (unsigned i = 0; i < imported.scene().mNumMaterials; ++i) {
    const aiMaterial& source = *imported.scene().mMaterials[i];
    const std::string material_name = source.GetName().C_Str();
    const auto found = table.find(material_name);
    WavefrontMaterial wavefront;
    if (found != table.end()) {
      wavefront = found->second;
    } else if (!is_obj) {
      wavefront = FromAssimp(source);
    }
    std::shared_ptr<const Texture> texture;
    if (!wavefront.map_kd.empty()) {
      texture =
          wavefront.map_d.empty()
              ? textures.Colour(wavefront.map_kd)
              : textures.ColourWithMask(wavefront.map_kd, wavefront.map_d);
    }
    if (texture != nullptr) {
      TransformTexcoords(wavefront, static_cast<uint16_t>(i), soup);
    }
    soup.materials.push_back(
        FromWavefront(material_name, wavefront, std::move(texture), hint));
  }
  return soup;
}

}  // namespace stage::engine
