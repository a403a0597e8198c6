#include "engine/views/compare_views.h"

#include <doctest/doctest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/mat_view.h"
#include "engine/scene/analyze_scene.h"
#include "scene/synthetic_room.h"

namespace stage::engine {
namespace {

constexpr double kPitch = 6;

/// A room with a floor of boards and a cupboard, seen from one place.
SyntheticRoom Room(uint32_t seed, double x, double yaw_degrees) {
  SyntheticRoom room;
  room.camera.width_px = 720;
  room.camera.height_px = 480;
  room.camera.focal_px = 430;
  room.camera.center_px = {360, 240};
  room.camera.position = {x, 1.4, 0};
  room.camera.world_to_camera = WorldToCamera(kPitch, 0, yaw_degrees);
  room.layout.floor = {{-2.2, -3.6}, {-2.2, 1}, {2.2, 1}, {2.2, -3.6}};
  room.layout.height = 2.6;
  room.wall_colors.assign(4, {0.8f, 0.79f, 0.76f});
  room.blocks.push_back(
      {{-0.4, 0, -3.5}, {0.5, 0.9, -3.0}, {0.35f, 0.25f, 0.2f}});
  room.seed = seed;
  return room;
}

RoomView ViewOf(const SyntheticRoom& room, const char* name) {
  RoomView view;
  view.name = name;
  view.srgb = DrawRoom(room).srgb;
  view.scene.camera = room.camera;
  view.scene.room = room.layout;
  return view;
}

/// The same speckled garden in every window.
void PaintGarden(RoomView& view, bool window_is_known) {
  cv::Mat garden(170, 290, CV_8UC3), photo = MatOf(view.srgb);
  cv::RNG random(5);
  random.fill(garden, cv::RNG::UNIFORM, 0, 255);
  cv::GaussianBlur(garden, garden, {}, 2);
  cv::normalize(garden, garden, 0, 255, cv::NORM_MINMAX);
  garden.copyTo(photo(cv::Rect(215, 70, 290, 170)));
  if (!window_is_known) return;
  const std::vector<Wall> walls = view.scene.room.Walls();
  for (size_t i = 0; i < walls.size(); ++i) {
    if (walls[i].normal.y() < 0.9) continue;
    view.scene.room.openings.push_back({.kind = OpeningKind::kWindow,
                                        .wall = static_cast<int>(i),
                                        .u0 = 0.8,
                                        .u1 = 3.6,
                                        .v0 = 0.9,
                                        .v1 = 2.5});
  }
}

TEST_CASE("CompareViews: two views of one room fit, and tell the turn") {
  for (const double turn : {-20.0, 0.0, 12.0, 25.0}) {
    CAPTURE(turn);
    const ViewComparison found =
        CompareViews(ViewOf(Room(3, 0, -5), "a.jpg"),
                     ViewOf(Room(3, 0.5, turn - 5), "b.jpg"));
    CAPTURE(found.rejection_reason);
    CHECK(found.compatible);
    CHECK_FALSE(found.hard_rejected);
    CHECK(found.rejection_reason.empty());
    CHECK(found.consistent <= found.matches);
    REQUIRE(found.turn_degrees);
    CHECK(std::abs(*found.turn_degrees - turn) < 3);
  }
}

TEST_CASE("CompareViews: rooms that only look alike do not fit") {
  for (const uint32_t seed : {4u, 5u, 6u}) {
    CAPTURE(seed);
    const ViewComparison found = CompareViews(
        ViewOf(Room(3, 0, 0), "a.jpg"), ViewOf(Room(seed, 0.3, 8), "b.jpg"));
    CHECK_FALSE(found.compatible);
    CHECK_FALSE(found.hard_rejected);
    CHECK_FALSE(found.rejection_reason.empty());
    CHECK_FALSE(found.turn_degrees);
  }
}

TEST_CASE("CompareViews: the same garden outside makes no common room") {
  SyntheticRoom other = Room(4, 0, 0);
  other.floor = FloorKind::kCarpet;
  other.blocks.clear();
  RoomView a = ViewOf(Room(3, 0, 0), "a.jpg"), b = ViewOf(other, "b.jpg");
  PaintGarden(a, false);
  PaintGarden(b, false);
  // It would, were the windows not known.
  CHECK(CompareViews(a, b).compatible);
  PaintGarden(a, true);
  PaintGarden(b, true);
  CHECK_FALSE(CompareViews(a, b).compatible);
}

TEST_CASE("CompareViews: a room and a house from outside never fit") {
  const RoomView inside = ViewOf(Room(3, 0, 0), "a.jpg");
  RoomView outside = inside;
  outside.name = "front.jpg";
  outside.scene.outdoors = true;
  const ViewComparison found = CompareViews(inside, outside);
  CHECK(found.hard_rejected);
  CHECK_FALSE(found.compatible);
  CHECK(found.rejection_reason.find("front.jpg") == 0);
}

TEST_CASE("CompareViews: a flipped photo is not of the same room") {
  const RoomView room = ViewOf(Room(3, 0, -5), "a.jpg");
  RoomView flipped = ViewOf(Room(3, 0.5, 5), "b.jpg");
  // What looks the same in a mirror: windows, frames, lamps.
  RoomView a = room;
  cv::RNG random(7);
  for (int i = 0; i < 40; ++i) {
    cv::Mat half(24, 12, CV_8UC3), mirrored, patch;
    random.fill(half, cv::RNG::UNIFORM, 0, 255);
    cv::GaussianBlur(half, half, {}, 1.5);
    cv::normalize(half, half, 0, 255, cv::NORM_MINMAX);
    cv::flip(half, mirrored, 1);
    cv::hconcat(half, mirrored, patch);
    const cv::Rect at(40 + 77 * (i % 8), 60 + 70 * (i / 8), 24, 24);
    patch.copyTo(MatOf(a.srgb)(at));
    patch.copyTo(MatOf(flipped.srgb)(at + cv::Point(i / 8, 0)));
  }
  CHECK_FALSE(CompareViews(a, flipped).hard_rejected);
  cv::Mat other = MatOf(flipped.srgb);
  cv::flip(other, other, 1);
  const ViewComparison found = CompareViews(a, flipped);
  CAPTURE(found.consistent);
  CAPTURE(found.rejection_reason);
  CHECK(found.hard_rejected);
  CHECK_FALSE(found.compatible);
}

TEST_CASE("CompareViews: two views of one house from outside are no room") {
  RoomView outside = ViewOf(Room(3, 0, 0), "front.jpg");
  outside.scene.outdoors = true;
  const ViewComparison found = CompareViews(outside, outside);
  CHECK(found.hard_rejected);
  CHECK_FALSE(found.compatible);
}

TEST_CASE("CompareViews: what is recognised as no room never fits") {
  const RoomView inside = ViewOf(Room(3, 0, 0), "a.jpg");
  RoomView plan = inside;
  plan.name = "plan.jpg";
  plan.no_room = "floor plan";
  const ViewComparison found = CompareViews(inside, plan);
  CHECK(found.hard_rejected);
  CHECK(found.rejection_reason == "plan.jpg shows no room but a floor plan");
}

TEST_CASE("CompareViews: surely other kinds of rooms never fit") {
  RoomView a = ViewOf(Room(3, 0, 0), "a.jpg"),
           b = ViewOf(Room(4, 0.3, 8), "b.jpg");
  a.scene.room_type = "bathroom";
  b.scene.room_type = "living";
  a.scene.room_type_probability = b.scene.room_type_probability = 0.9;
  CHECK(CompareViews(a, b).hard_rejected);
  b.scene.room_type_probability = 0.6;  // not sure
  CHECK_FALSE(CompareViews(a, b).hard_rejected);
  b.scene.room_type_probability = 0.9;
  a.scene.room_type = "kitchen";  // may be a part of it
  CHECK_FALSE(CompareViews(a, b).hard_rejected);
  // What both see counts more than what they are taken for.
  RoomView same = ViewOf(Room(3, 0.5, 10), "c.jpg");
  a.scene.room_type = "bathroom";
  same.scene.room_type = "living";
  same.scene.room_type_probability = 0.9;
  const ViewComparison found = CompareViews(a, same);
  CHECK(found.compatible);
  CHECK_FALSE(found.hard_rejected);
}

TEST_CASE("CompareViews: pictures without anything to recognise do not fit") {
  RoomView plain;
  plain.srgb = ImageU8(300, 200, 3);
  const ViewComparison found = CompareViews(plain, plain);
  CHECK_FALSE(found.compatible);
  CHECK(found.hard_rejected);
  CHECK(found.matches == 0);
}

}  // namespace
}  // namespace stage::engine
