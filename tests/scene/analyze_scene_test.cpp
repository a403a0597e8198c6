#include "engine/scene/analyze_scene.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>
#include <vector>

#include "engine/scene/floor_outline.h"
#include "scene/synthetic_room.h"

namespace stage::engine {
namespace {

double FloorIou(const SyntheticPhoto& photo, const Scene& scene) {
  const cv::Mat found =
      MaskOfOutline(scene.floor_polygon_px, photo.floor.size());
  const double either = cv::countNonZero(found | photo.floor);
  return either > 0 ? cv::countNonZero(found & photo.floor) / either : 0;
}

Scene Analyze(const SyntheticPhoto& photo, const SceneHints& hints = {}) {
  return AnalyzeScene(
      photo.srgb, photo.srgb.width(), photo.srgb.height(), hints);
}

/// Degrees between a direction found and the nearest true room axis.
double AxisError(const Camera& found, const Camera& truth, int axis) {
  double best = 90;
  for (int other = 0; other < 3; ++other) {
    if ((axis == 1) != (other == 1)) continue;
    const double cosine = std::abs(
        found.world_to_camera.col(axis).dot(truth.world_to_camera.col(other)));
    best = std::min(best, std::acos(std::min(1.0, cosine)) * 180 / M_PI);
  }
  return best;
}

/// Rooms that show enough floor to speak of.
std::vector<uint32_t> Seeds() { return {2, 3, 6, 11, 16, 18}; }

TEST_CASE("AnalyzeScene: drawn rooms are understood") {
  double iou_sum = 0;
  for (const uint32_t seed : Seeds()) {
    CAPTURE(seed);
    const SyntheticRoom room = MakeRoom(seed);
    const SyntheticPhoto photo = DrawRoom(room);
    const Scene scene = Analyze(photo);
    const double iou = FloorIou(photo, scene);
    iou_sum += iou;
    CHECK(iou > 0.9);
    CHECK(AxisError(scene.camera, room.camera, 1) < 1);
    CHECK(scene.trust == SceneTrust::kRoom);
    // The camera stands in the room it sees.
    CHECK(scene.room.Contains({0, 0}));
    CHECK(scene.room.floor.size() == scene.room.wall_is_real.size());
    CHECK(scene.room.floor.size() == scene.room.wall_is_visible.size());
    CHECK(scene.camera.position.y() > 0.8);
    CHECK(scene.camera.position.y() < 2);
  }
  CHECK(iou_sum / static_cast<double>(Seeds().size()) > 0.95);
}

TEST_CASE("AnalyzeScene: a wall at another angle is followed") {
  SyntheticRoom room = MakeRoom(6);
  room.layout.openings.clear();
  room.blocks.clear();
  room.camera.width_px = 1000;
  room.camera.height_px = 667;
  room.camera.focal_px = 520;
  room.camera.center_px = {500, 333.5};
  room.camera.world_to_camera = WorldToCamera(4, 0, 12);
  room.layout.floor = {
      {-2.2, -4.4}, {-2.2, 0.8}, {2.4, 0.8}, {2.4, -2.4}, {0.3, -4.4}};
  room.layout.wall_is_real.clear();
  room.wall_colors.assign(5, room.wall_colors.front());
  room.wall_colors[3] = room.wall_colors[3] * 0.93f;
  const SyntheticPhoto photo = DrawRoom(room);
  const Scene scene = Analyze(photo);
  CHECK(FloorIou(photo, scene) > 0.95);
  const Eigen::Vector2d truth =
      Eigen::Vector2d(0.3 - 2.4, -4.4 + 2.4).normalized();
  double best = 0;
  for (const Wall& wall : scene.room.Walls()) {
    if (wall.real) best = std::max(best, std::abs(wall.direction.dot(truth)));
  }
  CHECK(best > 0.99);
}

TEST_CASE("AnalyzeScene: the same photo gives the same scene") {
  const SyntheticPhoto photo = DrawRoom(MakeRoom(2));
  const Scene first = Analyze(photo), second = Analyze(photo);
  CHECK(first.floor_polygon_px == second.floor_polygon_px);
  CHECK(first.room.floor == second.room.floor);
  CHECK(first.free_floor == second.free_floor);
  CHECK(first.camera.focal_px == second.camera.focal_px);
}

TEST_CASE("AnalyzeScene: the user's heights fix the scale") {
  const SyntheticPhoto photo = DrawRoom(MakeRoom(2));
  SceneHints hints;
  hints.camera_height_m = 1.1;
  CHECK(Analyze(photo, hints).camera.position.y() == doctest::Approx(1.1));
  hints.camera_height_m.reset();
  hints.ceiling_height_m = 3.1;
  CHECK(Analyze(photo, hints).room.height == doctest::Approx(3.1));
}

TEST_CASE("AnalyzeScene: the user's floor outline is taken as it is") {
  const SyntheticPhoto photo = DrawRoom(MakeRoom(6));
  SceneHints hints;
  hints.floor_polygon_px = OutlineOfMask(photo.floor);
  const Scene scene = Analyze(photo, hints);
  CHECK(scene.floor_polygon_px == hints.floor_polygon_px);
  CHECK(scene.trust == SceneTrust::kRoom);
  cv::Mat free(scene.free_floor.height(),
               scene.free_floor.width(),
               CV_8U,
               const_cast<uint8_t*>(scene.free_floor.data()));
  const double both = cv::countNonZero(free & photo.floor);
  CHECK(both / cv::countNonZero(free | photo.floor) > 0.93);
}

TEST_CASE("AnalyzeScene: a room full of things is no empty room") {
  SyntheticPhoto photo = DrawRoom(MakeRoom(6));
  cv::Mat picture(
      photo.srgb.height(), photo.srgb.width(), CV_8UC3, photo.srgb.data());
  const Scene empty = Analyze(photo);
  std::mt19937 random(1);
  const auto up_to = [&](int n) { return static_cast<int>(random() % n); };
  for (int i = 0; i < 60; ++i) {
    const cv::Point at(up_to(picture.cols),
                       picture.rows - up_to(picture.rows / 2));
    const cv::RotatedRect thing(cv::Point2f(at),
                                cv::Size2f(30.f + up_to(90), 20.f + up_to(60)),
                                static_cast<float>(up_to(180)));
    cv::Point2f corners[4];
    thing.points(corners);
    std::vector<cv::Point> outline(corners, corners + 4);
    cv::fillConvexPoly(
        picture, outline, cv::Scalar(up_to(255), up_to(255), up_to(255)));
  }
  const Scene full = Analyze(photo);
  CHECK(empty.trust == SceneTrust::kRoom);
  CHECK(full.trust != SceneTrust::kRoom);
  CHECK(full.confidence < empty.confidence);
}

TEST_CASE("AnalyzeScene: a picture without lines is trusted for nothing") {
  const ImageU8 grey(640, 480, 3, 128);
  const Scene scene = AnalyzeScene(grey, 640, 480, {});
  CHECK(scene.trust == SceneTrust::kNone);
  CHECK(scene.floor_polygon_px.empty());
  CHECK(scene.vanishing_points.size() == 3);
}

TEST_CASE("AnalyzeScene: coordinates refer to the full photo") {
  const SyntheticPhoto photo = DrawRoom(MakeRoom(2));
  const Scene small = Analyze(photo);
  const Scene large = AnalyzeScene(
      photo.srgb, 3 * photo.srgb.width(), 3 * photo.srgb.height(), {});
  REQUIRE(small.floor_polygon_px.size() == large.floor_polygon_px.size());
  for (size_t i = 0; i < small.floor_polygon_px.size(); ++i) {
    CHECK((3 * small.floor_polygon_px[i] - large.floor_polygon_px[i]).norm() <
          1e-6);
  }
  CHECK(large.camera.focal_px == doctest::Approx(3 * small.camera.focal_px));
  CHECK(large.free_floor == small.free_floor);
}

}  // namespace
}  // namespace stage::engine
