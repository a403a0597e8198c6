#include "engine/scene/scene_scale.h"

#include <doctest/doctest.h>

namespace stage::engine {

TEST_CASE(
    "EstimateCameraHeight: a clear ceiling decides, a user's word is law") {
  ScaleCues cues;
  const CameraHeight unseen = EstimateCameraHeight(cues);
  cues.ceiling_height = 2.6;
  cues.ceiling_confidence = 1;
  const CameraHeight seen = EstimateCameraHeight(cues);
  CHECK(seen.metres < 0.9 * unseen.metres);
  CHECK(seen.log_sigma < 0.6 * unseen.log_sigma);
  cues.known_ceiling_m = 3.9;
  CHECK(EstimateCameraHeight(cues).metres == doctest::Approx(1.5));
  CHECK(EstimateCameraHeight(cues).log_sigma == 0);
  cues.camera_height_m = 1.1;
  CHECK(EstimateCameraHeight(cues).metres == 1.1);
}

TEST_CASE("EstimateCameraHeight: walls seen to rise high mean a low camera") {
  ScaleCues cues;
  const double unseen = EstimateCameraHeight(cues).metres;
  cues.least_ceiling = 1.7;
  CHECK(EstimateCameraHeight(cues).metres == unseen);
  cues.least_ceiling = 2.7;
  CHECK(EstimateCameraHeight(cues).metres < 1.1);
}

}  // namespace stage::engine
