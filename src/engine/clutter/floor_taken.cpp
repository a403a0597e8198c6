#include "engine/clutter/floor_taken.h"

#include <algorithm>
#include <opencv2/core.hpp>

#include "engine/clutter/working_picture.h"

namespace stage::engine {

double FloorTaken(const ThingMap& map, const Scene& scene) {
  // Below this it may be light, grain or a joint.
  constexpr double kSomething = 0.15;
  if (map.label.empty()) return 0;
  const cv::Mat floor =
      FloorMask(scene, {map.label.width(), map.label.height()});
  int taken = 0;
  for (int y = 0; y < floor.rows; ++y) {
    for (int x = 0; x < floor.cols; ++x) {
      const uint16_t label = map.label.at(x, y);
      if (label == 0 || floor.at<uchar>(y, x) == 0) continue;
      const Thing& thing = map.things[label - 1u];
      taken += !thing.doubt.empty() && thing.place == ThingPlace::kBeforeWall &&
               thing.certainty > kSomething;
    }
  }
  return taken / std::max(1.0, static_cast<double>(cv::countNonZero(floor)));
}

}  // namespace stage::engine
