// Pieces with rules of their own: pendants, stools at an island, sofas with a
// chaise; and that the checks of the other tests notice faults.

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "core/presets.h"
#include "engine/plan/arrangement.h"
#include "engine/plan/group_template.h"
#include "engine/plan/plan.h"
#include "engine/plan/style_sheet.h"
#include "plan/plan_checks.h"
#include "plan/random_room.h"

namespace stage {
namespace {

using engine::Placement;
using engine::Plan;
using engine::Scene;

const PresetLibrary& Presets() {
  static const PresetLibrary library =
      PresetLibrary::Load({std::string(STAGE_SOURCE_DIR) + "/presets"});
  return library;
}

const engine::Catalogue& Shop() {
  static const auto catalogue = engine::OpenCatalogue({});
  return *catalogue;
}

Plan Furnish(const Scene& scene,
             const std::string& room,
             const std::string& fidelity = "") {
  engine::PlanRequest request;
  request.room = room;
  request.fidelity = fidelity;
  request.presets = &Presets();
  return engine::PlanRoom(scene, {}, Shop(), request);
}

std::vector<Placement> All(const Plan& plan, const std::string& word) {
  std::vector<Placement> found;
  for (const Placement& placement : plan.placements) {
    if (placement.role.find(word) != std::string::npos) {
      found.push_back(placement);
    }
  }
  return found;
}

TEST_CASE("PlanRoom: a pendant hangs from the ceiling over the table") {
  Scene scene = test::BoxRoom(4.6, 6);
  scene.room.ceiling_visible = true;
  for (const double ceiling : {2.4, 2.6, 3.0}) {
    scene.room.height = ceiling;
    // Lamps on the ceiling are sold with the house.
    CHECK(All(Furnish(scene, "dining"), "pendant").empty());
    const Plan plan = Furnish(scene, "dining", "creative");
    const auto pendants = All(plan, "pendant");
    const auto tables = All(plan, "dining_table");
    REQUIRE(tables.size() == 1);
    REQUIRE(pendants.size() == 1);
    const Placement& pendant = pendants[0];
    CHECK(std::abs(pendant.position.y() + pendant.size.z() - ceiling) < 0.01);
    CHECK(pendant.position.y() > tables[0].size.z() + 0.6);
    CHECK((pendant.position - tables[0].position).head<1>().norm() < 0.01);
    CHECK(std::abs(pendant.position.z() - tables[0].position.z()) < 0.01);
  }
}

TEST_CASE("PlanRoom: no pendant from a ceiling that nobody has seen") {
  Scene scene = test::BoxRoom(4.6, 6);
  scene.room.ceiling_visible = false;
  const Plan plan = Furnish(scene, "dining", "creative");
  for (const Placement& pendant : All(plan, "pendant")) {
    // Its cord leaves the picture, so that its end is not shown.
    const auto top = scene.camera.Project(
        pendant.position + Eigen::Vector3d(0, pendant.size.z(), 0));
    REQUIRE(top);
    CHECK(top->y() <= 0);
  }
}

TEST_CASE("PlanRoom: in a narrow room a bed stands along the wall") {
  // A bed is nearly as long as the room is wide.
  Scene scene = test::BoxRoom(2.3, 5.5);
  test::AddOpening(engine::OpeningKind::kDoor, 0, 0.5, 1.4, 0, 2.0, scene);
  const Plan plan = Furnish(scene, "bedroom");
  CHECK(test::Faults(scene, plan).empty());
  const auto beds = All(plan, "bed");
  REQUIRE(!beds.empty());
  const engine::FloorRect rect = test::RectOf(beds[0]);
  CHECK(rect.depth > rect.width);
  CHECK(std::abs(std::sin(rect.yaw)) < 0.01);  // as the room's long walls run
  CHECK(std::abs(rect.center.x()) + rect.width / 2 > 2.3 / 2 - 0.1);
}

TEST_CASE("PlanRoom: stools stand in a row at an island and face it") {
  Scene scene = test::BoxRoom(5, 6);
  const std::vector<Eigen::Vector2d> island = {
      {-1.1, -3.9}, {1.1, -3.9}, {1.1, -3.1}, {-1.1, -3.1}};
  scene.obstacles.push_back({island, 0.95});
  const Plan plan = Furnish(scene, "kitchen");
  const auto stools = All(plan, "stool");
  REQUIRE(stools.size() >= 2);
  for (size_t i = 0; i < stools.size(); ++i) {
    const engine::FloorRect rect = test::RectOf(stools[i]);
    CHECK_FALSE(engine::Collide(rect, island));
    engine::FloorRect knees = rect;
    knees.center = rect.At(0, 0.2);
    CHECK(engine::Collide(knees, island));
    for (size_t k = 0; k < i; ++k) {
      CHECK((test::RectOf(stools[k]).center - rect.center).norm() >
            rect.width + 0.1);
    }
  }
}

TEST_CASE("Item: the arms of a sofa with a chaise hold all of its mesh") {
  engine::MemberSpec spec;
  spec.function = spec.role = "sofa";
  spec.chaise = true;
  spec.min_width = 2.35;
  spec.max_width = 3.0;
  spec.size = Eigen::Vector3d(2.6, 1.6, 0.82);
  for (const std::string& name : Presets().StyleNames()) {
    const engine::StyleSheet sheet(
        Presets().Style(name), Shop(), "", engine::SeededChoice(1, 0));
    const auto picked = sheet.Pick(spec);
    INFO(name);
    REQUIRE(picked);
    for (const engine::PickedPiece& piece : {*picked, picked->Mirrored()}) {
      engine::Item item;
      item.picked = piece;
      item.rect.width = piece.width();
      item.rect.depth = piece.depth();
      const auto mesh = Shop().Load(
          piece.piece->id, piece.size, piece.overrides, piece.parameters);
      double farthest = 0;
      for (const auto& position : mesh->positions) {
        const Eigen::Vector2d at(position.x(), position.z());
        double distance = 1e9;
        for (const engine::FloorRect& part : item.Parts()) {
          distance = std::min(distance, part.Distance(at));
        }
        farthest = std::max(farthest, distance);
      }
      CHECK(farthest < 0.04);
    }
  }
}

Placement Box(const std::string& role, double x, double y, double z) {
  Placement box;
  box.piece = box.role = role;
  box.position = {x, y, z};
  box.size = {0.8, 0.6, 0.9};
  return box;
}

TEST_CASE("Faults: notices what stands wrong") {
  Scene scene = test::BoxRoom(4.6, 6);
  test::AddOpening(engine::OpeningKind::kDoor, 3, 0.3, 1.2, 0, 2.1, scene);
  test::AddOpening(engine::OpeningKind::kWindow, 3, 2, 4, 0.4, 2.1, scene);
  const auto walls = scene.room.Walls();
  const auto before = [&](double u) {
    return Eigen::Vector2d(walls[3].start + walls[3].direction * u +
                           walls[3].normal * 0.35);
  };
  const auto fault = [&](std::vector<Placement> placements) {
    Plan plan;
    plan.placements = std::move(placements);
    const auto faults = test::Faults(scene, plan);
    return faults.empty() ? std::string() : faults.front();
  };
  CHECK(fault({Box("desk", 0, 0, -3)}) == "");
  CHECK(fault({Box("desk", 0, 0, -3), Box("sofa", 0.5, 0, -3)}) ==
        "sofa overlaps desk");
  CHECK(fault({Box("desk", 2.2, 0, -3)}) == "desk sticks out of the room");
  CHECK(fault({Box("vase", 0, 0.5, -3)}) == "vase floats");
  CHECK(fault({Box("desk", 0, 0, -3), Box("vase", 0, 0.9, -3)}) == "");
  CHECK(fault({Box("desk", before(0.7).x(), 0, before(0.7).y())}) ==
        "desk stands before a door");
  CHECK(fault({Box("desk", before(3).x(), 0, before(3).y())}) ==
        "desk covers a window");
}

}  // namespace
}  // namespace stage
