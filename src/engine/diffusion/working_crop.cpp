#include "engine/diffusion/working_crop.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr double kSurroundings = 0.25;

struct Span {
  int begin = 0;
  int size = 0;
};

/// Widens a span to `wanted`, around its middle where there is room.
Span Widened(int begin, int end, int wanted, int limit) {
  const int size = std::clamp(wanted, end - begin, limit);
  const int first = begin - (size - (end - begin)) / 2;
  return {std::clamp(first, 0, limit - size), size};
}

int RoundedTo(double value, int multiple) {
  return std::max(multiple,
                  static_cast<int>(std::lround(value / multiple)) * multiple);
}

}  // namespace

WorkingCrop ChooseWorkingCrop(const ImageU8& mask,
                              int native_side_px,
                              int side_multiple,
                              int most_side_px) {
  int left = mask.width(), right = 0, top = mask.height(), bottom = 0;
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      if (mask.at(x, y) == 0) continue;
      left = std::min(left, x);
      right = std::max(right, x + 1);
      top = std::min(top, y);
      bottom = std::max(bottom, y + 1);
    }
  }
  const int around = static_cast<int>(
      std::lround(kSurroundings * std::max(right - left, bottom - top)));
  const Span across =
      Widened(left,
              right,
              std::max(right - left + 2 * around, native_side_px),
              mask.width());
  const Span down = Widened(top,
                            bottom,
                            std::max(bottom - top + 2 * around, native_side_px),
                            mask.height());
  const double own_side =
      std::sqrt(static_cast<double>(across.size) * down.size);
  const double side =
      std::clamp(own_side,
                 static_cast<double>(native_side_px),
                 static_cast<double>(std::max(native_side_px, most_side_px)));
  const double scale = side / own_side;
  return {.x = across.begin,
          .y = down.begin,
          .width = across.size,
          .height = down.size,
          .work_width = RoundedTo(across.size * scale, side_multiple),
          .work_height = RoundedTo(down.size * scale, side_multiple)};
}

}  // namespace stage::engine
