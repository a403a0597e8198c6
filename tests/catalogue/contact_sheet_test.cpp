#include "engine/catalogue/contact_sheet.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "catalogue/furniture_fixture.h"
#include "core/error.h"
#include "engine/catalogue/piece_preview.h"

using namespace stage;           // NOLINT(google-build-using-namespace)
using namespace stage::engine;   // NOLINT(google-build-using-namespace)
using namespace stage::testing;  // NOLINT(google-build-using-namespace)

namespace {

std::shared_ptr<Catalogue> RedBoxes(const FurnitureFolder& folder) {
  return OpenCatalogue({folder.WriteZip(
      "test.sh3f",
      {{"PluginFurnitureCatalog.properties",
        BoxIndex("id#2=Test#gone\nname#2=Gone\nmodel#2=/gone.obj\n"
                 "width#2=10\ndepth#2=10\nheight#2=10\n")},
       {"box/box.obj", BoxObj()},
       {"box/box.mtl", "newmtl Fabric\nKd 0.8 0.05 0.05\n"}})});
}

}  // namespace

TEST_CASE("ContactSheet: tiles in rows, the piece in the middle of its tile") {
  const FurnitureFolder folder;
  const auto catalogue = RedBoxes(folder);
  const ImageU8 sheet = RenderContactSheet(
      *catalogue, {"Test#box", "Test#box", "Test#box"}, 64, 2);
  CHECK(sheet.channels() == 3);
  CHECK(sheet.width() >= 2 * 64);
  CHECK(sheet.height() >= 2 * 64);
  const uint8_t* middle = sheet.row(6 + 36) + 3 * (6 + 32);
  CHECK(middle[0] > middle[1] + 40);  // red
  const uint8_t* corner = sheet.row(8) + 3 * 8;
  CHECK(std::abs(corner[0] - corner[1]) < 16);  // grey
}

TEST_CASE("ContactSheet: a broken piece shows as such, a wrong id is told") {
  const FurnitureFolder folder;
  const auto catalogue = RedBoxes(folder);
  CHECK_NOTHROW(RenderContactSheet(*catalogue, {"Test#gone"}, 64, 4));
  CHECK_THROWS_AS(RenderContactSheet(*catalogue, {"no such"}, 64, 4), Error);
  CHECK_THROWS_AS(RenderContactSheet(*catalogue, {}, 5000, 4), Error);
  CHECK_THROWS_AS(
      RenderContactSheet(
          *catalogue, std::vector<std::string>(3000, "Test#box"), 1024, 8),
      Error);
}

TEST_CASE("PiecePreview: the same bytes whatever the thread count") {
  const FurnitureFolder folder;
  const auto mesh = RedBoxes(folder)->Load("Test#box", {0, 0, 0}, {}, {});
  PreviewView view;
  view.width_px = view.height_px = 48;
  view.samples_per_pixel = 4;
  view.threads = 1;
  const ImageF one = RenderPiecePreview(*mesh, view);
  view.threads = 5;
  CHECK(RenderPiecePreview(*mesh, view) == one);
  for (size_t i = 0; i < one.size_bytes() / sizeof(float); ++i) {
    REQUIRE(std::isfinite(one.data()[i]));
  }
}
