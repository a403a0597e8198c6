#include "engine/pipeline/wall_under_mask.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "edit/unknown_room.h"
#include "engine/render/room_prism.h"

namespace stage::engine {
namespace {

constexpr int kWidth = 900, kHeight = 600;

struct Box {
  int x, y, width, height;
};

void Fill(const Box& box, uint8_t grey, ImageU8& picture) {
  for (int y = box.y; y < box.y + box.height; ++y) {
    std::fill_n(picture.row(y) + box.x * picture.channels(),
                box.width * picture.channels(),
                grey);
  }
}

/// A panelled wall, seen straight on.
ImageU8 Panels() {
  ImageU8 picture(kWidth, kHeight, 3, 225);
  for (int x = 60; x + 150 < kWidth; x += 170) {
    Fill({x, 60, 150, 330}, 120, picture);
    Fill({x + 5, 65, 140, 320}, 225, picture);
  }
  return picture;
}

ImageU8 MaskOf(const Box& box) {
  ImageU8 mask(kWidth, kHeight, 1);
  Fill(box, 255, mask);
  return mask;
}

}  // namespace

TEST_CASE("WallUnderMask: a wall lies where the mask is, as far as it may be") {
  const Box marked(100, 30, 700, 420);
  const MaskedWall wall =
      WallUnderMask(UnknownRoom(kWidth, kHeight), Panels(), MaskOf(marked));
  REQUIRE(wall.doubt == "");
  const RoomPrism prism(wall.scene.room);
  const Eigen::Vector3f eye = wall.scene.camera.position.cast<float>();
  double nearest = 1e9, farthest = 0;
  for (const Eigen::Vector2d& at : {Eigen::Vector2d(101, 31),
                                    {798, 31},
                                    {450, 240},
                                    {101, 448},
                                    {798, 448}}) {
    const Eigen::Vector3f ray = wall.scene.camera.Ray(at).cast<float>();
    const RoomHit hit = prism.Intersect(eye, ray);
    CHECK(hit.face >= RoomPrism::kFirstWall);
    const double away = -(hit.point - eye).z();
    nearest = std::min(nearest, away);
    farthest = std::max(farthest, away);
  }
  // It stands across: 1.25 m of wall above the eye are 270 of 560 pixels.
  CHECK(farthest - nearest < 0.05);
  CHECK(nearest == doctest::Approx(1.25 * 560 / 270).epsilon(0.1));
}

TEST_CASE("WallUnderMask: what may as well be ceiling or table is doubted") {
  const auto doubt = [](const Box& box) {
    return WallUnderMask(UnknownRoom(kWidth, kHeight), Panels(), MaskOf(box))
        .doubt;
  };
  CHECK(doubt({100, 0, 600, 200}).find("height of the eye") !=
        std::string::npos);
  CHECK(doubt({100, 400, 600, 100}).find("height of the eye") !=
        std::string::npos);
}

}  // namespace stage::engine
