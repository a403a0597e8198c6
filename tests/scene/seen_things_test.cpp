#include "engine/scene/seen_things.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include "engine/scene/analyze_scene.h"
#include "engine/scene/seen_floor.h"
#include "engine/scene/seen_openings.h"
#include "engine/scene/wall_point.h"
#include "scene/drawn_room.h"

namespace stage::engine {
namespace {

using testing::DrawnRoom;
using testing::DrawRoom;

constexpr uint32_t kSeed = 3;

/// A box room that a level camera looks into: 4 m wide, 5 m deep, 2.6 m high.
Scene PlainScene() {
  Scene scene;
  scene.camera.width_px = 320;
  scene.camera.height_px = 240;
  scene.camera.focal_px = 200;
  scene.camera.center_px = {160, 120};
  scene.camera.world_to_camera = WorldToCamera(8, 0, 0);
  scene.camera.position = {0, 1.45, 0};
  scene.room.floor = {{-2, -4}, {-2, 1}, {2, 1}, {2, -4}};
  scene.room.height = 2.6;
  return scene;
}

/// Calls `visit` with each pixel, the ray through it and how far along it
/// floor, ceiling or wall are.
template <typename Visit>
void ForEachRay(const Scene& scene, const Visit& visit) {
  const std::vector<Wall> walls = scene.room.Walls();
  const Eigen::Vector3d eye = scene.camera.position;
  for (int y = 0; y < scene.camera.height_px; ++y) {
    for (int x = 0; x < scene.camera.width_px; ++x) {
      const Eigen::Vector3d ray = scene.camera.Ray({x + 0.5, y + 0.5});
      double reach = ray.y() < 0 ? -eye.y() / ray.y()
                                 : (scene.room.height - eye.y()) / ray.y();
      const WallPoint wall = MeetWall(scene.camera, walls, {x + 0.5, y + 0.5});
      bool is_wall = false;
      if (wall.wall >= 0) {
        const Wall& met = walls[static_cast<size_t>(wall.wall)];
        const Eigen::Vector2d at = met.start + met.direction * wall.u;
        const double level = (at - Eigen::Vector2d(eye.x(), eye.z())).norm();
        const double to_wall = level / std::hypot(ray.x(), ray.z());
        is_wall = to_wall < reach;
        reach = std::min(reach, to_wall);
      }
      visit(x, y, ray, reach, is_wall ? wall : WallPoint{});
    }
  }
}

/// What a network that is never wrong sees of a scene with these openings.
SeenRoom SeenOf(const Scene& scene, const std::vector<Opening>& openings) {
  SeenRoom seen;
  seen.surface = Image<SeenSurface>(
      scene.camera.width_px, scene.camera.height_px, 1, SeenSurface::kUnknown);
  seen.certainty =
      ImageF(scene.camera.width_px, scene.camera.height_px, 1, 0.95f);
  ForEachRay(scene,
             [&](int x,
                 int y,
                 const Eigen::Vector3d& ray,
                 double,
                 const WallPoint& wall) {
               SeenSurface& surface = seen.surface.at(x, y);
               surface = wall.wall >= 0 ? SeenSurface::kWall
                         : ray.y() < 0  ? SeenSurface::kFloor
                                        : SeenSurface::kCeiling;
               for (const Opening& o : openings) {
                 if (o.wall != wall.wall || wall.u < o.u0 || wall.u > o.u1 ||
                     wall.v < o.v0 || wall.v > o.v1) {
                   continue;
                 }
                 surface = o.kind == OpeningKind::kWindow ? SeenSurface::kWindow
                                                          : SeenSurface::kDoor;
               }
             });
  return seen;
}

/// Distances along the optical axis.
ImageF DistancesOf(const Scene& scene) {
  ImageF distances(scene.camera.width_px, scene.camera.height_px, 1);
  const Eigen::Vector3d forward = scene.camera.world_to_camera.row(2);
  ForEachRay(
      scene,
      [&](int x, int y, const Eigen::Vector3d& ray, double reach, WallPoint) {
        distances.at(x, y) = static_cast<float>(reach * ray.dot(forward));
      });
  return distances;
}

cv::Mat FloorOf(const SeenRoom& seen) {
  return SeenFloor(seen, {seen.surface.width(), seen.surface.height()}) > 0;
}

/// The middle of the wall ahead, which all of the picture's middle shows.
Opening OnWallAhead(OpeningKind kind, double v0, double v1) {
  Opening opening;
  opening.kind = kind;
  opening.wall = 3;  // from the last corner back to the first
  opening.u0 = 1.2;
  opening.u1 = 2.3;
  opening.v0 = v0;
  opening.v1 = v1;
  opening.confidence = 0.8;
  return opening;
}

}  // namespace

TEST_CASE("SeenCameraHeight: from distances that make a floor") {
  const Scene scene = PlainScene();
  SeenRoom seen = SeenOf(scene, {});
  const cv::Mat floor = FloorOf(seen);
  CHECK_FALSE(SeenCameraHeight(seen, scene.camera, floor));
  seen.distance = DistancesOf(scene);
  const auto height = SeenCameraHeight(seen, scene.camera, floor);
  REQUIRE(height);
  CHECK(*height == doctest::Approx(1.45).epsilon(0.02));
  // As flat as a poster held before the lens: no floor.
  seen.distance = ImageF(320, 240, 1, 2.0f);
  CHECK_FALSE(SeenCameraHeight(seen, scene.camera, floor));
}

TEST_CASE("ReconcileOpenings: a network adds, denies and renames") {
  const Opening window = OnWallAhead(OpeningKind::kWindow, 0.9, 2.0);
  const Opening door = OnWallAhead(OpeningKind::kDoor, 0, 2.0);
  SUBCASE("adds what lines have not found") {
    Scene scene = PlainScene();
    ReconcileOpenings(SeenOf(scene, {window}), scene);
    REQUIRE(scene.room.openings.size() == 1);
    const Opening& found = scene.room.openings[0];
    CHECK(found.kind == OpeningKind::kWindow);
    CHECK(found.wall == 3);
    CHECK(found.u0 == doctest::Approx(1.2).epsilon(0.08));
    CHECK(found.u1 == doctest::Approx(2.3).epsilon(0.05));
    CHECK(found.v0 == doctest::Approx(0.9).epsilon(0.08));
    CHECK(found.v1 == doctest::Approx(2.0).epsilon(0.05));
  }
  SUBCASE("leaves edges to the lines, and says what it is") {
    Scene scene = PlainScene();
    Opening by_lines = door;
    by_lines.kind = OpeningKind::kWindow;
    by_lines.u0 += 0.04;
    by_lines.v0 = 0.1;
    scene.room.openings = {by_lines};
    ReconcileOpenings(SeenOf(scene, {door}), scene);
    REQUIRE(scene.room.openings.size() == 1);
    CHECK(scene.room.openings[0].kind == OpeningKind::kDoor);
    CHECK(scene.room.openings[0].u0 == by_lines.u0);
    CHECK(scene.room.openings[0].v0 == 0);
  }
  SUBCASE("denies a window in bare wall, but no passage") {
    Scene scene = PlainScene();
    Opening passage = door;
    passage.kind = OpeningKind::kPassage;
    passage.wall = 0;
    scene.room.openings = {window, passage};
    ReconcileOpenings(SeenOf(scene, {}), scene);
    REQUIRE(scene.room.openings.size() == 1);
    CHECK(scene.room.openings[0].kind == OpeningKind::kPassage);
  }
  SUBCASE("says nothing where it is not sure") {
    Scene scene = PlainScene();
    scene.room.openings = {window};
    SeenRoom unsure = SeenOf(scene, {door});
    std::fill_n(unsure.certainty.data(), 320 * 240, 0.2f);
    ReconcileOpenings(unsure, scene);
    REQUIRE(scene.room.openings.size() == 1);
    CHECK(scene.room.openings[0].kind == OpeningKind::kWindow);
  }
}

TEST_CASE("AddSeenThings: what stands on the floor, not what hangs") {
  const Scene scene = PlainScene();
  SeenRoom seen = SeenOf(scene, {});
  const cv::Rect chair(140, 150, 40, 60), picture(150, 80, 30, 25);
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 320; ++x) {
      if (chair.contains({x, y}) || picture.contains({x, y})) {
        seen.surface.at(x, y) = SeenSurface::kThing;
      }
    }
  }
  const cv::Mat floor = FloorOf(SeenOf(scene, {}));
  ObstacleMap found;
  found.occupied = cv::Mat::zeros(240, 320, CV_8U);
  found.foreground = cv::Mat::zeros(240, 320, CV_8U);
  const double hidden = AddSeenThings(seen, scene.camera, floor, found);
  CHECK(hidden == doctest::Approx(cv::countNonZero(floor(chair)) /
                                  double(cv::countNonZero(floor)))
                      .epsilon(0.02));
  REQUIRE(found.obstacles.size() == 1);
  CHECK(cv::countNonZero(found.foreground(chair)) > 0.95 * chair.area());
  CHECK(cv::countNonZero(found.foreground(picture)) == 0);
  // It stands ahead of the camera, where its foot is seen.
  Eigen::Vector2d middle(0, 0);
  for (const Eigen::Vector2d& p : found.obstacles[0].footprint) {
    middle += p / 4;
  }
  const auto foot = scene.camera.FloorPoint({160, 205});
  REQUIRE(foot);
  CHECK((middle - *foot).norm() < 0.5);
}

TEST_CASE("AddNearThings: relative depth shows what is before the room") {
  const Scene scene = PlainScene();
  const cv::Mat floor = FloorOf(SeenOf(scene, {}));
  SeenRoom seen;
  const ImageF distances = DistancesOf(scene);
  const cv::Rect column(100, 20, 40, 180);
  seen.nearness = ImageF(320, 240, 1);
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 320; ++x) {
      const float metres = column.contains({x, y})
                               ? std::min(1.8f, distances.at(x, y))
                               : distances.at(x, y);
      seen.nearness.at(x, y) = 7 / metres - 0.4f;  // no unit
    }
  }
  const auto empty_map = [] {
    ObstacleMap map;
    map.occupied = cv::Mat::zeros(240, 320, CV_8U);
    map.foreground = cv::Mat::zeros(240, 320, CV_8U);
    return map;
  };
  ObstacleMap found = empty_map();
  CHECK(AddNearThings(seen, scene.camera, scene.room, floor, found) > 0.8);
  const cv::Rect upper(104, 30, 32, 110);  // far wall behind it
  CHECK(cv::countNonZero(found.foreground(upper)) > 0.95 * upper.area());
  cv::Mat beside = found.foreground.clone();
  beside(cv::Rect(96, 16, 48, 188)).setTo(0);
  CHECK(cv::countNonZero(beside) == 0);

  // Depth of another room: the layout is doubted, and nothing marked.
  cv::Mat strange(240, 320, CV_32F, seen.nearness.data());
  for (int x = 0; x < 320; ++x) {
    strange.col(x).setTo(std::sin(x / 25.0));
  }
  ObstacleMap none = empty_map();
  CHECK(AddNearThings(seen, scene.camera, scene.room, floor, none) < 0.6);
  CHECK(cv::countNonZero(none.foreground) == 0);
}

TEST_CASE("AnalyzeScene: a network that is sure of nothing changes nothing") {
  const DrawnRoom room = DrawRoom(kSeed);
  SceneHints hints;
  const Scene plain = AnalyzeScene(room.srgb, 1000, 667, hints);
  Scene truth;
  truth.camera = room.camera.Resized(250, 167);
  truth.room = room.room;
  hints.seen = SeenOf(truth, {});
  std::fill_n(hints.seen.certainty.data(), 250 * 167, 0.1f);
  const Scene unsure = AnalyzeScene(room.srgb, 1000, 667, hints);
  CHECK(SceneToJson(unsure) == SceneToJson(plain));
}

}  // namespace stage::engine
