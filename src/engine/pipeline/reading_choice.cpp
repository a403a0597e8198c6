#include "engine/pipeline/reading_choice.h"

#include <algorithm>
#include <opencv2/core.hpp>

#include "engine/clutter/floor_fit.h"
#include "engine/clutter/working_picture.h"

namespace stage::engine {
namespace {

constexpr double kAgree = 0.75;
constexpr double kClearlySurer = 0.15;

}  // namespace

double FloorOverlap(const Scene& a, const Scene& b) {
  constexpr int kWidth = 400;
  const cv::Size size(
      kWidth,
      std::max(1,
               kWidth * a.camera.height_px / std::max(1, a.camera.width_px)));
  const cv::Mat floor_a = FloorMask(a, size), floor_b = FloorMask(b, size);
  const double all = cv::countNonZero(floor_a | floor_b);
  return all > 0 ? cv::countNonZero(floor_a & floor_b) / all : 0;
}

ReadingVerdict ChooseReading(const ImageU8& emptied_srgb,
                             const Scene& emptied,
                             const Scene& around) {
  const bool emptied_fits = emptied.trust != SceneTrust::kNone &&
                            FloorMisfit(emptied_srgb, emptied) < kFloorMisread;
  const bool around_fits = around.trust != SceneTrust::kNone &&
                           FloorMisfit(emptied_srgb, around) < kFloorMisread;
  // What stood in a room may have kept it from being understood at all.
  if (around.trust == SceneTrust::kNone) {
    return emptied_fits || emptied.trust == SceneTrust::kNone
               ? ReadingVerdict::kUseEmptied
               : ReadingVerdict::kDisagree;
  }
  if (emptied.trust == SceneTrust::kNone) {
    return around_fits ? ReadingVerdict::kUseAround
                       : ReadingVerdict::kUseEmptied;
  }
  if (FloorOverlap(emptied, around) > kAgree) {
    return ReadingVerdict::kUseEmptied;
  }
  if (emptied_fits != around_fits) {
    return emptied_fits ? ReadingVerdict::kUseEmptied
                        : ReadingVerdict::kUseAround;
  }
  const double surer = emptied.confidence - around.confidence;
  if (!emptied_fits || std::abs(surer) < kClearlySurer) {
    return ReadingVerdict::kDisagree;
  }
  return surer > 0 ? ReadingVerdict::kUseEmptied : ReadingVerdict::kUseAround;
}

}  // namespace stage::engine
