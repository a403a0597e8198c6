#pragma once

#include <optional>
#include <vector>

namespace stage::engine {

/// What tells how large a room is, in units of the camera's height.
struct ScaleCues {
  double ceiling_height = 0;      ///< 0: not seen
  double ceiling_confidence = 0;  ///< 0..1, how well lines support it
  std::vector<double> door_heights;
  std::optional<double> camera_height_m;   ///< the user's word, or EXIF's
  std::optional<double> known_ceiling_m;
};

/// The camera's height in metres: the user's numbers where given, else the
/// most likely compromise between how high people hold cameras (1.3 m, 18 %),
/// usual ceilings (2.6 m, 10 %; the best cue there is) and doors (2.06 m, 6 %,
/// weak, because bookcases look like doors).
double EstimateCameraHeight(const ScaleCues& cues);

}  // namespace stage::engine
