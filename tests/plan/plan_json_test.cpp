#include <doctest/doctest.h>

#include "core/error.h"
#include "engine/plan/plan.h"

namespace stage {
namespace {

engine::Plan SmallPlan() {
  engine::Plan plan;
  plan.room = "living";
  plan.style = "modern";
  plan.seed = 18446744073709551615u;
  plan.variant = 2;
  plan.score = 0.625;
  plan.notes = {"why"};
  engine::Placement sofa;
  sofa.piece = "procedural#sofa";
  sofa.role = "sofa";
  sofa.position = {0.1, 0, -3.25};
  sofa.yaw = 1.2345678901234567;
  sofa.size = {2.1, 0.9, 0.8};
  sofa.parameters = {{"seed", 4}};
  engine::MaterialOverride fabric;
  fabric.slot = "upholstery";
  fabric.material.kind = engine::MaterialKind::kFabric;
  fabric.material.detail = "boucle";
  fabric.material.base_color = {0.1f, 0.2f, 0.3f};
  fabric.keep_texture = true;
  sofa.overrides.push_back(fabric);
  plan.placements.push_back(sofa);
  return plan;
}

TEST_CASE("PlanFromJson: reads what PlanToJson wrote") {
  const auto json = PlanToJson(SmallPlan());
  const engine::Plan read =
      engine::PlanFromJson(nlohmann::json::parse(json.dump()));
  CHECK(read.seed == SmallPlan().seed);
  REQUIRE(read.placements.size() == 1);
  const engine::Placement& sofa = read.placements[0];
  CHECK(sofa.yaw == doctest::Approx(1.2345678901234567).epsilon(1e-12));
  CHECK(sofa.position == Eigen::Vector3d(0.1, 0, -3.25));
  REQUIRE(sofa.overrides.size() == 1);
  CHECK(sofa.overrides[0].material.base_color ==
        Eigen::Vector3f(0.1f, 0.2f, 0.3f));
  CHECK(sofa.overrides[0].keep_texture);
  CHECK(PlanToJson(read).at("placements")[0].at("overrides") ==
        json.at("placements")[0].at("overrides"));
}

TEST_CASE("PlanFromJson: a hand-written plan needs a piece and a place only") {
  const engine::Plan plan = engine::PlanFromJson(
      {{"placements",
        {{{"piece", "procedural#rug"}, {"position", {0, 0, -2}}}}}});
  CHECK(plan.placements.at(0).piece == "procedural#rug");
  CHECK(plan.placements.at(0).size.isZero());
}

TEST_CASE("PlanFromJson: a wrong key is named") {
  auto json = PlanToJson(SmallPlan());
  json["placements"][0]["position"] = {1, "two", 3};
  CHECK_THROWS_WITH_AS(engine::PlanFromJson(json),
                       doctest::Contains("placements[0].position"),
                       Error);
  json = PlanToJson(SmallPlan());
  json["placements"][0].erase("piece");
  CHECK_THROWS_WITH_AS(engine::PlanFromJson(json),
                       doctest::Contains("placements[0].piece"),
                       Error);
  CHECK_THROWS_AS(engine::PlanFromJson(nlohmann::json::array()), Error);
  json = PlanToJson(SmallPlan());
  json["placements"][0]["overrides"][0]["kind"] = "jelly";
  CHECK_THROWS_WITH_AS(
      engine::PlanFromJson(json), doctest::Contains("jelly"), Error);
}

}  // namespace
}  // namespace stage
