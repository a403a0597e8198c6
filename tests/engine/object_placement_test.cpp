#include "engine/pipeline/object_placement.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.h"

namespace stage::engine {
namespace {

/// Two sofas and a picture, without meshes.
class SmallCatalogue final : public Catalogue {
 public:
  SmallCatalogue() {
    Add("small", "sofa", 1.5, 0.8, 0.8);
    Add("large", "sofa", 2.3, 0.9, 0.8);
    Add("picture", "wall_art", 0.9, 0.03, 0.6);
    Add("bowl", "fruit", 0.3, 0.3, 0.15);
    Add("tree", "plant", 0.8, 0.8, 1.7);
    Add("succulent", "table_plant", 0.2, 0.2, 0.4);
  }
  const std::vector<Piece>& pieces() const override { return pieces_; }
  const Piece* Find(const std::string& id) const override {
    for (const Piece& piece : pieces_) {
      if (piece.id == id) return &piece;
    }
    return nullptr;
  }
  std::vector<const Piece*> Suitable(const std::string& function,
                                     const std::string&) const override {
    std::vector<const Piece*> found;
    for (const Piece& piece : pieces_) {
      if (piece.function == function) found.push_back(&piece);
    }
    return found;
  }
  std::shared_ptr<const Mesh> Load(const std::string&,
                                   const Eigen::Vector3d&,
                                   const std::vector<MaterialOverride>&,
                                   const nlohmann::json&) const override {
    return std::make_shared<Mesh>();
  }

 private:
  void Add(const char* id,
           const char* function,
           double width,
           double depth,
           double height) {
    Piece piece;
    piece.id = id;
    piece.function = function;
    piece.grade = 'A';
    piece.width = width;
    piece.depth = depth;
    piece.height = height;
    pieces_.push_back(piece);
  }
  std::vector<Piece> pieces_;
};

/// 5 m wide, the far wall 5 m away.
Scene Room() {
  Scene scene;
  scene.trust = SceneTrust::kRoom;
  scene.camera.width_px = 1200;
  scene.camera.height_px = 800;
  scene.camera.focal_px = 700;
  scene.camera.center_px = {600, 400};
  scene.camera.world_to_camera = WorldToCamera(0, 0, 0);
  scene.room.floor = {{-2.5, -5}, {-2.5, 1}, {2.5, 1}, {2.5, -5}};
  return scene;
}

ObjectPlace PlaceAt(const std::string& object,
                    const PhotoBox& box,
                    int variant,
                    const Scene& scene) {
  return PlaceObject(scene,
                     ImageU8(300, 200, 3, 128),
                     SmallCatalogue(),
                     ParseObject(object),
                     box,
                     variant,
                     "a.jpg");
}

Placement Placed(const std::string& object,
                 const PhotoBox& box,
                 int variant = 0,
                 const Scene& scene = Room()) {
  return PlaceAt(object, box, variant, scene).placement;
}

ErrorKind RefusalOf(const std::string& object) {
  try {
    ParseObject(object);
  } catch (const Error& error) {
    return error.kind();
  }
  return ErrorKind::kUnexpected;
}

}  // namespace

TEST_CASE("ParseObject: vendors' words, and why some cannot be placed") {
  CHECK(ParseObject("furniture:sofa").on_floor ==
        std::vector<std::string>{"sofa"});
  CHECK(!ParseObject("decoration:painting").on_wall.empty());
  CHECK(ParseObject("decoration:bottle").on_floor.empty());
  CHECK(RefusalOf("furniture:soffa") == ErrorKind::kUsage);
  CHECK(RefusalOf("furnitur:sofa") == ErrorKind::kUsage);
  CHECK(RefusalOf("creature:cat") == ErrorKind::kModel);
}

TEST_CASE("PlaceObject: a piece stands where the mask does, by its width") {
  const Scene scene = Room();
  // 2.2 m at the foot of the far wall.
  const auto left = scene.camera.Project({-1.1, 0, -4.2});
  const auto right = scene.camera.Project({1.1, 0, -4.2});
  const PhotoBox box{left->x(), 350, right->x(), left->y()};
  const Placement placed = Placed("furniture:sofa", box);
  CHECK(placed.piece == "large");
  CHECK(Placed("furniture:sofa", box, 1).piece == "small");
  CHECK(std::abs(placed.position.x()) < 0.05);
  CHECK(placed.position.y() == 0);
  // Its back to the wall, its front into the room.
  CHECK(placed.position.z() == doctest::Approx(-5 + 0.45 + 0.03));
  CHECK(std::abs(placed.yaw) < 1e-6);
}

TEST_CASE("PlaceObject: a mask a little too high still stands on the floor") {
  const Scene scene = Room();
  const auto left = scene.camera.Project({-1.1, 0, -5});
  const auto right = scene.camera.Project({1.1, 0, -5});
  const double floor = left->y();
  const Placement placed =
      Placed("furniture:sofa", {left->x(), floor - 130, right->x(), floor - 8});
  CHECK(placed.position.z() == doctest::Approx(-5 + 0.45 + 0.03));
  CHECK_THROWS_AS(Placed("furniture:sofa",
                         {left->x(), floor - 130, right->x(), floor - 40}),
                  Error);
}

TEST_CASE("PlaceObject: a mask of the whole photo says no place") {
  CHECK_THROWS_WITH_AS(Placed("furniture:sofa", {0, 0, 1200, 800}),
                       doctest::Contains("whole photo"),
                       Error);
}

TEST_CASE("PlaceObject: far from walls a piece faces the camera") {
  Scene scene = Room();
  scene.trust = SceneTrust::kFloorOnly;
  const auto left = scene.camera.Project({0.5, 0, -3});
  const auto right = scene.camera.Project({2.1, 0, -3});
  const Placement placed = Placed(
      "furniture:sofa", {left->x(), 350, right->x(), left->y()}, 0, scene);
  CHECK(placed.piece == "small");
  const Eigen::Vector2d front(std::sin(placed.yaw), std::cos(placed.yaw));
  const Eigen::Vector2d to_camera =
      -Eigen::Vector2d(placed.position.x(), placed.position.z()).normalized();
  CHECK(front.dot(to_camera) > 0.99);
}

TEST_CASE(
    "PlaceObject: a picture fills the mask on its wall in its own shape") {
  const Scene scene = Room();
  const auto low = scene.camera.Project({-0.6, 1.3, -5});
  const auto high = scene.camera.Project({0.6, 2.1, -5});
  const Placement placed =
      Placed("decoration:painting", {low->x(), high->y(), high->x(), low->y()});
  CHECK(placed.size.x() == doctest::Approx(1.2).epsilon(0.01));
  CHECK(placed.size.z() == doctest::Approx(0.8).epsilon(0.01));
  CHECK(placed.position.y() == doctest::Approx(1.3).epsilon(0.01));
  CHECK(placed.position.z() > -5);
}

TEST_CASE("PlaceObject: masks off floor or wall are refused with a reason") {
  // In the air, on the floor, too narrow, out of doors, above the eye.
  CHECK_THROWS_AS(Placed("furniture:sofa", {500, 100, 700, 300}), Error);
  CHECK_THROWS_AS(Placed("decoration:painting", {500, 700, 700, 790}), Error);
  CHECK_THROWS_AS(Placed("furniture:sofa", {590, 500, 600, 640}), Error);
  Scene outdoors = Room();
  outdoors.outdoors = true;
  CHECK_THROWS_AS(Placed("furniture:sofa", {300, 300, 900, 640}, 0, outdoors),
                  Error);
  CHECK_THROWS_AS(Placed("decoration:fruit", {500, 200, 600, 300}), Error);
}

TEST_CASE("PlaceObject: on a table the box tells how far away the piece is") {
  const Scene room = Room();
  // A table top 0.75 m up, 2 m away: the bowl's box as the camera sees it.
  const auto low = room.camera.Project({-0.15, 0.75, -2});
  const auto high = room.camera.Project({0.15, 0.9, -2});
  const ObjectPlace place = PlaceAt(
      "decoration:fruit", {low->x(), high->y(), high->x(), low->y()}, 0, room);
  CHECK(place.surface == "table");
  CHECK(place.placement.piece == "bowl");
  CHECK(place.placement.position.y() == 0);
  // The bowl's front is where the box is, the table is the scene's floor.
  CHECK(place.placement.position.z() == doctest::Approx(-2.15).epsilon(0.02));
  CHECK(place.scene.camera.position.y() ==
        doctest::Approx(room.camera.position.y() - 0.75).epsilon(0.03));
  CHECK(place.scene.room.height ==
        doctest::Approx(room.room.height - 0.75).epsilon(0.02));
}

TEST_CASE("PlaceObject: plants stand where their size says, floor or table") {
  Scene unknown = Room();
  unknown.trust = SceneTrust::kNone;
  const auto box = [&](double height, double size, double wide) {
    const auto low = unknown.camera.Project({-wide / 2, height, -3});
    const auto high = unknown.camera.Project({wide / 2, height + size, -3});
    return PhotoBox{low->x(), high->y(), high->x(), low->y()};
  };
  const ObjectPlace tree =
      PlaceAt("decoration:potted-plant", box(0, 1.7, 0.8), 0, unknown);
  CHECK(tree.surface == "floor");
  CHECK(tree.by_box);
  CHECK(tree.placement.piece == "tree");
  const ObjectPlace small =
      PlaceAt("decoration:potted-plant", box(0.8, 0.4, 0.2), 0, unknown);
  CHECK(small.surface == "table");
  CHECK(small.placement.piece == "succulent");
}

}  // namespace stage::engine
