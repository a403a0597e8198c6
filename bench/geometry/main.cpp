// Compares AnalyzeScene with annotated photos: bench/geometry DIR, where DIR
// holds truth.json and the photos it names. Prints one line a photo and the
// means; exit status 1 when a photo cannot be read.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/photo/photo.h"
#include "engine/scene/analyze_scene.h"
#include "geometry/scene_truth.h"

namespace {

using namespace stage;

constexpr int kAnalysisLongEdge = 1536;

struct Totals {
  int photos = 0;
  double iou = 0, worst = 1, horizontal = 0, vertical = 0, seconds = 0;
  bench::BoxCounts windows, doors;
};

void Compare(const std::filesystem::path& path,
             const nlohmann::json& entry,
             Totals& totals) {
  const Photo photo = ReadPhoto(path);
  const ColorConverter converter(photo);
  const ImageU8 srgb = ReadSrgb8(photo, converter, kAnalysisLongEdge);
  engine::SceneHints hints;
  hints.focal_length_35mm = photo.source.focal_length_35mm;
  const std::clock_t start = std::clock();
  const engine::Scene scene =
      engine::AnalyzeScene(srgb, photo.width(), photo.height(), hints);
  const double seconds =
      static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const bench::SceneScore score =
      bench::ScoreScene(scene, bench::ReadTruth(entry));
  std::printf(
      "%-36s IoU %.3f  horizontal %.2f deg  vertical %.2f deg  windows %d/%d "
      "(%d found)  doors %d/%d (%d found)  confidence %.2f  %.2f s CPU\n",
      path.filename().c_str(),
      score.floor_iou,
      score.horizontal_error_deg,
      score.vertical_error_deg,
      score.windows.matched,
      score.windows.wanted,
      score.windows.found,
      score.doors.matched,
      score.doors.wanted,
      score.doors.found,
      scene.confidence,
      seconds);
  totals.photos += 1;
  totals.iou += score.floor_iou;
  totals.worst = std::min(totals.worst, score.floor_iou);
  totals.horizontal += score.horizontal_error_deg;
  totals.vertical += score.vertical_error_deg;
  totals.seconds += seconds;
  totals.windows += score.windows;
  totals.doors += score.doors;
}

void PrintOpenings(const char* kind, const bench::BoxCounts& counts) {
  std::printf("%s: precision %.2f, recall %.2f (%d wanted, %d found)\n",
              kind,
              counts.precision(),
              counts.recall(),
              counts.wanted,
              counts.found);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: geometry DIR   (with DIR/truth.json)\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  Totals totals;
  try {
    const nlohmann::json truth =
        nlohmann::json::parse(std::ifstream(folder / "truth.json"));
    for (const auto& [name, entry] : truth.items()) {
      Compare(folder / name, entry, totals);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
    return 1;
  }
  if (totals.photos == 0) return 0;
  const double n = totals.photos;
  std::printf(
      "mean of %d: IoU %.3f (worst %.3f), horizontal %.2f deg, vertical %.2f "
      "deg, %.2f s CPU\n",
      totals.photos,
      totals.iou / n,
      totals.worst,
      totals.horizontal / n,
      totals.vertical / n,
      totals.seconds / n);
  PrintOpenings("windows", totals.windows);
  PrintOpenings("doors", totals.doors);
  return 0;
}
