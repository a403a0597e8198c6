#include "engine/pipeline/see_room.h"

#include <doctest/doctest.h>

#include "engine/pipeline/selected_surface.h"

namespace stage::engine {

// Classes as the published SegFormers' config.json names them.
TEST_CASE("SurfaceOf: classes of ADE20K in the terms of a room") {
  CHECK(SurfaceOf("floor") == SeenSurface::kFloor);
  CHECK(SurfaceOf("floor;flooring") == SeenSurface::kFloor);
  CHECK(SurfaceOf("rug;carpet;carpeting") == SeenSurface::kFloor);
  CHECK(SurfaceOf("wall") == SeenSurface::kWall);
  CHECK(SurfaceOf("windowpane") == SeenSurface::kWindow);
  CHECK(SurfaceOf("windowpane, window") == SeenSurface::kWindow);
  CHECK(SurfaceOf("screen door;screen") == SeenSurface::kDoor);
  CHECK(SurfaceOf("sofa;couch;lounge") == SeenSurface::kThing);
  CHECK(SurfaceOf("fireplace;hearth;open fireplace") == SeenSurface::kThing);
  CHECK(SurfaceOf("stairs;steps") == SeenSurface::kThing);
  // Hides wall and window alike, or is seen through one.
  CHECK(SurfaceOf("curtain;drape;drapery") == SeenSurface::kUnknown);
  CHECK(SurfaceOf("sky") == SeenSurface::kUnknown);
  CHECK(SurfaceOf("tree") == SeenSurface::kUnknown);
}

TEST_CASE("ClassNamedIn: the longest name that a selection speaks of") {
  const std::vector<std::string> labels = {"wall",
                                           "table",
                                           "pool table;billiard table",
                                           "sofa;couch;lounge",
                                           "bench"};
  CHECK(ClassNamedIn("walls", labels) == 0);
  CHECK(ClassNamedIn("Oak dining table", labels) == 1);
  CHECK(ClassNamedIn("old billiard table", labels) == 2);
  CHECK(ClassNamedIn("couches", labels) == 3);
  CHECK(ClassNamedIn("benches", labels) == 4);
  CHECK(ClassNamedIn("wallpaper", labels) == -1);
  CHECK(ClassNamedIn("stable", labels) == -1);
  CHECK(ClassNamedIn("", labels) == -1);
}

}  // namespace stage::engine
