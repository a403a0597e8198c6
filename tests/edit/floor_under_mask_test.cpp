#include "engine/edit/floor_under_mask.h"

#include <doctest/doctest.h>

#include <opencv2/imgproc.hpp>

#include "edit/unknown_room.h"
#include "engine/render/room_prism.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 900, kHeight = 600;

/// A wall with upright posts.
ImageU8 Posts() {
  ImageU8 picture(kWidth, kHeight, 3, 235);
  cv::Mat mat(kHeight, kWidth, CV_8UC3, picture.data());
  for (int x = 40; x < kWidth; x += 90) {
    cv::rectangle(mat, {x, 0, 5, kHeight}, cv::Scalar::all(40), -1);
  }
  return picture;
}

ImageU8 MaskOf(const cv::Rect& box) {
  ImageU8 mask(kWidth, kHeight, 1);
  cv::Mat(kHeight, kWidth, CV_8U, mask.data())(box).setTo(255);
  return mask;
}

}  // namespace

TEST_CASE("FloorUnderMask: what comes to the picture's lower edge is floor") {
  const cv::Rect marked(100, 420, 600, 180);
  const MaskedFloor floor =
      FloorUnderMask(UnknownRoom(kWidth, kHeight), Posts(), MaskOf(marked));
  REQUIRE(floor.doubt == "");
  CHECK(floor.scene.trust == SceneTrust::kFloorOnly);
  const RoomPrism prism(floor.scene.room);
  for (const cv::Point& at :
       {cv::Point(101, 421), cv::Point(699, 421), cv::Point(400, 599)}) {
    const RoomHit hit = prism.Intersect(
        floor.scene.camera.position.cast<float>(),
        floor.scene.camera.Ray({at.x + 0.5, at.y + 0.5}).cast<float>());
    CHECK(hit.face == RoomPrism::kFloor);
  }
  // Seen from eye height: 1.3 m below, 300 of 560 pixels below the horizon.
  const auto near = floor.scene.camera.FloorPoint({450, 600});
  REQUIRE(near);
  CHECK(near->norm() == doctest::Approx(1.3 * 560 / 300).epsilon(0.02));
}

TEST_CASE("FloorUnderMask: what may as well be a wall or a table is doubted") {
  const auto doubt = [](const cv::Rect& box) {
    return FloorUnderMask(UnknownRoom(kWidth, kHeight), Posts(), MaskOf(box))
        .doubt;
  };
  CHECK(doubt({100, 400, 600, 120}).find("lower edge") != std::string::npos);
  CHECK(doubt({100, 200, 600, 400}).find("rises") != std::string::npos);
}

}  // namespace stage::engine
