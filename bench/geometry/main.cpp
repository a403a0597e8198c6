// Compares AnalyzeScene with annotated photos:
// bench/geometry [--seen] DIR [DRAWINGS], where DIR holds truth.json and the
// photos it names. Prints one line a photo, the means, and how well trust
// separates good rooms from bad ones; draws what was understood into the folder
// DRAWINGS. With --seen AnalyzeScene is given the truth as a segmentation
// network would tell it, coarsely: what such a network can do for it at best.
// Exit status 1 when a photo cannot be read.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/error.h"
#include "core/photo/photo.h"
#include "engine/scene/analyze_scene.h"
#include "geometry/scene_truth.h"

namespace {

using namespace stage;

constexpr int kAnalysisLongEdge = 1536;

/// How far a photo was trusted, and how far it should have been.
struct Judgement {
  double confidence = 0, floor_iou = 0;
  engine::SceneTrust trust = engine::SceneTrust::kNone;
};

struct Totals {
  std::vector<Judgement> judgements;
  int photos = 0;
  double iou = 0, worst = 1, horizontal = 0, vertical = 0, seconds = 0,
         wall = 0;
  bench::BoxCounts windows, doors;
};

const char* TrustName(engine::SceneTrust trust) {
  switch (trust) {
    case engine::SceneTrust::kRoom:
      return "room";
    case engine::SceneTrust::kFloorOnly:
      return "floor";
    case engine::SceneTrust::kNone:
      break;
  }
  return "none";
}

void Draw(const ImageU8& srgb,
          const engine::Scene& scene,
          const std::filesystem::path& path) {
  Photo drawing;
  drawing.pixels8 = engine::DrawScene(srgb, scene);
  OutputOptions output;
  output.format = "jpeg";
  output.quality = 85;
  output.disclose = {"none"};
  Disclosure disclosure;
  disclosure.alteration = Alteration::kNone;
  std::filesystem::create_directories(path.parent_path());
  WriteResult(drawing, drawing, path, output, disclosure);
}

void Compare(const std::filesystem::path& path,
             const nlohmann::json& entry,
             const std::filesystem::path& drawings,
             bool with_network,
             Totals& totals) {
  const Photo photo = ReadPhoto(path);
  const ColorConverter converter(photo);
  const ImageU8 srgb = ReadSrgb8(photo, converter, kAnalysisLongEdge);
  engine::SceneHints hints;
  hints.focal_length_35mm = photo.source.focal_length_35mm;
  const bench::SceneTruth truth = bench::ReadTruth(entry);
  if (with_network) hints.seen = bench::SeenTruth(truth);
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t start = std::clock();
  const engine::Scene scene =
      engine::AnalyzeScene(srgb, photo.width(), photo.height(), hints);
  const double seconds =
      static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const std::chrono::duration<double> wall =
      std::chrono::steady_clock::now() - begin;
  const bench::SceneScore score = bench::ScoreScene(scene, truth);
  std::printf(
      "%-36s IoU %.3f  horizontal %.2f deg  vertical %.2f deg  windows %d/%d "
      "(%d found)  doors %d/%d (%d found)  confidence %.2f (%s)  scale %.2f  "
      "ceiling %.2f  %.2f s CPU  %.2f s\n",
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
      TrustName(scene.trust),
      score.scale,
      score.ceiling,
      seconds,
      wall.count());
  if (!drawings.empty()) Draw(srgb, scene, drawings / path.filename());
  totals.judgements.push_back({scene.confidence, score.floor_iou, scene.trust});
  totals.photos += 1;
  totals.iou += score.floor_iou;
  totals.worst = std::min(totals.worst, score.floor_iou);
  totals.horizontal += score.horizontal_error_deg;
  totals.vertical += score.vertical_error_deg;
  totals.seconds += seconds;
  totals.wall += wall.count();
  totals.windows += score.windows;
  totals.doors += score.doors;
}

void PrintTrust(const std::vector<Judgement>& judgements) {
  for (double least = 0.35; least < 0.95; least += 0.1) {
    int kept = 0, bad = 0;
    double worst = 1;
    for (const Judgement& j : judgements) {
      if (j.confidence < least) continue;
      ++kept;
      bad += j.floor_iou < 0.85;
      worst = std::min(worst, j.floor_iou);
    }
    std::printf(
        "confidence >= %.2f: %d of %zu photos, %d below IoU 0.85, "
        "worst %.3f\n",
        least,
        kept,
        judgements.size(),
        bad,
        worst);
  }
  for (const engine::SceneTrust trust : {engine::SceneTrust::kRoom,
                                         engine::SceneTrust::kFloorOnly,
                                         engine::SceneTrust::kNone}) {
    int good = 0, bad = 0;
    for (const Judgement& j : judgements) {
      if (j.trust == trust) ++(j.floor_iou < 0.85 ? bad : good);
    }
    std::printf("trust %-5s: %d good, %d below IoU 0.85\n",
                TrustName(trust),
                good,
                bad);
  }
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
  const bool with_network = argc > 1 && std::string_view(argv[1]) == "--seen";
  const int first = with_network ? 2 : 1;
  if (argc != first + 1 && argc != first + 2) {
    std::fprintf(
        stderr,
        "usage: geometry [--seen] DIR [DRAWINGS]   (with DIR/truth.json)\n");
    return 2;
  }
  const std::filesystem::path folder = argv[first];
  const std::filesystem::path drawings =
      argc > first + 1 ? argv[first + 1] : "";
  Totals totals;
  try {
    const nlohmann::json truth =
        nlohmann::json::parse(std::ifstream(folder / "truth.json"));
    for (const auto& [name, entry] : truth.items()) {
      Compare(folder / name, entry, drawings, with_network, totals);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", folder.c_str(), error.what());
    return 1;
  }
  if (totals.photos == 0) return 0;
  const double n = totals.photos;
  std::printf(
      "mean of %d: IoU %.3f (worst %.3f), horizontal %.2f deg, vertical %.2f "
      "deg, %.2f s CPU, %.2f s\n",
      totals.photos,
      totals.iou / n,
      totals.worst,
      totals.horizontal / n,
      totals.vertical / n,
      totals.seconds / n,
      totals.wall / n);
  PrintOpenings("windows", totals.windows);
  PrintOpenings("doors", totals.doors);
  PrintTrust(totals.judgements);
  return 0;
}
