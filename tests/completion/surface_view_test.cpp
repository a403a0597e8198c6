#include "engine/completion/surface_view.h"

#include <doctest/doctest.h>

#include "completion/box_scene.h"

namespace stage::engine {
namespace {

ImageU8 Hole(int width, int height, int x0, int y0, int x1, int y1) {
  ImageU8 hole(width, height, 1);
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) hole.at(x, y) = 255;
  }
  return hole;
}

TEST_CASE("LayOutSurfaces: floor and wall without perspective, both ways") {
  const Scene scene = test::BoxScene(600, 400);
  // Across the back wall's foot, which the level camera sees at row 396.
  const SurfaceLayout layout = LayOutSurfaces(
      scene, Hole(600, 400, 250, 300, 350, 400), KnownFaces::kAll);
  REQUIRE(layout.surfaces.size() >= 2);
  for (int y = 305; y < 400; y += 10) {
    const int index = layout.surface_at.at(300, y);
    const SurfaceView& view = layout.surfaces[index];
    REQUIRE(view.lens.has_value());
    const Eigen::Vector2d at(300.5, y + 0.5);
    const auto raster = view.ToRaster(at);
    REQUIRE(raster.has_value());
    CHECK((view.ToPhoto(*raster) - at).norm() < 1e-6);
  }
}

TEST_CASE("LayOutSurfaces: squares of a wall are squares of its raster") {
  const Scene scene = test::BoxScene(600, 400);
  const SurfaceLayout layout =
      LayOutSurfaces(scene, Hole(600, 400, 30, 180, 60, 220), KnownFaces::kAll);
  const SurfaceView& view = layout.surfaces[layout.surface_at.at(40, 200)];
  REQUIRE(view.plain_rows.has_value());
  const auto raster_of = [&](double x, double height) {
    return *view.ToRaster(*scene.camera.Project({x, height, -3}));
  };
  const Eigen::Vector2d origin = raster_of(-1.6, 1.2);
  const double along = (raster_of(-1.2, 1.2) - origin).norm();
  const double up = (raster_of(-1.6, 1.6) - origin).norm();
  CHECK(along == doctest::Approx(0.4 * view.px_per_m).epsilon(1e-3));
  CHECK(up == doctest::Approx(0.4 * view.px_per_m).epsilon(1e-3));
}

TEST_CASE("LayOutSurfaces: where no face is known there is the picture only") {
  const SurfaceLayout layout =
      LayOutSurfaces(test::BoxScene(600, 400),
                     Hole(600, 400, 250, 300, 350, 400),
                     KnownFaces::kNone);
  REQUIRE(layout.surfaces.size() == 1);
  CHECK_FALSE(layout.surfaces[0].lens.has_value());
  CHECK(layout.surface_at.at(300, 350) == 0);
}

TEST_CASE("LayOutSurfaces: a floor alone, and the picture above it") {
  Scene scene = test::BoxScene(600, 400);
  scene.camera.world_to_camera = WorldToCamera(20, 0, 0);
  const SurfaceLayout layout = LayOutSurfaces(
      scene, Hole(600, 400, 250, 150, 350, 380), KnownFaces::kFloor);
  REQUIRE(layout.surfaces.size() == 2);
  const SurfaceView& floor = layout.surfaces[layout.surface_at.at(300, 370)];
  CHECK(floor.lens.has_value());
  CHECK_FALSE(floor.plain_rows.has_value());
  CHECK_FALSE(layout.surfaces[layout.surface_at.at(300, 160)].lens.has_value());
}

TEST_CASE("LayOutSurfaces: a window that is hidden in part is a surface") {
  const Scene scene = test::BoxSceneWithWindow(600, 400);
  const SurfaceLayout layout = LayOutSurfaces(
      scene, Hole(600, 400, 200, 180, 260, 330), KnownFaces::kAll);
  const uint8_t window = layout.surface_at.at(230, 200);
  CHECK(layout.surfaces[window].is_opening);
  CHECK(layout.surface_at.at(350, 150) == window);
  const uint8_t wall = layout.surface_at.at(230, 310);
  CHECK_FALSE(layout.surfaces[wall].is_opening);
  CHECK(layout.surface_at.at(100, 200) == wall);
  // No wall is to be filled with it.
  CHECK(layout.openings.at(350, 150) == 255);
  CHECK(layout.openings.at(100, 200) == 0);
}

TEST_CASE("LayOutSurfaces: of windows that are hidden, or not, there is none") {
  const Scene scene = test::BoxSceneWithWindow(600, 400);
  const SurfaceLayout away = LayOutSurfaces(
      scene, Hole(600, 400, 60, 180, 120, 330), KnownFaces::kAll);
  CHECK(away.openings.at(350, 150) == 255);
  const SurfaceLayout hidden = LayOutSurfaces(
      scene, Hole(600, 400, 180, 110, 400, 330), KnownFaces::kAll);
  CHECK(hidden.openings.at(405, 150) == 0);
  for (const SurfaceLayout& layout : {away, hidden}) {
    for (const SurfaceView& view : layout.surfaces) {
      CHECK_FALSE(view.is_opening);
    }
  }
}

}  // namespace
}  // namespace stage::engine
