#include "render/sunny_room.h"

#include "engine/render/room_prism.h"
#include "engine/render/view.h"
#include "render/rooms.h"

namespace stage::engine {

Scene SunnyRoom(int width_px, int height_px) {
  Scene scene = BoxRoom(width_px, height_px);
  Opening window;
  window.wall = 0;  // x = -2.5, from z = -4 to 1
  window.u0 = 0.4, window.u1 = 2.0;
  window.v0 = 0.8, window.v1 = 2.1;
  window.confidence = 1;
  scene.room.openings = {window};
  return scene;
}

ImageF SunnyPhoto(const Scene& scene,
                  const Eigen::Vector3d& to_sun,
                  float factor) {
  const int width = scene.camera.width_px, height = scene.camera.height_px;
  const RoomPrism prism(scene.room);
  const View view(scene.camera, width, height);
  const Opening& window = scene.room.openings.at(0);
  auto in_window = [&](const RoomHit& hit) {
    if (hit.face != RoomPrism::kFirstWall + window.wall) return false;
    const Eigen::Vector2f at = prism.faces()[hit.face].Coordinates(hit.point);
    return at.x() > window.u0 && at.x() < window.u1 && at.y() > window.v0 &&
           at.y() < window.v1;
  };
  const Eigen::Vector3f sun = to_sun.cast<float>().normalized();
  ImageF photo(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const RoomHit hit =
          prism.Intersect(view.position(), view.Ray(x + 0.5f, y + 0.5f));
      float value = hit.face == RoomPrism::kFloor ? 0.15f : 0.3f;
      if (in_window(hit)) {
        value = 1;
      } else if (in_window(prism.Intersect(
                     hit.point + prism.faces()[hit.face].normal * 1e-3f,
                     sun))) {
        value *= factor;
      }
      for (int c = 0; c < 3; ++c) photo.at(x, y, c) = value;
    }
  }
  return photo;
}

}  // namespace stage::engine
