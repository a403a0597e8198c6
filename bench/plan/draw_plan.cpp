// Plans one photo and draws the plan: wire boxes over the photo and the room
// from above.
//   draw_plan PHOTO OUT.png [room] [style] [seed] [variant]

#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "core/photo/photo.h"
#include "engine/plan/plan.h"
#include "engine/scene/analyze_scene.h"
#include "plan/plan_drawing.h"

namespace {

using stage::ImageU8;

void WritePng(ImageU8 image, const std::string& path) {
  stage::Photo drawing;
  drawing.pixels8 = std::move(image);
  drawing.source.format = stage::PhotoFormat::kPng;
  stage::OutputOptions options;
  options.format = "png";
  options.disclose = {"none"};
  stage::WriteResult(drawing,
                     drawing,
                     path,
                     options,
                     {.alteration = stage::Alteration::kNone});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: draw_plan PHOTO OUT.png [room] [style] [seed] "
                 "[variant]\n";
    return 2;
  }
  try {
    spdlog::set_level(spdlog::level::debug);
    const stage::Photo file = stage::ReadPhoto(argv[1]);
    const stage::ColorConverter converter(file);
    const ImageU8 photo = stage::ReadSrgb8(file, converter, 1536);
    stage::engine::SceneHints hints;
    hints.focal_length_35mm = file.source.focal_length_35mm;
    const stage::engine::Scene scene = stage::engine::AnalyzeScene(
        photo, photo.width(), photo.height(), hints);
    const auto catalogue = stage::engine::OpenCatalogue({});
    stage::engine::PlanRequest request;
    if (argc > 3) request.room = argv[3];
    if (argc > 4) request.style = argv[4];
    if (argc > 5) request.seed = std::strtoull(argv[5], nullptr, 10);
    if (argc > 6) request.variant = std::atoi(argv[6]);
    const stage::engine::Plan plan =
        stage::engine::PlanRoom(scene, photo, *catalogue, request);
    std::cout << "confidence " << scene.confidence << ", trust "
              << static_cast<int>(scene.trust) << ", floor "
              << scene.room.FloorArea() << " m2, height " << scene.room.height
              << ", score " << plan.score << '\n';
    for (const std::string& note : plan.notes) std::cout << note << '\n';
    for (const auto& placement : plan.placements) {
      std::cout << "  " << placement.role << ": " << placement.piece << '\n';
    }
    WritePng(stage::bench::DrawPlan(photo, scene, *catalogue, plan), argv[2]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
