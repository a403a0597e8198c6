#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/photo/photo.h"
#include "core/photo/result_check.h"

namespace stage {
namespace {

constexpr int kLongEdgePx = 1024;
constexpr int kRadius = 4;  ///< windows of 9 x 9 pixels

/// One channel, kept small because eight of them live together; sums over
/// windows by integral images.
class Plane {
 public:
  Plane(int width, int height)
      : width_(width),
        height_(height),
        values_(static_cast<size_t>(width) * height) {}
  int width() const { return width_; }
  int height() const { return height_; }
  float& at(int x, int y) {
    return values_[static_cast<size_t>(y) * width_ + x];
  }
  float at(int x, int y) const {
    return values_[static_cast<size_t>(y) * width_ + x];
  }

  /// Mean over the window about each pixel, cut at the border.
  Plane WindowMeans() const {
    std::vector<double> sums(static_cast<size_t>(width_ + 1) * (height_ + 1));
    const auto sum = [&](int x, int y) -> double& {
      return sums[static_cast<size_t>(y) * (width_ + 1) + x];
    };
    for (int y = 0; y < height_; ++y) {
      double row = 0;
      for (int x = 0; x < width_; ++x) {
        row += at(x, y);
        sum(x + 1, y + 1) = sum(x + 1, y) + row;
      }
    }
    Plane means(width_, height_);
    for (int y = 0; y < height_; ++y) {
      const int top = std::max(0, y - kRadius);
      const int bottom = std::min(height_, y + kRadius + 1);
      for (int x = 0; x < width_; ++x) {
        const int left = std::max(0, x - kRadius);
        const int right = std::min(width_, x + kRadius + 1);
        means.at(x, y) =
            static_cast<float>((sum(right, bottom) - sum(left, bottom) -
                                sum(right, top) + sum(left, top)) /
                               ((right - left) * (bottom - top)));
      }
    }
    return means;
  }

 private:
  int width_;
  int height_;
  std::vector<float> values_;
};

Plane Product(const Plane& a, const Plane& b) {
  Plane product(a.width(), a.height());
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) {
      product.at(x, y) = a.at(x, y) * b.at(x, y);
    }
  }
  return product;
}

/// Luma at a wanted size, by bilinear sampling of an image of about that size.
Plane LumaAt(const ImageU8& image, int width, int height) {
  Plane plane(width, height);
  const auto luma = [&](int x, int y) {
    return 0.2126 * image.at(x, y, 0) + 0.7152 * image.at(x, y, 1) +
           0.0722 * image.at(x, y, 2);
  };
  for (int y = 0; y < height; ++y) {
    const double from_y = std::clamp(
        (y + 0.5) * image.height() / height - 0.5, 0.0, image.height() - 1.0);
    const int y0 = static_cast<int>(from_y);
    const int y1 = std::min(y0 + 1, image.height() - 1);
    const double v = from_y - y0;
    for (int x = 0; x < width; ++x) {
      const double from_x = std::clamp(
          (x + 0.5) * image.width() / width - 0.5, 0.0, image.width() - 1.0);
      const int x0 = static_cast<int>(from_x);
      const int x1 = std::min(x0 + 1, image.width() - 1);
      const double u = from_x - x0;
      plane.at(x, y) = static_cast<float>(
          (luma(x0, y0) * (1 - u) + luma(x1, y0) * u) * (1 - v) +
          (luma(x0, y1) * (1 - u) + luma(x1, y1) * u) * v);
    }
  }
  return plane;
}

/// 1 where a window holds nothing that may change.
Plane RoomMask(const ImageU8* may_change, int width, int height) {
  Plane free(width, height);
  if (may_change != nullptr && !may_change->empty()) {
    // Every mask pixel counts, also of masks finer than the plane.
    for (int y = 0; y < may_change->height(); ++y) {
      for (int x = 0; x < may_change->width(); ++x) {
        if (may_change->at(x, y) == 0) continue;
        free.at(static_cast<int>(int64_t{x} * width / may_change->width()),
                static_cast<int>(int64_t{y} * height / may_change->height())) =
            1;
      }
    }
    if (may_change->width() < width || may_change->height() < height) {
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          if (may_change->at(
                  static_cast<int>(int64_t{x} * may_change->width() / width),
                  static_cast<int>(int64_t{y} * may_change->height() /
                                   height)) != 0) {
            free.at(x, y) = 1;
          }
        }
      }
    }
  }
  const Plane covered = free.WindowMeans();
  Plane room(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      room.at(x, y) = covered.at(x, y) < 1e-9 ? 1 : 0;
    }
  }
  return room;
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Takes an overall change of exposure out of `result`: gain and offset that
/// carry the room's quartiles of `result` to those of `original`.
void MatchTone(const Plane& original, const Plane& room, Plane& result) {
  std::vector<double> before, after;
  for (int y = 0; y < room.height(); y += 2) {
    for (int x = 0; x < room.width(); x += 2) {
      if (room.at(x, y) == 0) continue;
      before.push_back(original.at(x, y));
      after.push_back(result.at(x, y));
    }
  }
  if (before.size() < 16) return;
  const double middle_before = Median(before);
  const double middle_after = Median(after);
  for (double& value : before) value = std::abs(value - middle_before);
  for (double& value : after) value = std::abs(value - middle_after);
  const double spread_after = Median(after);
  const double gain = spread_after > 2
                          ? std::clamp(Median(before) / spread_after, 0.67, 1.5)
                          : 1.0;
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      result.at(x, y) = static_cast<float>(
          (result.at(x, y) - middle_after) * gain + middle_before);
    }
  }
}

}  // namespace

RoomChange MeasureRoomChange(const Photo& original,
                             const Photo& result,
                             const ImageU8* may_change) {
  const ImageU8 before8 =
      ReadSrgb8(original, ColorConverter(original), kLongEdgePx);
  const ImageU8 after8 = ReadSrgb8(result, ColorConverter(result), kLongEdgePx);
  const int width = before8.width();
  const int height = before8.height();
  const Plane before = LumaAt(before8, width, height);
  Plane after = LumaAt(after8, width, height);
  const Plane room = RoomMask(may_change, width, height);
  MatchTone(before, room, after);

  const Plane mean_a = before.WindowMeans();
  const Plane mean_b = after.WindowMeans();
  const Plane square_a = Product(before, before).WindowMeans();
  const Plane square_b = Product(after, after).WindowMeans();
  const Plane product = Product(before, after).WindowMeans();
  constexpr double kC1 = 0.01 * 255 * 0.01 * 255;
  // Larger than Wang's (0.03 * 255)^2: grain and JPEG noise on bare walls are
  // no structure.
  constexpr double kC2 = 0.05 * 255 * 0.05 * 255;
  constexpr double kOtherStructure = 0.6;
  constexpr double kOtherTone = 28;
  double ssim_sum = 0;
  int64_t room_pixels = 0, changed = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (room.at(x, y) == 0) continue;
      const double a = mean_a.at(x, y);
      const double b = mean_b.at(x, y);
      const double variance_a = std::max(0.0, square_a.at(x, y) - a * a);
      const double variance_b = std::max(0.0, square_b.at(x, y) - b * b);
      const double covariance = product.at(x, y) - a * b;
      const double structure =
          (2 * covariance + kC2) / (variance_a + variance_b + kC2);
      ssim_sum += structure * (2 * a * b + kC1) / (a * a + b * b + kC1);
      ++room_pixels;
      changed += structure < kOtherStructure || std::abs(a - b) > kOtherTone;
    }
  }
  RoomChange change;
  if (room_pixels == 0) return change;
  change.changed_fraction = static_cast<double>(changed) / room_pixels;
  change.ssim = ssim_sum / room_pixels;
  change.room_fraction =
      static_cast<double>(room_pixels) / (static_cast<double>(width) * height);
  return change;
}

}  // namespace stage
