#include "engine/catalogue/material_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <string>
#include <utility>

#include "engine/catalogue/texture_decoder.h"

namespace stage::engine {
namespace {

// Words of a material name; the first kind with a match wins, so kinds whose
// words are narrower come first. English, French, Spanish, Portuguese, Catalan:
// the languages of free catalogues.
struct KindWords {
  MaterialKind kind;
  std::string_view words;  ///< each with a '|' before and after
};
constexpr auto kWords = std::to_array<KindWords>({
    {MaterialKind::kPlain,
     "|shadeless|whitewood|white_wood|white wood|paint|plastic|rubber|"
     "lacquer|ceramic|porcelain|"},
    {MaterialKind::kLeather, "|leather|cuir|couro|skai|"},
    {MaterialKind::kMetal,
     "|mirror|miroir|chrome|metal|steel|inox|alumin|brass|bronze|copper|"
     "golden|silver|acier|nickel|greyargent|iron|"},
    {MaterialKind::kGlass, "|glass|verre|vidrio|vidro|crystal|water|"},
    {MaterialKind::kWood,
     "|wood|bois|walnut|mahogany|wenge|venge|teak|pine|bamboo|madera|"
     "madeira|fusta|oak|particle_board|"},
    {MaterialKind::kFabric,
     "|fabric|cloth|textile|tissu|cotton|linen|velvet|burlap|cushion|"
     "coussin|coixi|cojin|pillow|mattress|matress|coverlet|bedspread|"
     "blanket|sheet|curtain|carpet|upholst|couch|sofa|sillon|"
     "estofamento|tela_|"},
    {MaterialKind::kFoliage,
     "|leaf|leaves|feuille|foliage|grass|petal|flower|"},
    {MaterialKind::kStone, "|marble|marbre|granit|stone|concrete|terracotta|"},
    {MaterialKind::kPaper, "|paper|book|shade|pantalla|"},
});

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
  return lower;
}

Eigen::Vector3f Linear(const Eigen::Vector3f& display) {
  Eigen::Vector3f linear;
  for (int i = 0; i < 3; ++i) {
    linear[i] = LinearFromSrgb8(static_cast<uint8_t>(
        std::lround(std::clamp(display[i], 0.0f, 1.0f) * 255)));
  }
  return linear;
}

bool LooksLikeChrome(const WavefrontMaterial& wavefront, bool textured) {
  return !textured && wavefront.ks.mean() > 0.7f &&
         wavefront.kd.mean() < 0.35f && wavefront.ns > 40;
}

MaterialKind Classify(std::string_view name,
                      const WavefrontMaterial& wavefront,
                      const Texture* texture,
                      PieceHint hint) {
  if (wavefront.dissolve < 0.95f && texture == nullptr) {
    return MaterialKind::kGlass;
  }
  const bool cut_out = texture != nullptr && texture->srgb.channels() == 4;
  if (const auto kind = KindFromName(name)) {
    // A texture of glass or metal is a picture of it: not a clear sheet.
    if (*kind == MaterialKind::kGlass && texture != nullptr) {
      return MaterialKind::kPlain;
    }
    return *kind;
  }
  if (hint == PieceHint::kPlant && cut_out) return MaterialKind::kFoliage;
  if (LooksLikeChrome(wavefront, texture != nullptr)) {
    return MaterialKind::kMetal;
  }
  if (hint == PieceHint::kUpholstered && wavefront.ns <= 20) {
    return MaterialKind::kFabric;
  }
  return MaterialKind::kPlain;
}

bool NameHas(const Material& material,
             std::initializer_list<std::string_view> words) {
  const std::string lower = LowerCase(material.name);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

void FinishMetal(const WavefrontMaterial& wavefront, Material& material) {
  const Eigen::Vector3f kd = Linear(wavefront.kd);
  const Eigen::Vector3f ks = Linear(wavefront.ks);
  if (NameHas(material, {"mirror", "miroir"})) {
    material.base_color = Eigen::Vector3f::Constant(0.9f);
    material.roughness = 0.02f;
    return;
  }
  const bool white =
      kd.minCoeff() > 0.55f && NameHas(material, {"white", "blanc"});
  const bool black =
      kd.maxCoeff() < 0.08f &&
      (ks.mean() < 0.15f || NameHas(material, {"black", "noir"}));
  if (white || black) {  // powder coated
    ApplyKind(MaterialKind::kPlain, material);
    material.roughness = 0.45f;
    return;
  }
  material.base_color = kd.cwiseMax(0.6f * ks).cwiseMax(0.12f).cwiseMin(0.9f);
  const bool polished =
      wavefront.ns > 60 || NameHas(material, {"chrom", "polish"});
  material.roughness = polished ? 0.16f : 0.3f;
}

/// Model makers colour glass to tell it from air; real panes are almost clear.
void FinishGlass(const WavefrontMaterial& wavefront, Material& material) {
  const bool dark = material.base_color.maxCoeff() < 0.2f;
  const float dissolve = wavefront.dissolve < 0.95f ? wavefront.dissolve : 0.3f;
  material.opacity = std::clamp(dark ? dissolve : 0.3f * dissolve, 0.04f, 0.9f);
  if (!dark) {
    const Eigen::Vector3f clear(0.88f, 0.93f, 0.91f);
    material.base_color = 0.25f * material.base_color + 0.75f * clear;
  }
}

}  // namespace

std::optional<MaterialKind> KindFromName(std::string_view name) {
  const std::string lower = LowerCase(name);
  for (const auto& [kind, words] : kWords) {
    for (size_t start = 1; start < words.size();) {
      const size_t end = words.find('|', start);
      if (lower.find(words.substr(start, end - start)) != std::string::npos) {
        return kind;
      }
      start = end + 1;
    }
  }
  return std::nullopt;
}

Eigen::Vector3f CappedAlbedo(const Eigen::Vector3f& linear) {
  const float brightest = linear.maxCoeff();
  return brightest > kMaxAlbedo
             ? Eigen::Vector3f(linear * (kMaxAlbedo / brightest))
             : linear;
}

Eigen::Vector3f MeanColour(const Texture& texture) {
  const ImageU8& image = texture.srgb;
  const int channels = image.channels();
  Eigen::Vector3d sum(0, 0, 0);
  double weight = 0;
  // A few thousand texels say enough; the stride is odd to miss patterns.
  const size_t count = static_cast<size_t>(image.width()) * image.height();
  const size_t stride = std::max<size_t>(1, count / 16384) | 1;
  for (size_t i = 0; i < count; i += stride) {
    const uint8_t* texel = image.data() + i * channels;
    const double alpha = channels == 4 ? texel[3] / 255.0 : 1;
    for (int c = 0; c < 3; ++c) sum[c] += alpha * LinearFromSrgb8(texel[c]);
    weight += alpha;
  }
  if (weight <= 0) return Eigen::Vector3f::Constant(0.5f);
  return (sum / weight).cast<float>();
}

void ApplyKind(MaterialKind kind, Material& material) {
  material.kind = kind;
  switch (kind) {
    case MaterialKind::kFabric:
      material.roughness = 0.9f;
      material.specular_f0 = 0.03f;
      break;
    case MaterialKind::kLeather:
      material.roughness = 0.5f;
      break;
    case MaterialKind::kWood:
      material.roughness = 0.5f;
      break;
    case MaterialKind::kMetal:
      material.metallic = 1;
      material.roughness = 0.28f;
      break;
    case MaterialKind::kGlass:
      material.roughness = 0.02f;
      material.opacity = std::min(material.opacity, 0.35f);
      break;
    case MaterialKind::kFoliage:
      material.roughness = 0.55f;
      break;
    case MaterialKind::kPaper:
      material.roughness = 0.9f;
      material.specular_f0 = 0.03f;
      break;
    case MaterialKind::kStone:
      material.roughness = 0.45f;
      break;
    case MaterialKind::kPlain:
      break;
  }
  if (kind != MaterialKind::kMetal) material.metallic = 0;
  if (kind != MaterialKind::kGlass) material.opacity = 1;
}

Material FromWavefront(std::string_view name,
                       const WavefrontMaterial& wavefront,
                       std::shared_ptr<const Texture> texture,
                       PieceHint hint) {
  Material material;
  material.name = name;
  const Eigen::Vector3f kd = Linear(wavefront.kd);
  // Blinn-Phong exponent to roughness: Walter et al. 2007, alpha^2 = 2/(n+2).
  const float shininess = std::max(0.0f, wavefront.ns);
  const bool matt = wavefront.ks.maxCoeff() < 0.05f;
  material.roughness =
      matt ? 0.75f
           : std::clamp(std::pow(2 / (shininess + 2), 0.25f), 0.3f, 0.75f);
  material.opacity = std::clamp(wavefront.dissolve, 0.0f, 1.0f);
  const MaterialKind kind = Classify(name, wavefront, texture.get(), hint);
  if (texture != nullptr) {
    // Kd under a texture is an exporter's leftover: Sweet Home 3D, for which
    // these files are made, does not show it either.
    const float mean = MeanColour(*texture).maxCoeff();
    material.base_color = Eigen::Vector3f::Constant(
        std::min(1.0f, kMaxAlbedo / std::max(mean, 1e-3f)));
    material.base_texture = std::move(texture);
  } else {
    material.base_color = CappedAlbedo(kd);
  }
  ApplyKind(kind, material);
  if (kind == MaterialKind::kMetal && material.base_texture == nullptr) {
    FinishMetal(wavefront, material);
  }
  if (kind == MaterialKind::kGlass) FinishGlass(wavefront, material);
  if (kind == MaterialKind::kWood && material.base_texture == nullptr &&
      material.base_color.minCoeff() > 0.5f) {
    ApplyKind(MaterialKind::kPlain, material);  // painted white
  }
  if (wavefront.ke.maxCoeff() > 0.01f) material.emission = Linear(wavefront.ke);
  return material;
}

}  // namespace stage::engine
