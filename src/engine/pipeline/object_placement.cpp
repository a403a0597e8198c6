#include "engine/pipeline/object_placement.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/suggestion.h"
#include "engine/render/room_prism.h"

namespace stage::engine {
namespace {

constexpr double kNearWall = 0.6;     // metres behind a piece: it moves there
constexpr double kLeastFacing = 0.2;  // of a wall to the camera, cosine
constexpr double kGap = 0.03;
constexpr double kMostMisfit = 2.2;  // of widths, either way

struct ObjectWord {
  std::string_view category, name;
  std::vector<std::string> functions;  ///< empty: no catalogue has it
  bool on_wall = false;
};

const std::vector<ObjectWord>& Words() {
  static const std::vector<ObjectWord> words = {
      {"furniture", "sofa", {"sofa"}},
      {"furniture", "table", {"dining_table", "coffee_table", "side_table"}},
      {"furniture", "chair", {"armchair", "chair"}},
      {"furniture", "cabinet", {"sideboard", "dresser", "wardrobe"}},
      {"furniture", "shelves", {"bookcase"}},
      {"furniture", "kitchen-island", {}},
      {"furniture", "desk", {"desk"}},
      {"furniture", "bed", {"bed"}},
      {"decoration", "painting", {"wall_art"}, true},
      {"decoration", "wall-clock", {}},
      {"decoration", "book", {}},
      {"decoration", "bottle", {}},
      {"decoration", "fruit", {}},
      {"decoration", "potted-plant", {"plant"}},
      {"decoration", "vase-with-flower", {"floor_vase"}},
      {"decoration", "lamp", {"floor_lamp"}},
  };
  return words;
}

[[noreturn]] void Refuse(const std::string& photo, const std::string& why) {
  throw Error(ErrorKind::kGeometry, photo + ": " + why);
}

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
    if (along < 0 || along > wall.length || away < -0.2) continue;
    if (away < nearest.distance) nearest = {wall, away};
  }
  return nearest;
}

double YawOf(const Eigen::Vector2d& front) {
  return std::atan2(front.x(), front.y());
}

/// The pieces that will do, those of the box's width first.
std::vector<const Piece*> Fitting(const Catalogue& catalogue,
                                  const ObjectWish& wish,
                                  double width_m) {
  std::vector<const Piece*> pieces;
  for (const std::string& function : wish.functions) {
    for (const Piece* piece : catalogue.Suitable(function, "modern")) {
      const double misfit = std::max(piece->width / width_m,
                                     width_m / std::max(0.01, piece->width));
      if (misfit < kMostMisfit && (piece->grade == 'A' || wish.on_wall)) {
        pieces.push_back(piece);
      }
    }
  }
  std::stable_sort(pieces.begin(), pieces.end(), [&](auto* a, auto* b) {
    return std::abs(std::log(a->width / width_m)) <
           std::abs(std::log(b->width / width_m));
  });
  return pieces;
}

const Piece& Pick(const std::vector<const Piece*>& pieces,
                  int variant,
                  const std::string& photo) {
  if (pieces.empty()) {
    Refuse(photo,
           "no such piece is about as wide as the mask; draw the mask as "
           "large as the piece should look");
  }
  return *pieces[static_cast<size_t>(variant) % pieces.size()];
}

Placement OnWall(const Scene& scene,
                 const Catalogue& catalogue,
                 const ObjectWish& wish,
                 const PhotoBox& box,
                 int variant,
                 const std::string& photo) {
  if (scene.trust != SceneTrust::kRoom) {
    Refuse(photo, "only the floor of this room is sure, not its walls");
  }
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
    Refuse(photo, "the mask does not lie on one wall");
  }
  const double width = (right.point - left.point).norm();
  const double height = top.point.y() - low.point.y();
  const Piece& piece = Pick(Fitting(catalogue, wish, width), variant, photo);
  // Its own shape, as large as the mask allows.
  const double scale = std::min(width / piece.width, height / piece.height);
  const Wall wall =
      scene.room
          .Walls()[static_cast<size_t>(middle.face - RoomPrism::kFirstWall)];
  Placement placement;
  placement.piece = piece.id;
  placement.role = "object";
  placement.size = {piece.width * scale, piece.depth, piece.height * scale};
  placement.yaw = YawOf(wall.normal);
  const double out = 0.5 * piece.depth + 0.004;
  placement.position = {middle.point.x() + wall.normal.x() * out,
                        middle.point.y() - 0.5 * piece.height * scale,
                        middle.point.z() + wall.normal.y() * out};
  return placement;
}

Placement OnFloor(const Scene& scene,
                  const Catalogue& catalogue,
                  const ObjectWish& wish,
                  const PhotoBox& box,
                  int variant,
                  const std::string& photo) {
  const double middle = 0.5 * (box.left + box.right);
  const auto front = scene.camera.FloorPoint({middle, box.bottom});
  const auto left = scene.camera.FloorPoint({box.left, box.bottom});
  const auto right = scene.camera.FloorPoint({box.right, box.bottom});
  if (!front || !left || !right || !scene.room.Contains(*front)) {
    Refuse(photo, "the mask's lower edge does not stand on the floor");
  }
  const double width = (*right - *left).norm();
  const Piece& piece = Pick(Fitting(catalogue, wish, width), variant, photo);
  const Eigen::Vector2d camera(scene.camera.position.x(),
                               scene.camera.position.z());
  const Eigen::Vector2d to_camera = (camera - *front).normalized();
  Placement placement;
  placement.piece = piece.id;
  placement.role = "object";
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
    Refuse(photo, "the piece would stand in a wall; move the mask forward");
  }
  placement.yaw = YawOf(facing);
  placement.position = {center.x(), piece.elevation, center.y()};
  return placement;
}

}  // namespace

ObjectWish ParseObject(const std::string& object) {
  const size_t colon = object.find(':');
  const std::string category = object.substr(0, colon);
  const std::string name =
      colon == std::string::npos ? "" : object.substr(colon + 1);
  if (category.starts_with("street") || category == "creature") {
    throw Error(ErrorKind::kModel,
                "--object " + object +
                    ": no catalogue has that; it needs a diffusion model: "
                    "describe it with --prompt and --mask");
  }
  std::vector<std::string> categories, names;
  for (const ObjectWord& word : Words()) {
    if (categories.empty() || categories.back() != word.category) {
      categories.emplace_back(word.category);
    }
    if (word.category != category) continue;
    names.emplace_back(word.name);
    if (word.name != name) continue;
    if (word.functions.empty()) {
      throw Error(ErrorKind::kModel,
                  "--object " + object +
                      ": this version's catalogues cannot place it; describe "
                      "it with --prompt and --mask");
    }
    return {word.functions, word.on_wall};
  }
  throw Error(ErrorKind::kUsage,
              names.empty()
                  ? UnknownWordMessage("object category", category, categories)
                  : UnknownWordMessage("object", name, names));
}

Placement PlaceObject(const Scene& scene,
                      const Catalogue& catalogue,
                      const ObjectWish& wish,
                      const PhotoBox& box,
                      int variant,
                      const std::string& photo_name) {
  if (scene.trust == SceneTrust::kNone) {
    Refuse(photo_name,
           "the room could not be understood, so that nothing can be placed "
           "in it; give floor_polygon in a sidecar");
  }
  return wish.on_wall
             ? OnWall(scene, catalogue, wish, box, variant, photo_name)
             : OnFloor(scene, catalogue, wish, box, variant, photo_name);
}

}  // namespace stage::engine
