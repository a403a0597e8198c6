#include "plan/random_room.h"

#include <cmath>
#include <random>

namespace stage::test {
namespace {

using engine::Camera;
using engine::OpeningKind;
using engine::Scene;

/// Uniform numbers that do not depend on the standard library's distributions.
class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed * 2654435761u + 12345u) {}
  double Between(double low, double high) {
    return low + (high - low) * (engine_() / 4294967295.0);
  }
  bool Chance(double probability) { return Between(0, 1) < probability; }

 private:
  std::mt19937 engine_;
};

Camera CameraFor(
    double focal, double pitch, double yaw, double height, bool portrait) {
  Camera camera;
  camera.width_px = portrait ? 1000 : 1500;
  camera.height_px = portrait ? 1500 : 1000;
  camera.focal_px = focal * 1500;
  camera.center_px = {camera.width_px / 2.0, camera.height_px / 2.0};
  camera.world_to_camera = engine::WorldToCamera(pitch, 0, yaw);
  camera.position = {0, height, 0};
  return camera;
}

}  // namespace

void AddOpening(OpeningKind kind,
                int wall,
                double u0,
                double u1,
                double v0,
                double v1,
                Scene& scene) {
  engine::Opening opening;
  opening.kind = kind;
  opening.wall = wall;
  opening.u0 = u0;
  opening.u1 = u1;
  opening.v0 = v0;
  opening.v1 = v1;
  opening.confidence = 0.9;
  scene.room.openings.push_back(opening);
}

Scene BoxRoom(double width, double length, double behind) {
  Scene scene;
  scene.camera = CameraFor(0.6, 6, 0, 1.4, false);
  const double back = behind - length;
  // Back left, near left, near right, back right.
  scene.room.floor = {{-width / 2, back},
                      {-width / 2, behind},
                      {width / 2, behind},
                      {width / 2, back}};
  scene.room.wall_is_real = {true, false, true, true};
  scene.room.wall_is_visible = {true, false, true, true};
  scene.room.height = 2.6;
  scene.confidence = 0.9;
  scene.trust = engine::SceneTrust::kRoom;
  return scene;
}

Scene RandomRoom(uint32_t seed, const RoomLimits& limits) {
  Dice dice(seed);
  const double width = dice.Between(limits.min_width, limits.max_width);
  const double length = dice.Between(limits.min_length, limits.max_length);
  const double behind = dice.Between(0.15, 0.9);
  const double left = -width * dice.Between(0.2, 0.8);
  const double right = left + width, back = behind - length;
  Scene scene;
  scene.room.floor = {
      {left, back}, {left, behind}, {right, behind}, {right, back}};
  if (dice.Chance(0.25) && width > 4 && length > 4.5) {
    // The back right corner is cut out: an L.
    const double in_x = right - width * dice.Between(0.25, 0.45);
    const double in_z = back + length * dice.Between(0.2, 0.4);
    scene.room.floor = {{left, back},
                        {left, behind},
                        {right, behind},
                        {right, in_z},
                        {in_x, in_z},
                        {in_x, back}};
  }
  scene.room.wall_is_real.assign(scene.room.floor.size(), true);
  scene.room.wall_is_real[1] = dice.Chance(0.3);
  scene.room.wall_is_visible.assign(scene.room.floor.size(), true);
  scene.room.height = dice.Between(2.4, 3.0);
  // Look at a point of the room's far half.
  const double aim_x = left + width * dice.Between(0.3, 0.7);
  const double yaw = std::atan2(aim_x, -back * 0.8) * 180 / 3.14159265;
  scene.camera = CameraFor(dice.Between(0.45, 0.8),
                           dice.Between(-2, 12),
                           yaw,
                           dice.Between(1.15, 1.55),
                           dice.Chance(0.25));
  const auto walls = scene.room.Walls();
  const int openings = 1 + static_cast<int>(dice.Between(0, 4));
  for (int i = 0; i < openings; ++i) {
    const auto wall = static_cast<int>(
        dice.Between(0, static_cast<double>(walls.size()) - 1e-6));
    const bool door = i == 0 || dice.Chance(0.3);
    const double wide = door ? dice.Between(0.75, 1.8) : dice.Between(0.6, 2.2);
    if (walls[wall].length < wide + 0.3) continue;
    const double u = dice.Between(0.1, walls[wall].length - wide - 0.1);
    bool free = true;
    for (const auto& other : scene.room.openings) {
      free = free && (other.wall != wall || u > other.u1 + 0.1 ||
                      u + wide < other.u0 - 0.1);
    }
    if (!free) continue;
    if (door) {
      AddOpening(dice.Chance(0.5) ? OpeningKind::kDoor : OpeningKind::kPassage,
                 wall,
                 u,
                 u + wide,
                 0,
                 2.05,
                 scene);
    } else {
      AddOpening(OpeningKind::kWindow,
                 wall,
                 u,
                 u + wide,
                 dice.Between(0.1, 1.1),
                 2.2,
                 scene);
    }
  }
  scene.confidence = 0.9;
  scene.trust = engine::SceneTrust::kRoom;
  return scene;
}

}  // namespace stage::test
