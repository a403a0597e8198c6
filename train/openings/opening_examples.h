#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "engine/scene/opening_cues.h"

namespace stage::train {

/// A rectangle that a search of walls has found, and what it is.
struct OpeningExample {
  engine::OpeningCues cues;
  float target = 0;  ///< 0: no opening, 1: one, and it fits well
  float weight = 0;  ///< how often it is shown
};

struct OpeningExamples {
  std::vector<OpeningExample> windows, doors;
};

/// Adds the rectangles found in all rooms of a folder with truth.json, at the
/// true scale of each and at the one found.
void AddExamples(const std::filesystem::path& folder,
                 OpeningExamples& examples);

/// Adds drawn rooms with these seeds, of which scale and walls are known.
void AddDrawnRooms(uint32_t first_seed, int count, OpeningExamples& examples);

}  // namespace stage::train
