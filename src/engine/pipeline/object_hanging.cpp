#include "engine/pipeline/object_hanging.h"

#include <algorithm>
#include <cmath>

#include "engine/render/room_prism.h"

namespace stage::engine {
namespace {

constexpr double kWallDistance = 3;  // metres; any will do: sizes follow

ObjectPlace Hanging(const ObjectRequest& asked,
                    const ObjectWish& wish,
                    const Eigen::Vector3d& middle,
                    const Eigen::Vector2d& facing,
                    double width,
                    double height) {
  std::vector<ObjectCandidate> candidates;
  for (const Piece* piece : PiecesOf(asked.catalogue, wish.on_wall)) {
    const double shape =
        std::log(piece->height / piece->width * width / height);
    // Art comes in all sizes, its shape is its own; clocks are about as large
    // as they are.
    const double size =
        0.2 * std::abs(std::log(
                  std::min(width / piece->width, height / piece->height)));
    candidates.push_back({piece, std::abs(shape) + size, 0});
  }
  const Piece& piece = *BestObject(candidates, asked).piece;
  // As large as the mask allows.
  const double scale = std::min(width / piece.width, height / piece.height);
  ObjectPlace place;
  place.surface = "wall";
  place.placement.piece = piece.id;
  place.placement.role = "object";
  place.placement.size = {
      piece.width * scale, piece.depth, piece.height * scale};
  place.placement.yaw = YawOf(facing);
  const double out = 0.5 * piece.depth + 0.004;
  place.placement.position = {middle.x() + facing.x() * out,
                              middle.y() - 0.5 * piece.height * scale,
                              middle.z() + facing.y() * out};
  return place;
}

ObjectPlace OnKnownWall(const ObjectRequest& asked, const ObjectWish& wish) {
  const Scene& scene = asked.scene;
  const PhotoBox& box = asked.box;
  const RoomPrism prism(scene.room);
  const auto hit = [&](double x, double y) {
    return prism.Intersect(scene.camera.position.cast<float>(),
                           scene.camera.Ray({x, y}).cast<float>());
  };
  const double middle_x = 0.5 * (box.left + box.right);
  const double middle_y = 0.5 * (box.top + box.bottom);
  const RoomHit middle = hit(middle_x, middle_y);
  const RoomHit left = hit(box.left, middle_y),
                right = hit(box.right, middle_y);
  const RoomHit top = hit(middle_x, box.top), low = hit(middle_x, box.bottom);
  if (middle.face < RoomPrism::kFirstWall || left.face != middle.face ||
      right.face != middle.face || top.face != middle.face ||
      low.face != middle.face) {
    RefuseObject(asked.photo, "the mask does not lie on one wall");
  }
  const Wall wall =
      scene.room
          .Walls()[static_cast<size_t>(middle.face - RoomPrism::kFirstWall)];
  ObjectPlace place = Hanging(asked,
                              wish,
                              middle.point.cast<double>(),
                              wall.normal,
                              (right.point - left.point).norm(),
                              top.point.y() - low.point.y());
  place.scene = scene;
  return place;
}

/// On a wall of a room that nobody knows, which lies across one of the axes.
ObjectPlace OnUnknownWall(const ObjectRequest& asked,
                          const ObjectWish& wish,
                          const ImageU8& srgb) {
  const PhotoBox& box = asked.box;
  const auto facing = WallFacing(asked.scene.camera, srgb, box);
  if (!facing) {
    RefuseObject(
        asked.photo,
        "which way the wall under the mask faces could not be made out; "
        "give floor_polygon in a sidecar");
  }
  const Camera& camera = asked.scene.camera;
  const auto on_wall = [&](double x, double y) -> Eigen::Vector3d {
    const Eigen::Vector3d ray = camera.Ray({x, y});
    const double towards = -(ray.x() * facing->x() + ray.z() * facing->y());
    return ray * (kWallDistance / std::max(0.05, towards));
  };
  const double middle_x = 0.5 * (box.left + box.right);
  const double middle_y = 0.5 * (box.top + box.bottom);
  const Eigen::Vector3d middle = on_wall(middle_x, middle_y);
  Scene scene = SceneAtWall(asked.scene,
                            {middle.x(), middle.z()},
                            *facing,
                            on_wall(middle_x, box.top).y());
  const Eigen::Vector3d eye(0, scene.camera.position.y(), 0);
  ObjectPlace place = Hanging(
      asked,
      wish,
      middle + eye,
      *facing,
      (on_wall(box.right, middle_y) - on_wall(box.left, middle_y)).norm(),
      on_wall(middle_x, box.top).y() - on_wall(middle_x, box.bottom).y());
  place.scene = std::move(scene);
  place.by_box = true;
  return place;
}

}  // namespace

ObjectPlace HangObject(const ObjectRequest& asked,
                       const ObjectWish& wish,
                       const ImageU8& srgb) {
  return asked.scene.trust == SceneTrust::kRoom
             ? OnKnownWall(asked, wish)
             : OnUnknownWall(asked, wish, srgb);
}

}  // namespace stage::engine
