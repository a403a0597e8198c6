// The Debian package sweethome3d-furniture, where it is installed.
#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "core/error.h"
#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/material_override.h"
#include "engine/catalogue/piece_table.h"

using namespace stage;          // NOLINT(google-build-using-namespace)
using namespace stage::engine;  // NOLINT(google-build-using-namespace)

namespace {

/// What loading one piece came to.
struct Finding {
  Piece piece;
  std::string error;
  Eigen::AlignedBox3f box;
  bool sound = true;  ///< unit normals, finite coordinates, no glowing white
  std::set<std::string> materials;
};

void Inspect(const Catalogue& catalogue, Finding& finding) {
  std::shared_ptr<const Mesh> mesh;
  try {
    mesh = catalogue.Load(finding.piece.id, {0, 0, 0}, {}, {});
  } catch (const std::exception& error) {
    finding.error = error.what();
    return;
  }
  for (const Eigen::Vector3f& p : mesh->positions) finding.box.extend(p);
  for (const Eigen::Vector3f& n : mesh->normals) {
    finding.sound = finding.sound && std::abs(n.norm() - 1) < 1e-3;
  }
  for (const Eigen::Vector2f& uv : mesh->texcoords) {
    finding.sound = finding.sound && uv.allFinite();
  }
  for (const Material& material : mesh->materials) {
    finding.materials.insert(material.name);
    finding.sound = finding.sound && material.base_color.maxCoeff() <= 1;
  }
}

/// All pieces but the procedural ones, each loaded once; empty, with a word
/// about it, where the package is not installed.
const std::vector<Finding>& Findings() {
  static const std::vector<Finding> findings = [] {
    std::vector<Finding> all;
    if (InstalledCatalogues().empty()) {
      MESSAGE("skipped: the package sweethome3d-furniture is not installed");
      return all;
    }
    const auto catalogue = OpenCatalogue({});
    for (const Piece& piece : catalogue->pieces()) {
      if (piece.source != "procedural") all.push_back({piece});
    }
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next++; i < all.size(); i = next++) {
        Inspect(*catalogue, all[i]);
      }
    };
    const std::jthread other(work);
    work();
    return all;
  }();
  return findings;
}

}  // namespace

TEST_CASE("InstalledPieces: every piece of the package becomes a mesh") {
  size_t loaded = 0;
  for (const Finding& finding : Findings()) {
    const Piece& piece = finding.piece;
    CAPTURE(piece.id);
    CHECK(finding.error == "");
    CHECK(finding.sound);
    if (!PieceTable::BuiltIn().IsCopy(piece.id)) ++loaded;
    const Eigen::Vector3d size = finding.box.sizes().cast<double>();
    // Flat models (a poster, a sheet) have no depth to be scaled.
    if (size[0] > 0) CHECK(size[0] == doctest::Approx(piece.width));
    if (size[1] > 0) CHECK(size[1] == doctest::Approx(piece.height));
    if (size[2] > 0) CHECK(size[2] == doctest::Approx(piece.depth));
    CHECK(std::abs(finding.box.min()[1]) < 1e-4);
    CHECK(std::abs(finding.box.center()[0]) < 1e-3);
    CHECK(std::abs(finding.box.center()[2]) < 1e-3);
  }
  if (!Findings().empty()) CHECK(loaded == 820);
}

TEST_CASE("InstalledPieces: the table speaks of pieces and slots that exist") {
  std::map<std::string, const Finding*> by_id;
  for (const Finding& finding : Findings()) by_id[finding.piece.id] = &finding;
  if (by_id.empty()) return;
  for (const std::string& id : PieceTable::BuiltIn().ids()) {
    CAPTURE(id);
    REQUIRE(by_id.contains(id));
    const Piece& piece = by_id[id]->piece;
    CHECK(!piece.function.empty());
    CHECK((piece.grade == 'A' || piece.grade == 'B'));
    CHECK(!piece.licence.empty());
    CHECK(!piece.creator.empty());
    for (const auto& [role, slots] : piece.slots) {
      for (const std::string& slot : slots) {
        CAPTURE(slot);
        const auto& names = by_id[id]->materials;
        CHECK(std::any_of(names.begin(), names.end(), [&](const auto& name) {
          return MatchesPattern(slot, name);
        }));
      }
    }
  }
}

TEST_CASE("InstalledPieces: sizes are those of real furniture") {
  // Seats at 0.65 to 1.25 m total height, tables where one can sit at them.
  const std::map<std::string, std::pair<double, double>> kHeights = {
      {"sofa", {0.65, 1.05}},
      {"armchair", {0.65, 1.1}},
      {"chair", {0.7, 1.2}},
      {"dining_table", {0.7, 0.8}},
      {"coffee_table", {0.3, 0.55}},
      {"desk", {0.7, 0.8}},
      {"nightstand", {0.35, 0.75}},
      {"console_table", {0.7, 0.95}},
      {"table_lamp", {0.3, 0.8}},
      {"floor_lamp", {1.2, 2.0}},
      {"media_console", {0.35, 0.7}},
      {"bed", {0.7, 1.3}},
      {"plant", {0.5, 2.0}},
      {"table_decor", {0.0, 0.65}},
  };
  for (const Finding& finding : Findings()) {
    const Piece& piece = finding.piece;
    if (piece.grade == 0 || !kHeights.contains(piece.function)) continue;
    CAPTURE(piece.id);
    CHECK(piece.height >= kHeights.at(piece.function).first);
    CHECK(piece.height <= kHeights.at(piece.function).second);
  }
}
