#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

using nlohmann::json;

Scene SmallScene() {
  Scene scene;
  scene.camera.width_px = 1500;
  scene.camera.height_px = 1000;
  scene.camera.focal_px = 800;
  scene.camera.center_px = {750, 500};
  scene.camera.world_to_camera = WorldToCamera(5, 1, -20);
  scene.camera.position = {0, 1.35, 0};
  scene.room.floor = {{-2, -4}, {-2, 1}, {2, 1}, {2, -4}};
  scene.room.height = 2.5;
  scene.room.openings.push_back({OpeningKind::kWindow, 3, 1, 2, 0.9, 2, 0.8});
  scene.floor_polygon_px = {{0, 1000}, {400, 600}, {900, 610}, {1500, 1000}};
  scene.vanishing_points = {{1, 2, 1}, {3, 4, 1}, {5, 6, 1}};
  scene.confidence = 0.8;
  return scene;
}

std::string MessageOf(const json& sidecar) {
  try {
    HintsFromJson(sidecar);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kInput);
    return error.what();
  }
  return "";
}

TEST_CASE("SceneToJson: what it prints can be given back as a sidecar") {
  const Scene scene = SmallScene();
  const SceneHints hints = HintsFromJson(SceneToJson(scene));
  REQUIRE(hints.focal_px);
  CHECK(*hints.focal_px == doctest::Approx(800));
  REQUIRE(hints.pitch_roll_yaw_degrees);
  CHECK((*hints.pitch_roll_yaw_degrees - Eigen::Vector3d(5, 1, -20)).norm() <
        0.01);
  CHECK(*hints.camera_height_m == doctest::Approx(1.35));
  CHECK(*hints.ceiling_height_m == doctest::Approx(2.5));
  CHECK(hints.floor_polygon_px.size() == 4);
  REQUIRE(hints.openings);
  REQUIRE(hints.openings->size() == 1);
  CHECK((*hints.openings)[0].kind == OpeningKind::kWindow);
  CHECK((*hints.openings)[0].width > 10);
}

TEST_CASE("HintsFromJson: a wrong key is named") {
  CHECK(
      MessageOf({{"camera", {{"focal_px", "wide"}}}}).find("camera.focal_px") !=
      std::string::npos);
  CHECK(MessageOf({{"camera", {{"pitch_deg", 3}}}}).find("roll_deg") !=
        std::string::npos);
  CHECK(MessageOf({{"floor_polygon", {{1, 2}, {3, 4}, {5}}}})
            .find("floor_polygon[2]") != std::string::npos);
  CHECK(MessageOf({{"openings", {{{"kind", "hatch"}, {"box", {0, 0, 9, 9}}}}}})
            .find("openings[0].kind") != std::string::npos);
  CHECK(MessageOf({{"room", {{"height", 300}}}}).find("room.height") !=
        std::string::npos);
}

TEST_CASE("HintsFromJson: keys of others are left alone") {
  const SceneHints hints =
      HintsFromJson({{"room", "bedroom"}, {"style", "modern"}});
  CHECK_FALSE(hints.ceiling_height_m);
  CHECK_FALSE(hints.openings);
}

}  // namespace
}  // namespace stage::engine
