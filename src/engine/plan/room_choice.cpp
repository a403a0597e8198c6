#include "engine/plan/room_choice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace stage::engine {
namespace {

std::string Metres(double area) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f m2", area);
  return text.data();
}

}  // namespace

double PlanningArea(const RoomSurvey& survey, const std::string& room_size) {
  const double floor = survey.scene().room.FloorArea();
  const double seen = survey.visible_floor_m2();
  // What lies behind the camera is a guess, so it counts half.
  const double area = survey.walls_are_known()
                          ? seen + 0.5 * std::max(0.0, floor - seen)
                          : seen;
  if (room_size == "small") return std::min(area, 8.0);
  if (room_size == "medium") return std::clamp(area, 11.0, 18.0);
  if (room_size == "large") return std::max(area, 28.0);
  return area;
}

RoomChoice ChooseRoom(const RoomSurvey& survey) {
  const Scene& scene = survey.scene();
  if (!scene.room_type.empty() && scene.room_type_probability >= 0.5) {
    return {scene.room_type, "the photo shows a " + scene.room_type};
  }
  const double area = PlanningArea(survey, "");
  const std::string size = "about " + Metres(area);
  if (!survey.walls_are_known()) {
    return {"living", "the walls are not sure; a living room suits any floor"};
  }
  int windows = 0, passages = 0;
  for (const Opening& opening : scene.room.openings) {
    windows += opening.kind == OpeningKind::kWindow;
    passages += opening.kind != OpeningKind::kWindow;
  }
  if (area < 5.5 && windows == 0 && passages >= 1) {
    return {"entrance", size + ", no window and doors"};
  }
  if (area < 8) return {"office", size + ": small"};
  // A tiled or polished floor and several ways out speak against sleeping.
  const bool glossy = scene.floor_gloss_f0 > 0.035;
  if (area < 14 && windows >= 1 && passages <= 1 && !glossy) {
    return {"bedroom", size + ", a window and hardly a door"};
  }
  return {"living", size};
}

}  // namespace stage::engine
