#pragma once

#include <string>

#include "engine/plan/room_survey.h"

namespace stage::engine {

/// The room type that `--room auto` means, and why.
struct RoomChoice {
  std::string room;
  std::string reason;
};

/// What the scene says when it is sure, else what its size, shape and
/// openings suggest.
RoomChoice ChooseRoom(const RoomSurvey& survey);

/// Floor area that decides which groups are sensible, square metres: the
/// room's, or what --room-size says it is.
double PlanningArea(const RoomSurvey& survey, const std::string& room_size);

}  // namespace stage::engine
