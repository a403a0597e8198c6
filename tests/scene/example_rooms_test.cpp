#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/photo/photo.h"
#include "engine/scene/analyze_scene.h"
#include "geometry/scene_truth.h"

namespace stage::engine {

// The example rooms are path traced from models, so their truth is exact. In
// dining-tiles-frontal, seen straight on with tiles as pale as the walls,
// joints used to be taken for the feet of walls; in living-oak-corner the shade
// under the window was taken for a skirting board.
TEST_CASE("AnalyzeScene: understands the example rooms") {
  const std::filesystem::path folder =
      std::filesystem::path(STAGE_TEST_DATA_DIR) / "rooms";
  const nlohmann::json truth =
      nlohmann::json::parse(std::ifstream(folder / "truth.json"));
  bench::BoxCounts openings, openings_with_network;
  for (const auto& [name, entry] : truth.items()) {
    const Photo photo = ReadPhoto(folder / name);
    const ImageU8 srgb = ReadSrgb8(photo, ColorConverter(photo), 1536);
    const Scene scene =
        AnalyzeScene(srgb, photo.width(), photo.height(), SceneHints{});
    const bench::SceneScore score =
        bench::ScoreScene(scene, bench::ReadTruth(entry));
    INFO(name, " floor ", score.floor_iou);
    CHECK(score.floor_iou > 0.925);
    CHECK_MESSAGE(score.horizontal_error_deg < 1.0, name);
    CHECK_MESSAGE(score.vertical_error_deg < 0.8, name);
    openings += score.windows;
    openings += score.doors;

    // With a segmentation network, at its best.
    SceneHints hints;
    hints.seen = bench::SeenTruth(bench::ReadTruth(entry));
    const bench::SceneScore seen = bench::ScoreScene(
        AnalyzeScene(srgb, photo.width(), photo.height(), hints),
        bench::ReadTruth(entry));
    INFO(name, " floor with a network ", seen.floor_iou);
    CHECK(seen.floor_iou > 0.97);
    openings_with_network += seen.windows;
    openings_with_network += seen.doors;
  }
  CHECK(openings_with_network.recall() >= 0.9);
  CHECK(openings_with_network.precision() >= 0.9);
  CHECK(openings.recall() >= 0.7);
  CHECK(openings.precision() >= 0.7);
}

}  // namespace stage::engine
