#include "engine/pipeline/room_check.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/photo/result_check.h"

namespace stage::engine {
namespace {

float LargestOf(const float* rgb) { return std::max({rgb[0], rgb[1], rgb[2]}); }

}  // namespace

ImageU8 MayChange(const RenderLayers& layers) {
  ImageU8 mask(layers.coverage.width(), layers.coverage.height(), 1);
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      const float* ratio = &layers.ratio.at(x, y);
      const float departure[3] = {std::abs(ratio[0] - 1),
                                  std::abs(ratio[1] - 1),
                                  std::abs(ratio[2] - 1)};
      const bool mirrors =
          !layers.gloss.empty() && LargestOf(&layers.gloss.at(x, y)) > 0.004f;
      if (layers.coverage.at(x, y) > 0 || LargestOf(departure) > 0.02f ||
          mirrors) {
        mask.at(x, y) = 255;
      }
    }
  }
  return mask;
}

void AddMask(const ImageU8& other, ImageU8& mask) {
  for (int y = 0; y < other.height(); ++y) {
    for (int x = 0; x < other.width(); ++x) {
      if (other.at(x, y) == 0) continue;
      mask.at(static_cast<int>(int64_t{x} * mask.width() / other.width()),
              static_cast<int>(int64_t{y} * mask.height() / other.height())) =
          255;
    }
  }
}

namespace {

// The written file is read back: whole, of the right size, changed, and
// outside of the furniture still the photo's room.
double MeasureRoom(const Photo& original,
                   const WrittenPhoto& written,
                   const ImageU8& may_change,
                   bool change_expected) {
  const Photo result = CheckWrittenResult(
      original, written.path, {written.width, written.height, change_expected});
  const RoomChange change = MeasureRoomChange(original, result, &may_change);
  if (change.changed_fraction > kRoomChangedWarning) {
    throw Error(ErrorKind::kUnexpected,
                original.source.path.filename().string() +
                    ": the room itself changed in the result, which is "
                    "withheld; please report this photo");
  }
  return change.changed_fraction;
}

}  // namespace

double CheckRoom(const Photo& original,
                 const WrittenPhoto& written,
                 const ImageU8& may_change,
                 bool change_expected) {
  try {
    return MeasureRoom(original, written, may_change, change_expected);
  } catch (const Error&) {
    RemoveResult(written);
    throw;
  }
}

}  // namespace stage::engine
