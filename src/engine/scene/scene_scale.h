#pragma once

#include <optional>

namespace stage::engine {

/// What tells how large a room is, in units of the camera's height.
struct ScaleCues {
  double ceiling_height = 0;      ///< 0: not seen
  double ceiling_confidence = 0;  ///< 0..1, how well lines support it
  /// How high walls are seen to rise; 0: not known. Says something where the
  /// ceiling is not seen.
  double least_ceiling = 0;
  std::optional<double> camera_height_m;  ///< the user's word, or EXIF's
  std::optional<double> known_ceiling_m;
  std::optional<double> seen_camera_height_m;  ///< a network's measure
};

struct CameraHeight {
  double metres = 0;
  double log_sigma = 0;  ///< of ln metres; 0: the user's word
};

/// How much of a ceiling's line support is better than chance, 0..1.
double CeilingTrust(double support);

/// The camera's height: the user's numbers where given, else the most likely
/// compromise between how high people hold cameras (1.3 m, 18 %), usual
/// ceilings (2.6 m, 10 %; the best cue that lines give) and what a network has
/// measured (12 %).
CameraHeight EstimateCameraHeight(const ScaleCues& cues);

/// What a ceiling that is not seen is taken to be, metres.
inline constexpr double kUsualCeilingM = 2.6;

}  // namespace stage::engine
