#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "engine/catalogue/mesh.h"
#include "engine/catalogue/wavefront_materials.h"

namespace stage::engine {

/// The brightest a diffuse colour may be: white paint is about 0.8, and a
/// surface that absorbs nothing never converges and seems to glow.
inline constexpr float kMaxAlbedo = 0.78f;

/// What the words of a material name say ("brushed steel", "bois", "vidrio");
/// nullopt when they say nothing.
std::optional<MaterialKind> KindFromName(std::string_view name);

/// What is known of the piece a material belongs to.
enum class PieceHint { kNone, kUpholstered, kPlant };

/// The physical material of a Wavefront one: colours linearised and capped,
/// kind and roughness from name and values, `texture` multiplied in.
Material FromWavefront(std::string_view name,
                       const WavefrontMaterial& wavefront,
                       std::shared_ptr<const Texture> texture,
                       PieceHint hint);

/// Roughness, reflectance and opacity that suit `kind`, keeping the colour.
void ApplyKind(MaterialKind kind, Material& material);

/// Scales a colour down until no channel is over kMaxAlbedo.
Eigen::Vector3f CappedAlbedo(const Eigen::Vector3f& linear);

/// Mean linear colour of the opaque texels.
Eigen::Vector3f MeanColour(const Texture& texture);

}  // namespace stage::engine
