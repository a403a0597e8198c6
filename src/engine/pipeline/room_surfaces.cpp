#include "engine/pipeline/room_surfaces.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

namespace stage::engine {
namespace {

// Frames, sills and linings belong to their opening.
constexpr double kFrameM = 0.12;

using Color = std::array<uint8_t, 3>;

constexpr auto kColors = std::to_array<std::pair<std::string_view, Color>>({
    {"sofa", {11, 102, 255}},
    {"armchair", {8, 255, 214}},
    {"chair", {204, 70, 3}},
    {"bar_stool", {204, 70, 3}},
    {"office_chair", {10, 0, 255}},
    {"ottoman", {255, 153, 0}},
    {"bench", {194, 255, 0}},
    {"bed", {204, 5, 255}},
    {"kids_bed", {204, 5, 255}},
    {"coffee_table", {0, 255, 112}},
    {"dining_table", {255, 6, 82}},
    {"side_table", {255, 6, 82}},
    {"console_table", {255, 6, 82}},
    {"nightstand", {255, 6, 82}},
    {"desk", {10, 255, 71}},
    {"dressing_table", {10, 255, 71}},
    {"wardrobe", {7, 255, 255}},
    {"dresser", {6, 51, 255}},
    {"media_console", {224, 5, 255}},
    {"bookcase", {0, 255, 245}},
    {"table_lamp", {224, 255, 8}},
    {"floor_lamp", {224, 255, 8}},
    {"pendant_lamp", {0, 31, 255}},
    {"rug", {255, 9, 92}},
    {"curtain", {255, 51, 7}},
    {"wall_art", {255, 6, 51}},
    {"mirror", {220, 220, 220}},
    {"plant", {204, 255, 4}},
    {"cushion", {255, 194, 7}},
    {"books", {255, 163, 0}},
    {"tv", {0, 255, 194}},
});
constexpr Color kCabinet = {224, 5, 255};  // for pieces without a colour

Color ColorOf(RoomSurface surface) {
  switch (surface) {
    case RoomSurface::kFloor:
      return {80, 50, 50};
    case RoomSurface::kLowerWall:
    case RoomSurface::kUpperWall:
      return {120, 120, 120};
    case RoomSurface::kCeiling:
      return {120, 120, 80};
    case RoomSurface::kWindow:
      return {230, 230, 230};
    case RoomSurface::kDoor:
    case RoomSurface::kPassage:
      return {8, 255, 51};
    case RoomSurface::kNone:
      break;
  }
  return {0, 0, 0};
}

Color ColorOf(const std::string& function) {
  for (const auto& [name, color] : kColors) {
    if (name == function) return color;
  }
  return kCabinet;
}

/// The room as rays meet it.
class SurfaceFinder {
 public:
  explicit SurfaceFinder(const Scene& scene)
      : room_(scene.room), walls_(scene.room.Walls()) {}

  RoomSurface At(const Eigen::Vector3d& origin,
                 const Eigen::Vector3d& ray) const {
    const double flat = ray.y() < 0   ? -origin.y() / ray.y()
                        : ray.y() > 0 ? (room_.height - origin.y()) / ray.y()
                                      : kNever;
    double nearest = flat;
    size_t wall = walls_.size();
    for (size_t i = 0; i < walls_.size(); ++i) {
      const double distance = To(walls_[i], origin, ray);
      if (distance >= nearest) continue;
      nearest = distance;
      wall = i;
    }
    if (nearest == kNever) return RoomSurface::kNone;
    const Eigen::Vector3d hit = origin + nearest * ray;
    if (wall < walls_.size()) return OfWall(wall, hit);
    return ray.y() < 0 ? RoomSurface::kFloor : RoomSurface::kCeiling;
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  static double To(const Wall& wall,
                   const Eigen::Vector3d& origin,
                   const Eigen::Vector3d& ray) {
    const Eigen::Vector2d from(origin.x(), origin.z());
    const Eigen::Vector2d along(ray.x(), ray.z());
    const double towards = along.dot(wall.normal);
    if (towards >= 0) return kNever;  // seen from behind, or along it
    const double distance = (wall.start - from).dot(wall.normal) / towards;
    const double u = (from + distance * along - wall.start).dot(wall.direction);
    return distance > 0 && u >= 0 && u <= wall.length ? distance : kNever;
  }

  RoomSurface OfWall(size_t index, const Eigen::Vector3d& hit) const {
    const Wall& wall = walls_[index];
    const double u =
        (Eigen::Vector2d(hit.x(), hit.z()) - wall.start).dot(wall.direction);
    for (const Opening& opening : room_.openings) {
      if (opening.wall != static_cast<int>(index)) continue;
      if (u < opening.u0 - kFrameM || u > opening.u1 + kFrameM ||
          hit.y() < opening.v0 - kFrameM || hit.y() > opening.v1 + kFrameM) {
        continue;
      }
      if (opening.kind == OpeningKind::kWindow) return RoomSurface::kWindow;
      return opening.kind == OpeningKind::kDoor ? RoomSurface::kDoor
                                                : RoomSurface::kPassage;
    }
    // A wall that only closes the outline is nothing to furnish.
    if (!wall.real) return RoomSurface::kUpperWall;
    return hit.y() <= kLowerWallM ? RoomSurface::kLowerWall
                                  : RoomSurface::kUpperWall;
  }

  const RoomLayout& room_;
  std::vector<Wall> walls_;
};

}  // namespace

Image<RoomSurface> RoomSurfaces(const Scene& scene, int width, int height) {
  const Camera camera = scene.camera.Resized(width, height);
  const SurfaceFinder finder(scene);
  Image<RoomSurface> surfaces(width, height, 1, RoomSurface::kNone);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      surfaces.at(x, y) =
          finder.At(camera.position, camera.Ray({x + 0.5, y + 0.5}));
    }
  }
  return surfaces;
}

ImageU8 FreeMask(const Scene& scene, const Image<RoomSurface>& surfaces) {
  ImageU8 mask(surfaces.width(), surfaces.height(), 1);
  const ImageU8& front = scene.foreground;
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      const RoomSurface surface = surfaces.at(x, y);
      const bool free =
          surface == RoomSurface::kFloor || surface == RoomSurface::kLowerWall;
      const bool hidden =
          !front.empty() && front.at(x * front.width() / mask.width(),
                                     y * front.height() / mask.height()) != 0;
      mask.at(x, y) = free && !hidden ? 255 : 0;
    }
  }
  return mask;
}

ImageU8 SegmentationPicture(const Image<RoomSurface>& surfaces,
                            const Image<uint16_t>& object,
                            const std::vector<std::string>& functions) {
  ImageU8 picture(surfaces.width(), surfaces.height(), 3);
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      const uint16_t piece =
          object.empty() ? 0
                         : object.at(x * object.width() / picture.width(),
                                     y * object.height() / picture.height());
      const Color color = piece > 0 && piece <= functions.size()
                              ? ColorOf(functions[piece - 1u])
                              : ColorOf(surfaces.at(x, y));
      std::copy(color.begin(), color.end(), &picture.at(x, y));
    }
  }
  return picture;
}

}  // namespace stage::engine
