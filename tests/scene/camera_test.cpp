#include "engine/scene/camera.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

Camera TiltedCamera(double k1) {
  Camera camera;
  camera.width_px = 1200;
  camera.height_px = 800;
  camera.focal_px = 700;
  camera.center_px = {600, 430};
  camera.k1 = k1;
  camera.world_to_camera = WorldToCamera(12, -3, 25);
  camera.position = {0, 1.5, 0};
  return camera;
}

TEST_CASE("Camera: a point projects to the pixel whose ray meets it") {
  for (const double k1 : {0.0, 0.12, -0.08}) {
    const Camera camera = TiltedCamera(k1);
    for (double x = 20; x < 1200; x += 170) {
      for (double y = 20; y < 800; y += 170) {
        const Eigen::Vector3d point =
            camera.position + 3.7 * camera.Ray({x, y});
        const auto pixel = camera.Project(point);
        REQUIRE(pixel);
        CHECK((*pixel - Eigen::Vector2d(x, y)).norm() < 1e-6);
      }
    }
  }
}

TEST_CASE("Camera: nothing behind it is projected") {
  const Camera camera = TiltedCamera(0.05);
  CHECK_FALSE(camera.Project(camera.position - camera.Ray({600, 400})));
}

TEST_CASE("Camera: angles read back are those it was turned by") {
  const Eigen::Vector3d angles = TiltedCamera(0).PitchRollYawDegrees();
  CHECK(angles[0] == doctest::Approx(12));
  CHECK(angles[1] == doctest::Approx(-3));
  CHECK(angles[2] == doctest::Approx(25));
}

TEST_CASE("Camera: positive pitch looks down and positive yaw to the right") {
  Camera camera = TiltedCamera(0);
  camera.world_to_camera = WorldToCamera(10, 0, 30);
  const Eigen::Vector3d ray = camera.Ray(camera.center_px);
  CHECK(ray.y() == doctest::Approx(-std::sin(10 * M_PI / 180)));
  CHECK(std::atan2(ray.x(), -ray.z()) == doctest::Approx(30 * M_PI / 180));
}

TEST_CASE("Camera: barrel distortion draws the corners inwards") {
  const Camera straight = TiltedCamera(0);
  const Camera barrel = TiltedCamera(0.1);
  const Eigen::Vector3d far_corner = straight.position + straight.Ray({5, 5});
  const auto pixel = barrel.Project(far_corner);
  REQUIRE(pixel);
  CHECK((*pixel - barrel.center_px).norm() <
        (Eigen::Vector2d(5, 5) - barrel.center_px).norm() - 10);
}

TEST_CASE("Camera: a resized camera sees the same directions") {
  const Camera camera = TiltedCamera(0.07);
  const Camera half = camera.Resized(600, 400);
  const Eigen::Vector2d pixel(150, 700);
  CHECK((camera.Ray(pixel) - half.Ray(pixel / 2)).norm() < 1e-9);
}

TEST_CASE("Camera: a floor point lies on the floor under its pixel") {
  const Camera camera = TiltedCamera(0.07);
  const auto floor = camera.FloorPoint({300, 700});
  REQUIRE(floor);
  const auto pixel = camera.Project({floor->x(), 0, floor->y()});
  REQUIRE(pixel);
  CHECK((*pixel - Eigen::Vector2d(300, 700)).norm() < 1e-6);
  CHECK_FALSE(camera.FloorPoint({600, 20}));
}

}  // namespace
}  // namespace stage::engine
