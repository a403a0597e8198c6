#include "engine/catalogue/procedural/procedural_pieces.h"

#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <set>

#include "core/error.h"

namespace stage::engine {
namespace {

struct Bounds {
  Eigen::Vector3f low = Eigen::Vector3f::Constant(1e9f);
  Eigen::Vector3f high = Eigen::Vector3f::Constant(-1e9f);
};

Bounds BoundsOf(const Mesh& mesh) {
  Bounds bounds;
  for (const Eigen::Vector3f& p : mesh.positions) {
    bounds.low = bounds.low.cwiseMin(p);
    bounds.high = bounds.high.cwiseMax(p);
  }
  return bounds;
}

Mesh Standard(const std::string& id) {
  return MakeProceduralPiece(
      id, Eigen::Vector3d::Zero(), nlohmann::json::object());
}

void CheckFits(const Mesh& mesh, double width, double depth, double height) {
  const Bounds bounds = BoundsOf(mesh);
  CHECK(std::abs(bounds.low.y()) < 1e-3);
  CHECK(std::abs(bounds.high.y() - height) < 1e-3);
  CHECK(std::abs(bounds.high.x() - width / 2) < 1e-3);
  CHECK(std::abs(bounds.low.x() + width / 2) < 1e-3);
  CHECK(std::abs(bounds.high.z() - depth / 2) < 1e-3);
  CHECK(std::abs(bounds.low.z() + depth / 2) < 1e-3);
}

void CheckSound(const Mesh& mesh) {
  REQUIRE(mesh.triangle_count() > 0);
  REQUIRE(mesh.normals.size() == mesh.positions.size());
  REQUIRE(mesh.texcoords.size() == mesh.positions.size());
  REQUIRE(mesh.triangle_material.size() == mesh.triangle_count());
  CHECK(*std::max_element(mesh.indices.begin(), mesh.indices.end()) <
        mesh.positions.size());
  CHECK(*std::max_element(mesh.triangle_material.begin(),
                          mesh.triangle_material.end()) <
        mesh.materials.size());
  size_t broken = 0, bent = 0;
  for (size_t i = 0; i < mesh.positions.size(); ++i) {
    broken += !mesh.positions[i].allFinite() || !mesh.texcoords[i].allFinite();
    bent += !(std::abs(mesh.normals[i].norm() - 1) < 1e-3f);
  }
  CHECK(broken == 0);
  CHECK(bent == 0);
}

/// The share of area whose shading normal agrees with the winding.
double Agreement(const Mesh& mesh) {
  double right = 0, total = 0;
  for (size_t t = 0; t < mesh.triangle_count(); ++t) {
    const uint32_t* v = &mesh.indices[3 * t];
    const Eigen::Vector3f face =
        (mesh.positions[v[1]] - mesh.positions[v[0]])
            .cross(mesh.positions[v[2]] - mesh.positions[v[0]]);
    const Eigen::Vector3f normal =
        mesh.normals[v[0]] + mesh.normals[v[1]] + mesh.normals[v[2]];
    total += face.norm();
    if (face.dot(normal) > 0) right += face.norm();
  }
  return right / total;
}

TEST_CASE("ProceduralPieces: every piece is sound at its own size") {
  for (const Piece& piece : ProceduralPieces()) {
    CAPTURE(piece.id);
    const Mesh mesh = Standard(piece.id);
    CheckSound(mesh);
    CheckFits(mesh, piece.width, piece.depth, piece.height);
    CHECK(mesh.triangle_count() < 80000);
    CHECK(Agreement(mesh) > 0.99);
  }
}

TEST_CASE("ProceduralPieces: entries are complete and ids unique") {
  std::set<std::string> ids;
  for (const Piece& piece : ProceduralPieces()) {
    CAPTURE(piece.id);
    CHECK(ids.insert(piece.id).second);
    CHECK(piece.id.starts_with("procedural#"));
    CHECK(piece.source == "procedural");
    CHECK_FALSE(piece.function.empty());
    CHECK_FALSE(piece.name.empty());
    CHECK_FALSE(piece.licence.empty());
    CHECK((piece.grade == 'A' || piece.grade == 'B'));
  }
}

TEST_CASE("ProceduralPieces: variants of a family keep what the base says") {
  const std::vector<Piece> pieces = ProceduralPieces();
  const auto find = [&](const std::string& id) -> const Piece& {
    const auto found = std::find_if(pieces.begin(),
                                    pieces.end(),
                                    [&](const Piece& p) { return p.id == id; });
    REQUIRE(found != pieces.end());
    return *found;
  };
  // Tables carry things at their own height, sofas at that of the seat.
  CHECK(find("procedural#coffee_table_drum").top_height == 0.36);
  CHECK(find("procedural#sideboard_cane").function == "sideboard");
  CHECK(find("procedural#sideboard_cane").top_height == 0.78);
  CHECK(find("procedural#sofa_rounded").top_height == 0.44);
  CHECK(find("procedural#armchair_wing").top_height < 0);
  CHECK(find("procedural#wall_art_pair").elevation ==
        find("procedural#wall_art").elevation);
  CHECK(ProceduralParameters("procedural#bed_iron")["headboard"]["default"] ==
        "iron");
}

TEST_CASE("ProceduralPieces: a plain rug shows no bands from far") {
  const Mesh rug = Standard("procedural#rug");
  const ImageU8& face = rug.materials.at(0).base_texture->srgb;
  // Stripes of 5 cm, across and along, must all be of one brightness.
  const int side = 25;
  for (const bool across : {true, false}) {
    double low = 1e9, high = 0;
    const int run = across ? face.height() : face.width();
    const int length = across ? face.width() : face.height();
    for (int first = 0; first + side <= run; first += side) {
      double sum = 0;
      for (int i = first; i < first + side; ++i) {
        for (int j = 0; j < length; ++j) {
          sum += across ? face.at(j, i, 1) : face.at(i, j, 1);
        }
      }
      const double mean = sum / (static_cast<double>(side) * length);
      low = std::min(low, mean);
      high = std::max(high, mean);
    }
    CHECK(high / low < 1.02);
  }
}

TEST_CASE("MakeProceduralPiece: fills the size it is asked for") {
  for (const auto& [id, w, d, h] :
       {std::tuple{"procedural#bed", 1.98, 2.2, 1.25},
        std::tuple{"procedural#sofa", 1.7, 0.88, 0.8},
        std::tuple{"procedural#rug", 3.0, 2.0, 0.01},
        std::tuple{"procedural#curtain", 0.42, 0.14, 2.35},
        std::tuple{"procedural#media_console", 1.4, 0.38, 0.45},
        std::tuple{"procedural#table_lamp", 0.28, 0.28, 0.48}}) {
    CAPTURE(id);
    const Mesh mesh =
        MakeProceduralPiece(id, {w, d, h}, nlohmann::json::object());
    CheckSound(mesh);
    CheckFits(mesh, w, d, h);
  }
}

TEST_CASE("MakeProceduralPiece: same arguments give the same bytes") {
  for (const char* id : {"procedural#bed_single",
                         "procedural#plant_olive",
                         "procedural#cushion",
                         "procedural#wall_art"}) {
    CAPTURE(id);
    const Mesh first = Standard(id), second = Standard(id);
    CHECK(first.positions == second.positions);
    CHECK(first.normals == second.normals);
    CHECK(first.indices == second.indices);
    for (size_t i = 0; i < first.materials.size(); ++i) {
      const auto& a = first.materials[i].base_texture;
      const auto& b = second.materials[i].base_texture;
      REQUIRE((a == nullptr) == (b == nullptr));
      if (a) CHECK(a->srgb == b->srgb);
    }
  }
}

TEST_CASE("MakeProceduralPiece: another seed is another piece") {
  const Mesh first = Standard("procedural#cushion");
  const Mesh second =
      MakeProceduralPiece("procedural#cushion", {0, 0, 0}, {{"seed", 7}});
  CHECK(first.positions != second.positions);
}

TEST_CASE("MakeProceduralPiece: slots have the names that presets recolour") {
  const auto has = [](const Mesh& mesh, const std::string& slot) {
    return std::any_of(mesh.materials.begin(),
                       mesh.materials.end(),
                       [&](const Material& m) { return m.name == slot; });
  };
  const Mesh bed = Standard("procedural#bed");
  for (const char* slot :
       {"upholstery", "linen", "duvet", "throw", "accent", "wood"}) {
    CAPTURE(slot);
    CHECK(has(bed, slot));
  }
  const Mesh sofa = Standard("procedural#sofa");
  CHECK(has(sofa, "upholstery"));
  CHECK(has(sofa, "cushion"));
  CHECK(has(Standard("procedural#floor_lamp"), "shade"));
  CHECK(has(Standard("procedural#rug"), "pattern"));
  CHECK(has(Standard("procedural#curtain"), "curtain"));
  CHECK(has(Standard("procedural#plant_fiddle"), "leaf"));
}

TEST_CASE("MakeProceduralPiece: a blanket hangs over the arm it is put on") {
  const Mesh bare = Standard("procedural#sofa");
  for (const float side : {-1.0f, 1.0f}) {
    const Mesh draped = MakeProceduralPiece(
        "procedural#sofa",
        {0, 0, 0},
        {{"throw", side > 0 ? "right" : "left"}, {"cushions", 0}});
    REQUIRE(draped.positions.size() > bare.positions.size());
    float lowest = 1, highest = 0;
    for (size_t t = 0; t < draped.triangle_material.size(); ++t) {
      if (draped.materials[draped.triangle_material[t]].name != "throw") {
        continue;
      }
      for (size_t k = 3 * t; k < 3 * t + 3; ++k) {
        const Eigen::Vector3f& p = draped.positions[draped.indices[k]];
        CHECK(side * p.x() > 0.5f);  // on its own arm
        CHECK(side * p.x() < 2.2f / 2 + 0.04f);
        lowest = std::min(lowest, p.y());
        highest = std::max(highest, p.y());
      }
    }
    CHECK(lowest > 0.15f);    // clear of the floor
    CHECK(lowest < 0.35f);    // and hanging
    CHECK(highest > 0.585f);  // over an arm about 0.58 m high
    CHECK(highest < 0.66f);
  }
}

TEST_CASE("MakeProceduralPiece: colours reach the cloth of a rug") {
  const auto mean_blue = [](const Mesh& mesh) {
    const ImageU8& face = mesh.materials[0].base_texture->srgb;
    double sum = 0;
    for (int y = 0; y < face.height(); ++y) {
      for (int x = 0; x < face.width(); ++x) sum += face.at(x, y, 2);
    }
    return sum / (face.width() * face.height());
  };
  const Mesh blue = MakeProceduralPiece(
      "procedural#rug", {0.8, 0.6, 0.01}, {{"palette", {"#2040c0"}}});
  const Mesh red = MakeProceduralPiece(
      "procedural#rug", {0.8, 0.6, 0.01}, {{"palette", {"#c04020"}}});
  CHECK(mean_blue(blue) > mean_blue(red) + 80);
}

TEST_CASE("MakeProceduralPiece: refuses what it does not understand") {
  const auto message = [](const std::string& id,
                          const Eigen::Vector3d& size,
                          const nlohmann::json& parameters) -> std::string {
    try {
      MakeProceduralPiece(id, size, parameters);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const Eigen::Vector3d own(0, 0, 0);
  CHECK(message("procedural#throne", own, {}).find("procedural#throne") !=
        std::string::npos);
  CHECK(message("procedural#bed", own, {{"pillow", 2}}).find("pillows") !=
        std::string::npos);
  CHECK(message("procedural#bed", own, {{"pillows", 9}}).find("from 0 to 4") !=
        std::string::npos);
  CHECK(message("procedural#bed", own, {{"pillows", "two"}}).find("whole") !=
        std::string::npos);
  CHECK(
      message("procedural#rug", own, {{"pattern", "spots"}}).find("trellis") !=
      std::string::npos);
  CHECK(
      message("procedural#rug", own, {{"palette", {"red"}}}).find("palette") !=
      std::string::npos);
  CHECK(message("procedural#rug", {-1, 1, 0.01}, {}).find("metres") !=
        std::string::npos);
}

TEST_CASE("ProceduralParameters: every default is accepted") {
  for (const Piece& piece : ProceduralPieces()) {
    CAPTURE(piece.id);
    const nlohmann::json rules = ProceduralParameters(piece.id);
    CHECK(rules.contains("seed"));
    for (const auto& [name, rule] : rules.items()) {
      CAPTURE(name);
      CHECK(rule.contains("type"));
      if (rule.contains("choices")) {
        const auto& choices = rule["choices"];
        CHECK(std::find(choices.begin(), choices.end(), rule["default"]) !=
              choices.end());
      }
    }
  }
}

}  // namespace
}  // namespace stage::engine
