#include "engine/catalogue/material_override.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "engine/catalogue/material_rules.h"

using namespace stage;          // NOLINT(google-build-using-namespace)
using namespace stage::engine;  // NOLINT(google-build-using-namespace)

namespace {

Material Named(const std::string& name, MaterialKind kind) {
  Material material;
  material.name = name;
  material.kind = kind;
  return material;
}

MaterialOverride Red(const std::string& slot) {
  MaterialOverride change;
  change.slot = slot;
  change.material.base_color = {1, 0, 0};
  return change;
}

std::string ReddenedBy(const MaterialOverride& change, const Piece& piece) {
  std::vector<Material> materials = {
      Named("Seat fabric", MaterialKind::kFabric),
      Named("Piping", MaterialKind::kFabric),
      Named("Legs", MaterialKind::kWood)};
  ApplyOverrides(piece, {change}, materials);
  std::string names;
  for (const Material& material : materials) {
    if (material.base_color == Eigen::Vector3f(1, 0, 0)) {
      names += material.name + ";";
    }
  }
  return names;
}

/// Stripes of two greys, mean of the linear values known.
std::shared_ptr<Texture> Stripes() {
  auto texture = std::make_shared<Texture>();
  texture->srgb = ImageU8(64, 64, 3);
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      for (int c = 0; c < 3; ++c) {
        texture->srgb.at(x, y, c) = y % 2 == 0 ? 60 : 120;
      }
    }
  }
  return texture;
}

}  // namespace

TEST_CASE("MaterialOverride: a role of the piece, a name, a kind, or all") {
  Piece piece;
  piece.slots["upholstery"] = {"Seat*"};
  CHECK(ReddenedBy(Red("upholstery"), piece) == "Seat fabric;");
  CHECK(ReddenedBy(Red("upholstery"), Piece()) == "Seat fabric;Piping;");
  CHECK(ReddenedBy(Red("PIPING"), piece) == "Piping;");
  CHECK(ReddenedBy(Red("wood"), Piece()) == "Legs;");
  CHECK(ReddenedBy(Red("wood"), piece).empty());  // it lists its roles
  CHECK(ReddenedBy(Red("metal"), piece).empty());
  CHECK(ReddenedBy(Red("*"), piece) == "Seat fabric;Piping;Legs;");
  Piece procedural;
  procedural.source = "procedural";
  CHECK(ReddenedBy(Red("upholstery"), procedural).empty());
}

TEST_CASE("MaterialOverride: names stay and the last one wins") {
  std::vector<Material> materials = {Named("Seat", MaterialKind::kFabric)};
  MaterialOverride blue = Red("seat");
  blue.material.base_color = {0, 0, 1};
  blue.material.name = "other";
  ApplyOverrides({}, {Red("*"), blue}, materials);
  CHECK(materials[0].name == "Seat");
  CHECK(materials[0].base_color == Eigen::Vector3f(0, 0, 1));
}

TEST_CASE(
    "MaterialOverride: a tint has the colour as its mean and keeps "
    "light and dark") {
  std::vector<Material> materials = {Named("Seat", MaterialKind::kFabric)};
  materials[0].base_texture = Stripes();
  MaterialOverride change = Red("seat");
  change.material.base_color = {0.3f, 0.15f, 0.05f};
  change.keep_texture = true;
  ApplyOverrides({}, {change}, materials);
  REQUIRE(materials[0].base_texture != nullptr);
  const Eigen::Vector3f mean = MeanColour(*materials[0].base_texture)
                                   .cwiseProduct(materials[0].base_color);
  CHECK(mean[0] == doctest::Approx(0.3f).epsilon(0.03));
  CHECK(mean[1] == doctest::Approx(0.15f).epsilon(0.03));
  CHECK(mean[2] == doctest::Approx(0.05f).epsilon(0.05));
  const ImageU8& tinted = materials[0].base_texture->srgb;
  CHECK(tinted.at(0, 1, 0) > tinted.at(0, 0, 0) + 30);
  change.keep_texture = false;
  ApplyOverrides({}, {change}, materials);
  CHECK(materials[0].base_texture == nullptr);
}

TEST_CASE("MatchesPattern: stars, question marks and either case") {
  CHECK(MatchesPattern("wood*", "Wood_legs"));
  CHECK(MatchesPattern("*leg?", "chair LEGS"));
  CHECK(!MatchesPattern("leg", "legs"));
  CHECK(MatchesPattern("*a*b*", "xxaxxbxx"));
  CHECK(!MatchesPattern("*a*b", "xxaxxbxx"));
  CHECK(MatchesPattern("*", ""));
}

TEST_CASE("ApplyPatch: what a table corrects, and what it refuses") {
  Material material = Named("m", MaterialKind::kPlain);
  ApplyPatch({{"kind", "leather"}, {"color", "#ff0000"}, {"roughness", 0.4}},
             material);
  CHECK(material.kind == MaterialKind::kLeather);
  CHECK(material.base_color == Eigen::Vector3f(1, 0, 0));
  CHECK(material.roughness == doctest::Approx(0.4f));
  CHECK_THROWS_AS(ApplyPatch({{"kind", "velvet"}}, material), Error);
  CHECK_THROWS_AS(ApplyPatch({{"color", "red"}}, material), Error);
  CHECK_THROWS_AS(ApplyPatch({{"roughness", 2}}, material), Error);
}
