#include "engine/pipeline/object_placement.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

#include "engine/pipeline/object_choice.h"
#include "engine/pipeline/object_hanging.h"

namespace stage::engine {
namespace {

constexpr double kNearWall = 0.6;     // metres behind a piece: it moves there
constexpr double kDeepest = 1.2;      // metres that its middle may lie beyond
constexpr double kAboveFloor = 0.15;  // of a box's height: drawn with less care
constexpr double kMostOfPhoto = 0.85;
constexpr double kLeastFacing = 0.2;  // of a wall to the camera, cosine
constexpr double kGap = 0.03;
constexpr double kMostMisfit = 2.2;  // of widths, either way
// What a box says about shape: masks of tables are drawn with less care for
// height than those of vases.
constexpr double kShapeCounts = 0.5;
// Of a surface below the camera, metres.
struct Drop {
  double least, low, high, most;
};
constexpr Drop kTableDrop{0.1, 0.35, 1.0, 1.3};
constexpr Drop kFloorDrop{0.75, 1.1, 1.6, 2.4};
// Metres; few things stand nearer or further away.
constexpr double kNearest = 1.2, kFarthest = 4;
// In rooms that are not understood small things are put on tables rather.
constexpr double kFloorPenalty = 0.25;

struct NearWall {
  Wall wall;
  double distance = 1e9;
};

/// The real wall nearest to a floor point.
NearWall NearestWall(const RoomLayout& room, const Eigen::Vector2d& point) {
  NearWall nearest;
  for (const Wall& wall : room.Walls()) {
    if (!wall.real) continue;
    const Eigen::Vector2d offset = point - wall.start;
    const double along = offset.dot(wall.direction);
    const double away = offset.dot(wall.normal);
    if (along < 0 || along > wall.length || away < -kDeepest) continue;
    if (away < nearest.distance) nearest = {wall, away};
  }
  return nearest;
}

/// Pieces of about a known width; `height` counts half as much.
const Piece& OfSize(const ObjectRequest& asked,
                    const std::vector<std::string>& functions,
                    double width,
                    double height) {
  std::vector<ObjectCandidate> candidates;
  for (const Piece* piece : PiecesOf(asked.catalogue, functions)) {
    const double wider = std::log(piece->width / width);
    if (std::abs(wider) > std::log(kMostMisfit)) continue;
    const double misfit = std::log(piece->height / height) - wider;
    candidates.push_back(
        {piece, std::abs(wider) + kShapeCounts * std::abs(misfit), 0});
  }
  return *BestObject(candidates, asked).piece;
}

/// Pieces by the distance at which they fill the box: the surface below them
/// must lie as deep below the camera as such surfaces do.
std::vector<ObjectCandidate> ByDistance(
    const ObjectRequest& asked,
    const ObjectSight& sight,
    const std::vector<std::string>& functions,
    const Drop& drop) {
  std::vector<ObjectCandidate> candidates;
  if (sight.down <= 0 || sight.up + sight.down <= 0) return candidates;
  for (const Piece* piece : PiecesOf(asked.catalogue, functions)) {
    const double distance = sight.Distance(piece->width, piece->height);
    const double depth = distance * sight.down;
    if (depth < drop.least || depth > drop.most) continue;
    const double off = std::max(
        {0.0, std::log(drop.low / depth), std::log(depth / drop.high)});
    const double misfit = std::abs(sight.Misfit(piece->width, piece->height));
    const double far = std::max(
        {0.0, std::log(distance / kFarthest), std::log(kNearest / distance)});
    candidates.push_back({piece, misfit + 2 * off + 2 * far, distance});
  }
  return candidates;
}

/// The axis that points most nearly a way.
Eigen::Vector2d NearestAxis(const Eigen::Vector2d& way) {
  if (std::abs(way.x()) > std::abs(way.y())) {
    return {way.x() > 0 ? 1.0 : -1.0, 0};
  }
  return {0, way.y() > 0 ? 1.0 : -1.0};
}

ObjectPlace StandingAt(const ObjectRequest& asked,
                       const ObjectSight& sight,
                       const ObjectCandidate& chosen,
                       const Eigen::Vector2d& facing) {
  const Piece& piece = *chosen.piece;
  const Eigen::Vector2d center =
      sight.heading * (chosen.distance + 0.5 * piece.depth);
  const double drop = chosen.distance * sight.down;
  ObjectPlace place;
  place.scene = SceneOnTable(asked.scene, drop, center);
  if (!place.scene.room.Contains(center)) {
    RefuseObject(
        asked.photo,
        "the piece would stand in a wall; draw the mask as large as the "
        "piece should look");
  }
  place.placement.piece = piece.id;
  place.placement.role = "object";
  place.placement.yaw = YawOf(facing);
  place.placement.position = {center.x(), 0, center.y()};
  return place;
}

ObjectPlace OnTable(const ObjectRequest& asked,
                    const ObjectSight& sight,
                    std::vector<ObjectCandidate> candidates) {
  ObjectPlace place =
      StandingAt(asked, sight, BestObject(candidates, asked), -sight.heading);
  place.surface = "table";
  return place;
}

/// In a room that nobody knows.
ObjectPlace OnUnknownFloor(const ObjectRequest& asked,
                           const ObjectSight& sight,
                           std::vector<ObjectCandidate> candidates) {
  ObjectPlace place = StandingAt(
      asked, sight, BestObject(candidates, asked), NearestAxis(-sight.heading));
  place.surface = "floor";
  place.by_box = true;
  return place;
}

/// The box with its lower edge on the floor: things that stand against a wall
/// are often marked a little too high.
PhotoBox LoweredToFloor(const Scene& scene, PhotoBox box) {
  const double middle = 0.5 * (box.left + box.right);
  const double lowest =
      std::min(static_cast<double>(scene.camera.height_px),
               box.bottom + kAboveFloor * (box.bottom - box.top));
  for (double y = box.bottom; y <= lowest; ++y) {
    const auto front = scene.camera.FloorPoint({middle, y});
    if (!front || !scene.room.Contains(*front)) continue;
    box.bottom = y;
    break;
  }
  return box;
}

ObjectPlace OnKnownFloor(const ObjectRequest& asked,
                         const ObjectSight& sight,
                         const std::vector<std::string>& functions) {
  const Scene& scene = asked.scene;
  const PhotoBox box = LoweredToFloor(scene, asked.box);
  const double middle = 0.5 * (box.left + box.right);
  const auto front = scene.camera.FloorPoint({middle, box.bottom});
  const auto left = scene.camera.FloorPoint({box.left, box.bottom});
  const auto right = scene.camera.FloorPoint({box.right, box.bottom});
  if (!front || !left || !right || !scene.room.Contains(*front)) {
    RefuseObject(asked.photo,
                 "the mask's lower edge does not stand on the floor");
  }
  const Eigen::Vector2d camera(scene.camera.position.x(),
                               scene.camera.position.z());
  const double height = (sight.up + sight.down) * (*front - camera).norm();
  const Piece& piece =
      OfSize(asked, functions, (*right - *left).norm(), height);
  const Eigen::Vector2d to_camera = (camera - *front).normalized();
  Eigen::Vector2d facing = to_camera;
  Eigen::Vector2d center = *front - to_camera * (0.5 * piece.depth);
  const NearWall near = NearestWall(scene.room, center);
  if (scene.trust == SceneTrust::kRoom &&
      near.distance < kNearWall + 0.5 * piece.depth &&
      near.wall.normal.dot(to_camera) > kLeastFacing) {
    facing = near.wall.normal;
    const double along = (center - near.wall.start).dot(near.wall.direction);
    const double half = 0.5 * piece.width + kGap;
    center =
        near.wall.start +
        near.wall.direction * std::clamp(along,
                                         std::min(half, 0.5 * near.wall.length),
                                         std::max(near.wall.length - half,
                                                  0.5 * near.wall.length)) +
        near.wall.normal * (0.5 * piece.depth + kGap);
  }
  if (!scene.room.Contains(center)) {
    RefuseObject(asked.photo,
                 "the piece would stand in a wall; move the mask forward");
  }
  ObjectPlace place;
  place.scene = scene;
  place.surface = "floor";
  place.placement.piece = piece.id;
  place.placement.role = "object";
  place.placement.yaw = YawOf(facing);
  place.placement.position = {center.x(), piece.elevation, center.y()};
  return place;
}

/// The lower edge of the box shows free floor.
bool StandsOnFreeFloor(const ObjectRequest& asked) {
  const ImageU8& floor = asked.scene.free_floor;
  if (floor.empty()) return false;
  const double scale =
      static_cast<double>(floor.width()) / asked.scene.camera.width_px;
  const int y = static_cast<int>(asked.box.bottom * scale) - 1;
  if (y < 0 || y >= floor.height()) return false;
  int free = 0, all = 0;
  for (int x = static_cast<int>(asked.box.left * scale);
       x < asked.box.right * scale && x < floor.width();
       ++x) {
    ++all;
    free += floor.at(x, y) != 0 ? 1 : 0;
  }
  return all > 0 && 2 * free > all;
}

ObjectPlace Standing(const ObjectRequest& asked, const ObjectWish& wish) {
  const ObjectSight sight = SeeBox(asked.scene.camera, asked.box);
  if (sight.down <= 0) {
    RefuseObject(
        asked.photo,
        "the mask's lower edge lies above the eye: what stands so high "
        "cannot be drawn");
  }
  const bool known = asked.scene.trust != SceneTrust::kNone;
  const bool floor_only = wish.on_table.empty();
  if (known && !wish.on_floor.empty() &&
      (floor_only || StandsOnFreeFloor(asked))) {
    return OnKnownFloor(asked, sight, wish.on_floor);
  }
  Drop table_drop = kTableDrop;
  if (known) {
    table_drop.most =
        std::min(table_drop.most, asked.scene.camera.position.y() - 0.15);
  }
  std::vector<ObjectCandidate> table =
      ByDistance(asked, sight, wish.on_table, table_drop);
  std::vector<ObjectCandidate> floor;
  if (!known) floor = ByDistance(asked, sight, wish.on_floor, kFloorDrop);
  const auto least = [](const std::vector<ObjectCandidate>& candidates) {
    double cost = 1e9;
    for (const ObjectCandidate& c : candidates) cost = std::min(cost, c.cost);
    return cost;
  };
  if (!floor.empty() &&
      (table.empty() || least(floor) + kFloorPenalty < least(table))) {
    return OnUnknownFloor(asked, sight, std::move(floor));
  }
  return OnTable(asked, sight, std::move(table));
}

}  // namespace

ObjectPlace PlaceObject(const Scene& scene,
                        const ImageU8& srgb,
                        const Catalogue& catalogue,
                        const ObjectWish& wish,
                        const PhotoBox& box,
                        int variant,
                        const std::string& photo_name) {
  if (scene.outdoors) {
    RefuseObject(photo_name, "was taken outdoors; objects are for rooms");
  }
  const double covered = (box.right - box.left) * (box.bottom - box.top) /
                         (1.0 * scene.camera.width_px * scene.camera.height_px);
  if (covered > kMostOfPhoto) {
    RefuseObject(photo_name,
                 "the mask covers the whole photo and does not say where the "
                 "piece belongs; draw it as large as the piece should look");
  }
  const ObjectRequest asked{
      scene, catalogue, box, static_cast<size_t>(variant), photo_name};
  if (wish.on_wall.empty()) return Standing(asked, wish);
  return HangObject(asked, wish, srgb);
}

}  // namespace stage::engine
