#pragma once

#include <vector>

#include "engine/scene/opening_cues.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A rectangle that may be an opening.
struct OpeningCandidate {
  Opening opening;
  double score = 0;
  OpeningCues cues{};
};

/// The best candidates that do not overlap; leaves of one door and lights of
/// one window are joined, best first.
std::vector<Opening> SelectOpenings(std::vector<OpeningCandidate> candidates);

}  // namespace stage::engine
