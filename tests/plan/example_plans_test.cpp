// Plans of the example rooms: every kind of room in every style.

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/photo/photo.h"
#include "core/presets.h"
#include "engine/plan/plan.h"
#include "engine/scene/analyze_scene.h"
#include "plan/plan_checks.h"

namespace stage {
namespace {

struct Example {
  std::string name;
  ImageU8 srgb;
  engine::Scene scene;
};

std::vector<Example> Examples() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(STAGE_TEST_DATA_DIR) / "rooms")) {
    if (entry.path().extension() == ".jpg") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Example> examples;
  for (const auto& file : files) {
    const Photo photo = ReadPhoto(file);
    Example example;
    example.name = file.stem();
    example.srgb = ReadSrgb8(photo, ColorConverter(photo), 1200);
    example.scene = engine::AnalyzeScene(example.srgb,
                                         example.srgb.width(),
                                         example.srgb.height(),
                                         engine::SceneHints{});
    examples.push_back(std::move(example));
  }
  return examples;
}

// A bare sofa looks like a showroom's: made ones come with cushions.
bool HasBareSofa(const engine::Plan& plan) {
  for (const engine::Placement& piece : plan.placements) {
    if (piece.piece.rfind("procedural#sofa", 0) != 0) continue;
    if (piece.parameters.value("cushions", 0) < 2) return true;
  }
  return false;
}

// Each pair of room and style is planned in several of the rooms, with a seed
// of its own.
TEST_CASE("PlanRoom: furnishes the example rooms soundly in every style") {
  const PresetLibrary presets =
      PresetLibrary::Load({std::string(STAGE_SOURCE_DIR) + "/presets"});
  const auto catalogue = engine::OpenCatalogue({});
  const std::vector<Example> examples = Examples();
  REQUIRE(examples.size() >= 6);
  constexpr size_t kEach = 4;
  size_t turn = 0;
  for (const Example& example : examples) {
    REQUIRE(example.scene.trust == engine::SceneTrust::kRoom);
    for (const std::string& room : presets.RoomNames()) {
      for (const std::string& style : presets.StyleNames()) {
        if (++turn % kEach != 0) continue;
        engine::PlanRequest request;
        request.room = room;
        request.style = style;
        request.seed = turn;
        request.presets = &presets;
        const engine::Plan plan =
            engine::PlanRoom(example.scene, example.srgb, *catalogue, request);
        std::string faults;
        for (const std::string& fault : test::Faults(example.scene, plan)) {
          faults += fault + "; ";
        }
        INFO(example.name, " as ", style, " ", room, ", seed ", turn);
        CHECK(faults == "");
        CHECK_FALSE(plan.placements.empty());
        CHECK_FALSE(HasBareSofa(plan));
      }
    }
    ++turn;  // other pairs in the next room
  }
}

}  // namespace
}  // namespace stage
