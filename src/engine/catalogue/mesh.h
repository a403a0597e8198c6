#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/image.h"

namespace stage::engine {

/// A colour texture; rows from the top, v = 1 at the top.
struct Texture {
  ImageU8 srgb;  ///< 3 or 4 channels, display values; alpha cuts out leaves
};

/// What a surface is made of, for procedural detail and recolouring.
enum class MaterialKind {
  kPlain,   ///< paint, lacquer, plastic, ceramic
  kFabric,  ///< woven; gets weave at texture resolution
  kWood,    ///< gets grain when it has no texture
  kLeather,
  kMetal,
  kGlass,    ///< thin sheet: tinted transmission and Fresnel reflection
  kFoliage,  ///< leaves: two-sided, slightly translucent
  kPaper,    ///< art, books, lampshades
  kStone,
};

/// Surface of a mesh part; metallic-roughness model of glTF 2.0 (section 3.9).
struct Material {
  std::string name;
  MaterialKind kind = MaterialKind::kPlain;
  Eigen::Vector3f base_color{0.7f, 0.7f, 0.7f};  ///< linear, Rec. 709
  std::shared_ptr<const Texture> base_texture;   ///< multiplies base_color
  std::shared_ptr<const Texture> normal_texture;
  std::shared_ptr<const Texture> metallic_roughness_texture;
  float roughness = 0.6f;
  float metallic = 0;
  float specular_f0 = 0.04f;
  float opacity = 1;  ///< < 1: thin glass
  Eigen::Vector3f emission{0, 0, 0};
  /// Scale of procedural detail, metres a repeat; 0 = the kind's default.
  float detail_scale_m = 0;
  /// Weave or grain variant chosen by presets ("linen", "boucle", "velvet",
  /// "oak", "walnut", ...); empty: the kind's default.
  std::string detail;
};

/// Triangles in metres: X right seen from the front, Y up, front is +Z; the
/// footprint is centred on the origin and the lowest point is at Y = 0.
struct Mesh {
  std::vector<Eigen::Vector3f> positions;
  std::vector<Eigen::Vector3f> normals;    ///< one a position, unit length
  std::vector<Eigen::Vector2f> texcoords;  ///< one a position; may be empty
  std::vector<uint32_t> indices;           ///< three a triangle
  std::vector<uint16_t> triangle_material;
  std::vector<Material> materials;

  size_t triangle_count() const { return indices.size() / 3; }
};

}  // namespace stage::engine
