#include "openings/opening_examples.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/photo/photo.h"
#include "engine/scene/analyze_scene.h"
#include "engine/scene/wall_search.h"
#include "scene/drawn_room.h"

namespace stage::train {
namespace {

using engine::OpeningCandidate;
using engine::OpeningKind;
using nlohmann::json;
using PixelBox = Eigen::Vector4d;

constexpr int kAnalysisLongEdge = 1536;
/// Overlaps of no opening's worth, and of all that can be asked for.
constexpr double kLeastOverlap = 0.45, kFullOverlap = 0.85;

double Overlap(const PixelBox& a, const PixelBox& b) {
  const double w = std::min(a[0] + a[2], b[0] + b[2]) - std::max(a[0], b[0]);
  const double h = std::min(a[1] + a[3], b[1] + b[3]) - std::max(a[1], b[1]);
  if (w <= 0 || h <= 0) return 0;
  return w * h / (a[2] * a[3] + b[2] * b[3] - w * h);
}

std::vector<PixelBox> ReadBoxes(const json& list) {
  std::vector<PixelBox> boxes;
  for (const json& b : list) {
    boxes.emplace_back(b[0].get<double>(),
                       b[1].get<double>(),
                       b[2].get<double>(),
                       b[3].get<double>());
  }
  return boxes;
}

/// An opening's rectangles together weigh as much as any other's, a room's
/// wrong ones as any other room's.
void WeighExamples(const std::vector<int>& opening_of,
                   std::vector<OpeningExample>& examples) {
  constexpr float kOpeningWeight = 40, kRoomWeight = 150;
  constexpr int kFewest = 8;
  std::map<int, int> count;
  for (const int opening : opening_of) ++count[opening];
  for (size_t i = 0; i < examples.size(); ++i) {
    const auto n = static_cast<float>(count[opening_of[i]]);
    examples[i].weight = opening_of[i] < 0
                             ? std::min(1.0f, kRoomWeight / n)
                             : kOpeningWeight / std::max<float>(kFewest, n);
  }
}

/// The candidates of one kind with their overlap with the truth.
void AddKind(const std::vector<OpeningCandidate>& candidates,
             const std::vector<std::optional<PixelBox>>& boxes,
             bool windows,
             const std::vector<PixelBox>& truth,
             std::vector<OpeningExample>& all) {
  std::vector<OpeningExample> examples;
  std::vector<int> opening_of;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const bool is_window = candidates[i].opening.kind == OpeningKind::kWindow;
    if (is_window != windows || !boxes[i]) continue;
    double best = 0;
    int opening = -1;
    for (size_t k = 0; k < truth.size(); ++k) {
      const double overlap = Overlap(*boxes[i], truth[k]);
      if (overlap <= best) continue;
      best = overlap;
      opening = static_cast<int>(k);
    }
    const double target = std::clamp(
        (best - kLeastOverlap) / (kFullOverlap - kLeastOverlap), 0.0, 1.0);
    examples.push_back({candidates[i].cues, static_cast<float>(target), 0});
    opening_of.push_back(target > 0 ? opening : -1);
  }
  WeighExamples(opening_of, examples);
  all.insert(all.end(), examples.begin(), examples.end());
}

PixelBox BoxIn(const engine::testing::DrawnRoom& drawn,
               const engine::Opening& opening) {
  const std::vector<double> box =
      engine::testing::OpeningBoxPx(drawn.camera, drawn.room, opening);
  return {box[0], box[1], box[2], box[3]};
}

void AddRoom(const std::filesystem::path& path,
             const json& truth,
             OpeningExamples& examples) {
  const Photo photo = ReadPhoto(path);
  const ColorConverter converter(photo);
  const ImageU8 srgb = ReadSrgb8(photo, converter, kAnalysisLongEdge);
  engine::SceneHints hints;
  hints.focal_length_35mm = photo.source.focal_length_35mm;
  const engine::Scene scene =
      engine::AnalyzeScene(srgb, photo.width(), photo.height(), hints);
  const auto walls =
      engine::RectifyWalls(srgb,
                           scene.camera.Resized(srgb.width(), srgb.height()),
                           scene.room,
                           scene.foreground);
  std::vector<OpeningCandidate> found;
  for (const auto& wall : walls) engine::SearchWall(wall, scene.room, found);
  std::vector<std::optional<PixelBox>> boxes;
  for (const OpeningCandidate& candidate : found) {
    boxes.push_back(engine::OpeningBoxPx(scene, candidate.opening));
  }
  const double height_m = truth.value("camera_height_m", 0.0);
  std::vector<double> scales = {1};
  if (height_m > 0) scales.push_back(height_m / scene.camera.position.y());
  for (const double scale : scales) {
    const auto candidates = engine::AtScale(found, scene.room.height, scale);
    AddKind(candidates,
            boxes,
            true,
            ReadBoxes(truth.at("windows")),
            examples.windows);
    AddKind(
        candidates, boxes, false, ReadBoxes(truth.at("doors")), examples.doors);
  }
}

}  // namespace

void AddExamples(const std::filesystem::path& folder,
                 OpeningExamples& examples) {
  const json truth = json::parse(std::ifstream(folder / "truth.json"));
  for (const auto& [name, entry] : truth.items()) {
    if (!std::filesystem::exists(folder / name)) continue;
    AddRoom(folder / name, entry, examples);
  }
  std::printf("%s: %zu windows, %zu doors or none\n",
              folder.c_str(),
              examples.windows.size(),
              examples.doors.size());
  std::fflush(stdout);
}

void AddDrawnRooms(uint32_t first_seed, int count, OpeningExamples& examples) {
  constexpr double kScales[] = {0.88, 1, 1.12};
  for (int i = 0; i < count; ++i) {
    const auto drawn =
        engine::testing::DrawRoom(first_seed + static_cast<uint32_t>(i));
    std::vector<PixelBox> windows, doors;
    for (const engine::Opening& opening : drawn.openings) {
      const bool is_window = opening.kind == OpeningKind::kWindow;
      const PixelBox box = BoxIn(drawn, opening);
      if (box[2] > 0) (is_window ? windows : doors).push_back(box);
    }
    std::vector<OpeningCandidate> found;
    for (const auto& wall :
         engine::RectifyWalls(drawn.srgb, drawn.camera, drawn.room)) {
      engine::SearchWall(wall, drawn.room, found);
    }
    std::vector<std::optional<PixelBox>> boxes;
    for (const OpeningCandidate& candidate : found) {
      boxes.emplace_back(BoxIn(drawn, candidate.opening));
    }
    const double scale = kScales[i % std::size(kScales)];
    const auto candidates = engine::AtScale(found, drawn.room.height, scale);
    AddKind(candidates, boxes, true, windows, examples.windows);
    AddKind(candidates, boxes, false, doors, examples.doors);
  }
  std::printf("drawn: %zu windows, %zu doors or none\n",
              examples.windows.size(),
              examples.doors.size());
  std::fflush(stdout);
}

}  // namespace stage::train
