#include "engine/pipeline/thing_choice.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "engine/mat_view.h"

namespace stage::engine {
namespace {

constexpr double kFrameShade = 0.005;  // of the long side

/// The number of the thing at each pixel of a picture of this size, 0: none.
cv::Mat LabelsOf(const ThingMap& map, int width, int height) {
  const cv::Mat label(map.label.height(),
                      map.label.width(),
                      CV_16U,
                      const_cast<uint16_t*>(map.label.data()));
  cv::Mat labels;
  cv::resize(label, labels, {width, height}, 0, 0, cv::INTER_NEAREST);
  return labels;
}

}  // namespace

bool Goes(const Thing& thing) { return thing.doubt.empty(); }

bool AnyGoes(const ThingMap& map) {
  return std::any_of(map.things.begin(), map.things.end(), Goes);
}

void Leave(Thing& thing, const char* why) {
  if (!Goes(thing)) return;
  thing.doubt = why;
}

ThingMap Alone(const ThingMap& map, size_t thing) {
  ThingMap alone = map;
  for (size_t i = 0; i < alone.things.size(); ++i) {
    if (i != thing) Leave(alone.things[i], "is another thing");
  }
  return alone;
}

void Restrain(const std::vector<std::string>& keep,
              const ChoiceGround& ground,
              std::vector<Thing>& things) {
  const auto kept = [&keep](const char* kind) {
    return std::find(keep.begin(), keep.end(), kind) != keep.end();
  };
  for (Thing& thing : things) {
    // What is behind these is seen around them.
    const bool told = thing.framed || (thing.plainly && ground.floor_fits);
    if (ground.trust == SceneTrust::kNone && !told) {
      Leave(thing, "stands in a room that is not understood");
    } else if (ground.trust == SceneTrust::kFloorOnly &&
               thing.place != ThingPlace::kOnFloor && !told) {
      Leave(thing, "stands before walls that are not made out");
    }
    if (thing.place == ThingPlace::kOnWall && kept("art")) {
      Leave(thing, "hangs on a wall, and art is kept");
    }
    if (thing.like_rug && kept("rugs")) {
      Leave(thing, "may be a rug, and rugs are kept");
    }
  }
}

ImageU8 HoleOf(const ThingMap& map, int width, int height) {
  ImageU8 hole(width, height, 1);
  const cv::Mat labels = LabelsOf(map, width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const uint16_t label = labels.at<uint16_t>(y, x);
      if (label != 0 && Goes(map.things[label - 1u])) hole.at(x, y) = 255;
    }
  }
  return hole;
}

ImageU8 HoleOfThing(const ThingMap& map, size_t thing, int width, int height) {
  ImageU8 hole(width, height, 1);
  cv::Mat out = MatOf(hole);
  const cv::Mat labels = LabelsOf(map, width, height);
  cv::compare(labels, static_cast<double>(thing + 1), out, cv::CMP_EQ);
  if (!map.things[thing].framed) return hole;
  const int reach = static_cast<int>(kFrameShade * std::max(width, height));
  const cv::Mat others = (labels != 0) & ~out;
  cv::dilate(out, out, cv::Mat::ones(2 * reach + 1, 2 * reach + 1, CV_8U));
  out &= ~others;
  return hole;
}

}  // namespace stage::engine
