// The Debian package sweethome3d-furniture, where it is installed.
#include <doctest/doctest.h>

#include <set>

#include "core/error.h"
#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/piece_table.h"

using namespace stage;          // NOLINT(google-build-using-namespace)
using namespace stage::engine;  // NOLINT(google-build-using-namespace)

namespace {

bool Installed() {
  if (!InstalledCatalogues().empty()) return true;
  MESSAGE("skipped: the package sweethome3d-furniture is not installed");
  return false;
}

}  // namespace

TEST_CASE("InstalledPieces: every piece of the package becomes a mesh") {
  if (!Installed()) return;
  const auto catalogue = OpenCatalogue({});
  size_t loaded = 0;
  for (const Piece& piece : catalogue->pieces()) {
    if (piece.source == "procedural") continue;
    if (PieceTable::BuiltIn().IsCopy(piece.id)) continue;
    CAPTURE(piece.id);
    std::shared_ptr<const Mesh> mesh;
    REQUIRE_NOTHROW(mesh = catalogue->Load(piece.id, {0, 0, 0}, {}, {}));
    ++loaded;
    Eigen::Vector3f low = mesh->positions[0];
    Eigen::Vector3f high = low;
    for (const Eigen::Vector3f& p : mesh->positions) {
      low = low.cwiseMin(p);
      high = high.cwiseMax(p);
    }
    const Eigen::Vector3d size = (high - low).cast<double>();
    // Flat models (a poster, a sheet) have no depth to be scaled.
    if (size[0] > 0) CHECK(size[0] == doctest::Approx(piece.width));
    if (size[1] > 0) CHECK(size[1] == doctest::Approx(piece.height));
    if (size[2] > 0) CHECK(size[2] == doctest::Approx(piece.depth));
    CHECK(std::abs(low[1]) < 1e-4);
    CHECK(std::abs(low[0] + high[0]) < 1e-3);
    bool sound = true;
    for (const Eigen::Vector3f& n : mesh->normals) {
      sound = sound && std::abs(n.norm() - 1) < 1e-3;
    }
    for (const Eigen::Vector2f& uv : mesh->texcoords) {
      sound = sound && uv.allFinite();
    }
    for (const Material& material : mesh->materials) {
      sound = sound && (material.kind == MaterialKind::kMetal ||
                        material.base_color.maxCoeff() <= 1);
    }
    CHECK(sound);
  }
  CHECK(loaded == 820);
}

TEST_CASE("InstalledPieces: the table speaks of pieces and slots that exist") {
  if (!Installed()) return;
  const auto catalogue = OpenCatalogue({});
  for (const std::string& id : PieceTable::BuiltIn().ids()) {
    CAPTURE(id);
    const Piece* piece = catalogue->Find(id);
    REQUIRE(piece != nullptr);
    CHECK(!piece->function.empty());
    CHECK((piece->grade == 'A' || piece->grade == 'B'));
    CHECK(!piece->licence.empty());
    CHECK(!piece->creator.empty());
    const auto mesh = catalogue->Load(id, {0, 0, 0}, {}, {});
    std::set<std::string> names;
    for (const Material& material : mesh->materials)
      names.insert(material.name);
    for (const auto& [role, slots] : piece->slots) {
      for (const std::string& slot : slots) {
        CAPTURE(slot);
        CHECK((names.contains(slot) || slot.find('*') != std::string::npos));
      }
    }
  }
}
