#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/error.h"
#include "engine/plan/plan.h"
#include "plan/furniture_shop.h"
#include "plan/plan_checks.h"
#include "plan/random_room.h"
#include "support/temp_dir.h"

namespace stage {
namespace {

using engine::Plan;
using engine::PlanRequest;
using engine::Scene;

const PresetLibrary& Presets() {
  static const PresetLibrary library =
      PresetLibrary::Load({std::string(STAGE_SOURCE_DIR) + "/presets"});
  return library;
}

PlanRequest Request(const std::string& room, uint64_t seed = 0) {
  PlanRequest request;
  request.room = room;
  request.seed = seed;
  request.presets = &Presets();
  return request;
}

Plan Furnish(const Scene& scene, const PlanRequest& request) {
  static const test::FurnitureShop shop;
  return engine::PlanRoom(scene, {}, shop, request);
}

const engine::Placement* Find(const Plan& plan, const std::string& role) {
  for (const auto& placement : plan.placements) {
    if (placement.role == role) return &placement;
  }
  return nullptr;
}

bool Has(const Plan& plan, const std::string& role) {
  return Find(plan, role) != nullptr;
}

TEST_CASE("PlanRoom: holds its promises in any room") {
  const char* rooms[] = {"living",
                         "bedroom",
                         "dining",
                         "office",
                         "kids",
                         "kitchen",
                         "studio",
                         "entrance",
                         "auto"};
  for (uint32_t seed = 0; seed < 90; ++seed) {
    const Scene scene = test::RandomRoom(seed);
    const Plan plan = Furnish(scene, Request(rooms[seed % 9], seed));
    std::string faults;
    for (const std::string& fault : test::Faults(scene, plan)) {
      faults += fault + "; ";
    }
    INFO("room ", seed, " as ", plan.room);
    CHECK(faults == "");
  }
}

TEST_CASE("PlanRoom: puts something into every sane room") {
  const char* rooms[] = {"living", "bedroom", "dining", "office"};
  for (uint32_t seed = 0; seed < 60; ++seed) {
    const Scene scene = test::RandomRoom(
        seed + 1000,
        {.min_width = 2.6, .max_width = 5.5, .min_length = 3, .max_length = 7});
    if (test::VisibleFloor(scene) < 6) continue;
    const Plan plan = Furnish(scene, Request(rooms[seed % 4], seed));
    INFO("room ", seed, " as ", plan.room);
    CHECK(!plan.placements.empty());
  }
}

TEST_CASE("PlanRoom: a normal living room gets sofa, table, rug and art") {
  const Plan plan = Furnish(test::BoxRoom(4.6, 5.4), Request("living"));
  for (const char* role :
       {"sofa", "coffee_table", "rug", "armchair", "wall_art", "cushion"}) {
    INFO(std::string(role));
    CHECK(Has(plan, role));
  }
  CHECK(plan.score > 0.5);
}

TEST_CASE("PlanRoom: a bed is as large as ways beside it allow") {
  for (const double width : {3.0, 3.3, 4.0, 5.0}) {
    const Plan plan =
        Furnish(test::BoxRoom(width, width + 1.4), Request("bedroom"));
    const engine::Placement* bed = Find(plan, "bed");
    INFO("room ", width, " m wide");
    REQUIRE(bed != nullptr);
    CHECK(bed->size.x() > 1.49);
    const auto rect = test::RectOf(*bed);
    const double across = std::abs(rect.Right().x());
    if (across < 0.5) continue;  // its head is at a side wall
    const double widest = width / 2 - std::abs(rect.center.x());
    CHECK(widest - bed->size.x() / 2 > 0.59);
  }
}

TEST_CASE("PlanRoom: a thing lying about does not cost a double bed") {
  Scene scene = test::BoxRoom(3, 4.4);
  scene.obstacles.push_back(
      {{{-1.3, -3.6}, {-1.3, -3.2}, {-0.8, -3.2}, {-0.8, -3.6}}, 0.3});
  const Plan plan = Furnish(scene, Request("bedroom"));
  const engine::Placement* bed = Find(plan, "bed");
  REQUIRE(bed != nullptr);
  CHECK(bed->size.x() >= 1.3);
  CHECK_FALSE(
      engine::Collide(test::RectOf(*bed), scene.obstacles[0].footprint));
}

TEST_CASE("PlanRoom: a headboard under a window ends below its sill") {
  for (const double sill : {0.85, 0.95, 1.05}) {
    Scene scene = test::BoxRoom(3.4, 4.6);
    const auto walls = scene.room.Walls();
    for (size_t i = 0; i < walls.size(); ++i) {
      test::AddOpening(engine::OpeningKind::kWindow,
                       static_cast<int>(i),
                       0.3,
                       walls[i].length - 0.3,
                       sill,
                       2.1,
                       scene);
    }
    const Plan plan = Furnish(scene, Request("bedroom"));
    const engine::Placement* bed = Find(plan, "bed");
    REQUIRE(bed != nullptr);
    CHECK(bed->size.z() < sill);
  }
}

TEST_CASE("PlanRoom: furniture does not stand before a sliding door") {
  Scene scene = test::BoxRoom(4.5, 5);
  // The whole back wall is glass down to the floor.
  test::AddOpening(engine::OpeningKind::kDoor, 3, 0.3, 4.2, 0, 2.2, scene);
  const Plan plan = Furnish(scene, Request("living"));
  CHECK_FALSE(plan.placements.empty());
  CHECK(test::Faults(scene, plan).empty());
}

TEST_CASE("PlanRoom: same request, same plan; another variant differs") {
  const Scene scene = test::RandomRoom(5);
  PlanRequest request = Request("living", 3);
  const auto first = PlanToJson(Furnish(scene, request));
  CHECK(first == PlanToJson(Furnish(scene, request)));
  std::set<std::string> different;
  for (int variant = 0; variant < 3; ++variant) {
    request.variant = variant;
    different.insert(
        PlanToJson(Furnish(scene, request)).at("placements").dump());
  }
  CHECK(different.size() == 3);
}

TEST_CASE("PlanRoom: floor-only scenes get nothing on walls or busy floor") {
  Scene scene = test::BoxRoom(5, 6);
  scene.trust = engine::SceneTrust::kFloorOnly;
  scene.free_floor = ImageU8(150, 100, 1, 255);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 60; ++x) scene.free_floor.at(x, y) = 0;
  }
  const Plan plan = Furnish(scene, Request("living"));
  CHECK(!plan.placements.empty());
  for (const auto& placement : plan.placements) {
    CHECK(placement.role != "wall_art");
    CHECK(placement.role != "curtain");
    if (!test::TakesFloor(placement)) continue;
    const auto at = scene.camera.Project(
        {placement.position.x(), 0, placement.position.z()});
    REQUIRE(at);
    CHECK(at->x() > 0.4 * scene.camera.width_px);
  }
}

TEST_CASE("PlanRoom: obstacles stay free") {
  Scene scene = test::BoxRoom(5, 6);
  scene.obstacles.push_back(
      {{{-0.6, -3.6}, {-0.6, -2.4}, {0.6, -2.4}, {0.6, -3.6}}, 0.9});
  const Plan plan = Furnish(scene, Request("living"));
  for (const auto& placement : plan.placements) {
    INFO(placement.role);
    CHECK_FALSE(
        engine::Collide(test::RectOf(placement), scene.obstacles[0].footprint));
  }
}

TEST_CASE("PlanRoom: strict fidelity leaves the walls alone") {
  Scene scene = test::BoxRoom(4.6, 5.4);
  test::AddOpening(engine::OpeningKind::kWindow, 0, 1.5, 3, 0.9, 2.1, scene);
  PlanRequest request = Request("living");
  request.fidelity = "strict";
  const Plan plan = Furnish(scene, request);
  CHECK(Has(plan, "sofa"));
  CHECK_FALSE(Has(plan, "wall_art"));
  CHECK_FALSE(Has(plan, "curtain"));
}

/// Rooms of several sizes.
std::vector<Scene> BoxRooms() {
  std::vector<Scene> rooms;
  for (const double width : {4.2, 5.4, 6.5}) {
    rooms.push_back(test::BoxRoom(width, width * 1.3, 0.5));
  }
  return rooms;
}

TEST_CASE("PlanRoom: each budget adds pieces, the lowest has no decoration") {
  PlanRequest request = Request("living");
  std::vector<size_t> pieces;
  for (const char* budget : {"low", "mid", "high"}) {
    request.budget = budget;
    pieces.push_back(0);
    for (const Scene& scene : BoxRooms()) {
      const Plan plan = Furnish(scene, request);
      CHECK(Has(plan, "sofa"));
      CHECK(Has(plan, "table_decor") == (request.budget != "low"));
      pieces.back() += plan.placements.size();
    }
  }
  CHECK(pieces[0] < pieces[1]);
  CHECK(pieces[1] < pieces[2]);
}

TEST_CASE("PlanRoom: wide furnishes more of the floor than standard") {
  const auto floor_taken = [](const std::string& scale) {
    PlanRequest request = Request("living");
    request.scale = scale;
    double area = 0;
    for (const Scene& scene : BoxRooms()) {
      for (const auto& placement : Furnish(scene, request).placements) {
        if (!test::TakesFloor(placement)) continue;
        area += placement.size.x() * placement.size.y();
      }
    }
    return area;
  };
  CHECK(floor_taken("wide") > 1.05 * floor_taken("standard"));
}

TEST_CASE("PlanRoom: --room-size chooses the size of the sofa set") {
  const auto sofa_width = [](const std::string& size) {
    PlanRequest request = Request("living");
    request.room_size = size;
    double seats = 0;
    for (const auto& placement :
         Furnish(test::BoxRoom(5.5, 6.5), request).placements) {
      if (placement.role == "sofa" || placement.role == "armchair") {
        seats += placement.size.x();
      }
    }
    return seats;
  };
  CHECK(sofa_width("small") < sofa_width("large"));
}

TEST_CASE("PlanRoom: a room preset's clearances are kept") {
  const Scene scene = test::BoxRoom(4.6, 5.4);
  const auto gap = [&](double wanted) {
    nlohmann::json room = Presets().Room("living").document;
    room["clearances"]["sofa_to_table_m"] = wanted;
    const test::TempDir folder;
    folder.Write("rooms/living.json", room.dump());
    const PresetLibrary changed = PresetLibrary::Load(
        {std::string(STAGE_SOURCE_DIR) + "/presets", folder.path()});
    PlanRequest request = Request("living");
    request.presets = &changed;
    const Plan plan = Furnish(scene, request);
    const engine::Placement* sofa = nullptr;
    const engine::Placement* table = nullptr;
    for (const auto& placement : plan.placements) {
      if (placement.role == "sofa") sofa = &placement;
      if (placement.role == "coffee_table") table = &placement;
    }
    REQUIRE(sofa != nullptr);
    REQUIRE(table != nullptr);
    const auto rect = test::RectOf(*sofa);
    return (test::RectOf(*table).center - rect.center).dot(rect.Front()) -
           (sofa->size.y() + table->size.y()) / 2;
  };
  CHECK(gap(0.35) == doctest::Approx(0.35).epsilon(0.001));
  CHECK(gap(0.6) == doctest::Approx(0.6).epsilon(0.001));
}

TEST_CASE("PlanRoom: unknown geometry gives an empty plan that says so") {
  Scene scene = test::BoxRoom(4, 5);
  scene.trust = engine::SceneTrust::kNone;
  const Plan plan = Furnish(scene, Request("living"));
  CHECK(plan.placements.empty());
  CHECK_FALSE(plan.notes.empty());
}

TEST_CASE("PlanRoom: an unknown style is named with a suggestion") {
  PlanRequest request = Request("living");
  request.style = "scandinavain";
  CHECK_THROWS_WITH_AS(Furnish(test::BoxRoom(4, 5), request),
                       doctest::Contains("scandinavian"),
                       Error);
}

}  // namespace
}  // namespace stage
