#include "engine/catalogue/material_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "engine/catalogue/texture_decoder.h"

namespace stage::engine {
namespace {

// First match wins, so the narrower words stand before the wider ones.
// English, French, Spanish and Portuguese: the languages of free catalogues.
constexpr auto kWords = std::to_array<
    std::pair<std::string_view, MaterialKind>>({
    {"whitewood", MaterialKind::kPlain},  {"white_wood", MaterialKind::kPlain},
    {"white wood", MaterialKind::kPlain}, {"paint", MaterialKind::kPlain},
    {"plastic", MaterialKind::kPlain},    {"plastico", MaterialKind::kPlain},
    {"rubber", MaterialKind::kPlain},     {"lacquer", MaterialKind::kPlain},
    {"ceramic", MaterialKind::kPlain},    {"porcelain", MaterialKind::kPlain},
    {"leather", MaterialKind::kLeather},  {"cuir", MaterialKind::kLeather},
    {"couro", MaterialKind::kLeather},    {"mirror", MaterialKind::kMetal},
    {"miroir", MaterialKind::kMetal},     {"chrome", MaterialKind::kMetal},
    {"metal", MaterialKind::kMetal},      {"steel", MaterialKind::kMetal},
    {"inox", MaterialKind::kMetal},       {"alumin", MaterialKind::kMetal},
    {"brass", MaterialKind::kMetal},      {"bronze", MaterialKind::kMetal},
    {"copper", MaterialKind::kMetal},     {"golden", MaterialKind::kMetal},
    {"silver", MaterialKind::kMetal},     {"acier", MaterialKind::kMetal},
    {"nickel", MaterialKind::kMetal},     {"greyargent", MaterialKind::kMetal},
    {"iron", MaterialKind::kMetal},       {"glass", MaterialKind::kGlass},
    {"verre", MaterialKind::kGlass},      {"vidrio", MaterialKind::kGlass},
    {"vidro", MaterialKind::kGlass},      {"crystal", MaterialKind::kGlass},
    {"water", MaterialKind::kGlass},      {"wood", MaterialKind::kWood},
    {"bois", MaterialKind::kWood},        {"walnut", MaterialKind::kWood},
    {"mahogany", MaterialKind::kWood},    {"wenge", MaterialKind::kWood},
    {"teak", MaterialKind::kWood},        {"bamboo", MaterialKind::kWood},
    {"madera", MaterialKind::kWood},      {"madeira", MaterialKind::kWood},
    {"oak", MaterialKind::kWood},         {"fabric", MaterialKind::kFabric},
    {"cloth", MaterialKind::kFabric},     {"textile", MaterialKind::kFabric},
    {"tissu", MaterialKind::kFabric},     {"cotton", MaterialKind::kFabric},
    {"linen", MaterialKind::kFabric},     {"velvet", MaterialKind::kFabric},
    {"burlap", MaterialKind::kFabric},    {"cushion", MaterialKind::kFabric},
    {"coussin", MaterialKind::kFabric},   {"pillow", MaterialKind::kFabric},
    {"mattress", MaterialKind::kFabric},  {"blanket", MaterialKind::kFabric},
    {"curtain", MaterialKind::kFabric},   {"carpet", MaterialKind::kFabric},
    {"upholst", MaterialKind::kFabric},   {"leaf", MaterialKind::kFoliage},
    {"leaves", MaterialKind::kFoliage},   {"feuille", MaterialKind::kFoliage},
    {"foliage", MaterialKind::kFoliage},  {"petal", MaterialKind::kFoliage},
    {"flower", MaterialKind::kFoliage},   {"marble", MaterialKind::kStone},
    {"marbre", MaterialKind::kStone},     {"granit", MaterialKind::kStone},
    {"stone", MaterialKind::kStone},      {"concrete", MaterialKind::kStone},
    {"terracotta", MaterialKind::kStone}, {"paper", MaterialKind::kPaper},
    {"book", MaterialKind::kPaper},       {"lampshade", MaterialKind::kPaper},
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

}  // namespace

std::optional<MaterialKind> KindFromName(std::string_view name) {
  const std::string lower = LowerCase(name);
  for (const auto& [word, kind] : kWords) {
    if (lower.find(word) != std::string::npos) return kind;
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
    // Kd under a texture is mostly an exporter's default: only its hue counts.
    const float brightest = kd.maxCoeff();
    material.base_color = brightest > 0.05f ? Eigen::Vector3f(kd / brightest)
                                            : Eigen::Vector3f::Ones();
    const float mean = MeanColour(*texture).maxCoeff();
    material.base_color *= std::min(1.0f, kMaxAlbedo / std::max(mean, 1e-3f));
    material.base_texture = std::move(texture);
  } else {
    material.base_color = CappedAlbedo(kd);
  }
  ApplyKind(kind, material);
  if (kind == MaterialKind::kMetal && material.base_texture == nullptr) {
    const bool black = kd.maxCoeff() < 0.08f && wavefront.ks.mean() < 0.4f;
    const bool white = kd.minCoeff() > 0.55f;
    if (black || white) {  // painted
      ApplyKind(MaterialKind::kPlain, material);
      material.roughness = 0.45f;
    } else {
      const Eigen::Vector3f ks = Linear(wavefront.ks);
      material.base_color =
          kd.cwiseMax(0.6f * ks).cwiseMax(0.12f).cwiseMin(0.95f);
      material.roughness = shininess > 60 ? 0.18f : 0.3f;
    }
  }
  if (kind == MaterialKind::kGlass) {
    material.opacity = wavefront.dissolve < 0.95f
                           ? std::clamp(wavefront.dissolve, 0.05f, 0.9f)
                           : 0.3f;
  }
  if (kind == MaterialKind::kWood && material.base_texture == nullptr &&
      material.base_color.minCoeff() > 0.5f) {
    ApplyKind(MaterialKind::kPlain, material);  // painted white
  }
  if (wavefront.ke.maxCoeff() > 0.01f) material.emission = Linear(wavefront.ke);
  return material;
}

}  // namespace stage::engine
