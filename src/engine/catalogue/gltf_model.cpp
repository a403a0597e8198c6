#include <assimp/GltfMaterial.h>
#include <assimp/material.h>

#include <algorithm>
#include <cmath>

#include "engine/catalogue/gltf_catalogue.h"
#include "engine/catalogue/material_rules.h"
#include "engine/catalogue/scene_import.h"

namespace stage::engine {
namespace {

using ImagePtr = std::shared_ptr<const Texture>;

/// Reads the materials of one imported file.
class GltfMaterials {
 public:
  GltfMaterials(const FileTree& files,
                const std::string& name,
                const aiScene& scene)
      : scene_(scene), textures_(files, name) {}

  Material Read(const aiMaterial& source) {
    Material material;
    material.name = source.GetName().C_Str();
    const aiColor4D factor = BaseColour(source);
    // glTF factors are linear already (section 3.9.2).
    material.base_color = Eigen::Vector3f(factor.r, factor.g, factor.b);
    material.base_texture = Image(source, BaseTextureType(source), true);
    material.normal_texture = Image(source, aiTextureType_NORMALS, false);
    material.metallic_roughness_texture =
        Image(source, aiTextureType_UNKNOWN, false);
    material.metallic = 1;
    material.roughness = 1;
    source.Get(AI_MATKEY_METALLIC_FACTOR, material.metallic);
    source.Get(AI_MATKEY_ROUGHNESS_FACTOR, material.roughness);
    material.roughness = std::clamp(material.roughness, 0.02f, 1.0f);
    material.metallic = std::clamp(material.metallic, 0.0f, 1.0f);
    ApplyAlpha(source, factor.a, material);
    material.emission = Emission(source);
    material.kind = Kind(material);
    if (material.metallic < 0.5f && material.base_texture == nullptr) {
      material.base_color = CappedAlbedo(material.base_color);
    }
    return material;
  }

  static aiTextureType BaseTextureType(const aiMaterial& source) {
    return source.GetTextureCount(aiTextureType_BASE_COLOR) > 0
               ? aiTextureType_BASE_COLOR
               : aiTextureType_DIFFUSE;
  }

 private:
  static aiColor4D BaseColour(const aiMaterial& source) {
    aiColor4D colour(1, 1, 1, 1);
    if (source.Get(AI_MATKEY_BASE_COLOR, colour) != aiReturn_SUCCESS) {
      source.Get(AI_MATKEY_COLOR_DIFFUSE, colour);
    }
    return colour;
  }

  ImagePtr Image(const aiMaterial& source, aiTextureType type, bool colour) {
    aiString path;
    if (source.GetTexture(type, 0, &path) != aiReturn_SUCCESS) return nullptr;
    if (const aiTexture* inside = scene_.GetEmbeddedTexture(path.C_Str())) {
      return textures_.Embedded(*inside, colour);
    }
    return colour ? textures_.Colour(path.C_Str())
                  : textures_.Data(path.C_Str());
  }

  /// alphaMode (section 3.9.4) and KHR_materials_transmission.
  static void ApplyAlpha(const aiMaterial& source,
                         float alpha,
                         Material& material) {
    aiString mode("OPAQUE");
    source.Get(AI_MATKEY_GLTF_ALPHAMODE, mode);
    const std::string word = mode.C_Str();
    ImagePtr& texture = material.base_texture;
    const bool cut_out = texture != nullptr && texture->srgb.channels() == 4;
    if (word == "OPAQUE" && cut_out) texture = WithAlpha(*texture, 0);
    if (word == "MASK") {
      float cutoff = 0.5f;
      source.Get(AI_MATKEY_GLTF_ALPHACUTOFF, cutoff);
      if (cut_out)
        texture = WithAlpha(*texture, cutoff / std::max(alpha, 1e-3f));
    }
    if (word == "BLEND") material.opacity = std::clamp(alpha, 0.0f, 1.0f);
    float transmission = 0;
    source.Get(AI_MATKEY_TRANSMISSION_FACTOR, transmission);
    if (transmission > 0) {
      material.opacity =
          std::min(material.opacity, std::clamp(1 - transmission, 0.05f, 1.0f));
    }
  }

  /// Alpha as 0 or 255 on either side of `cutoff`; all opaque at 0.
  static ImagePtr WithAlpha(const Texture& texture, float cutoff) {
    auto result = std::make_shared<Texture>(texture);
    uint8_t* texel = result->srgb.data();
    for (size_t i = 3; i < result->srgb.size_bytes(); i += 4) {
      texel[i] = texel[i] / 255.0f >= cutoff ? 255 : 0;
    }
    return result;
  }

  /// The factor times the mean of the texture: a lamp glows as a whole.
  Eigen::Vector3f Emission(const aiMaterial& source) {
    aiColor3D factor(0, 0, 0);
    source.Get(AI_MATKEY_COLOR_EMISSIVE, factor);
    Eigen::Vector3f emission(factor.r, factor.g, factor.b);
    if (emission.isZero()) return emission;
    float intensity = 1;
    source.Get(AI_MATKEY_EMISSIVE_INTENSITY, intensity);
    emission *= intensity;
    if (const ImagePtr image = Image(source, aiTextureType_EMISSIVE, true)) {
      emission = emission.cwiseProduct(MeanColour(*image));
    }
    return emission;
  }

  static MaterialKind Kind(const Material& material) {
    if (material.opacity < 0.95f) return MaterialKind::kGlass;
    if (material.metallic > 0.5f &&
        material.metallic_roughness_texture == nullptr) {
      return MaterialKind::kMetal;
    }
    const auto named = KindFromName(material.name);
    // Only the file's own numbers make metal or glass.
    if (!named || *named == MaterialKind::kMetal ||
        *named == MaterialKind::kGlass) {
      return MaterialKind::kPlain;
    }
    return *named;
  }

  const aiScene& scene_;
  TextureSet textures_;
};

/// KHR_texture_transform of the base colour. assimp keeps it for its own
/// origin and rotation centre; this undoes that and applies the formula of the
/// extension: rotate * scale, then offset, v down from the top.
void TransformTexcoords(const aiMaterial& source,
                        uint16_t material,
                        TriangleSoup& soup) {
  aiUVTransform transform;
  if (source.Get(
          AI_MATKEY_UVTRANSFORM(GltfMaterials::BaseTextureType(source), 0),
          transform) != aiReturn_SUCCESS) {
    return;
  }
  const float angle = -transform.mRotation;
  const float cosine = std::cos(angle);
  const float sine = std::sin(angle);
  const Eigen::Vector2f scale(transform.mScaling.x, transform.mScaling.y);
  const Eigen::Vector2f offset(
      transform.mTranslation.x - 0.5f * scale[0] * (-cosine + sine + 1),
      0.5f * scale[1] * (sine + cosine - 1) + 1 - scale[1] -
          transform.mTranslation.y);
  for (size_t i = 0; i < soup.texcoords.size(); ++i) {
    if (soup.triangle_material[i / 3] != material) continue;
    const float u = soup.texcoords[i][0] * scale[0];
    const float v = (1 - soup.texcoords[i][1]) * scale[1];
    soup.texcoords[i] = {cosine * u + sine * v + offset[0],
                         1 - (-sine * u + cosine * v + offset[1])};
  }
}

}  // namespace

TriangleSoup ReadGltfModel(const FileTree& files, const std::string& name) {
  const ImportedScene imported(files, name);
  const aiScene& scene = imported.scene();
  TriangleSoup soup = imported.Triangles([&scene](unsigned material) {
    int set = 0;
    const aiMaterial& source = *scene.mMaterials[material];
    source.Get(AI_MATKEY_UVWSRC(GltfMaterials::BaseTextureType(source), 0),
               set);
    return static_cast<unsigned>(std::max(0, set));
  });
  GltfMaterials materials(files, name, scene);
  for (unsigned i = 0; i < scene.mNumMaterials; ++i) {
    const aiMaterial& source = *scene.mMaterials[i];
    soup.materials.push_back(materials.Read(source));
    if (soup.materials.back().base_texture != nullptr) {
      TransformTexcoords(source, static_cast<uint16_t>(i), soup);
    }
  }
  return soup;
}

}  // namespace stage::engine
