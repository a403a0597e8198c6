#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/photo/photo.h"
#include "core/photo/result_check.h"

namespace stage {
namespace {

constexpr int kRadius = 4;  ///< windows of 9 x 9 pixels

/// One channel; sums over windows by integral images.
class Plane {
 public:
  Plane(int width, int height, float value = 0)
      : width_(width),
        height_(height),
        values_(static_cast<size_t>(width) * height, value) {}
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

/// Means over windows of two pictures, of their squares and their product.
struct WindowMoments {
  double a = 0, b = 0;
  double aa = 0, bb = 0, ab = 0;

  void Add(const WindowMoments& other, double sign) {
    a += sign * other.a;
    b += sign * other.b;
    aa += sign * other.aa;
    bb += sign * other.bb;
    ab += sign * other.ab;
  }
};

/// The moments row by row, from the top, of windows that are cut at the
/// border: sums of columns move down, sums of windows along them.
class MomentRows {
 public:
  MomentRows(const Plane& a, const Plane& b)
      : a_(a), b_(b), columns_(static_cast<size_t>(a.width())), row_(columns_) {
    for (int y = 0; y < std::min(kRadius, a.height()); ++y) AddRow(y, 1);
  }

  /// Of the windows about the pixels of the next row.
  const std::vector<WindowMoments>& Next() {
    const int y = next_++;
    if (y + kRadius < a_.height()) AddRow(y + kRadius, 1);
    if (y - kRadius > 0) AddRow(y - kRadius - 1, -1);
    const int rows =
        std::min(a_.height(), y + kRadius + 1) - std::max(0, y - kRadius);
    const int width = a_.width();
    WindowMoments sum;
    for (int x = 0; x < std::min(kRadius, width); ++x) {
      sum.Add(columns_[static_cast<size_t>(x)], 1);
    }
    for (int x = 0; x < width; ++x) {
      if (x + kRadius < width) {
        sum.Add(columns_[static_cast<size_t>(x + kRadius)], 1);
      }
      if (x - kRadius > 0) {
        sum.Add(columns_[static_cast<size_t>(x - kRadius - 1)], -1);
      }
      const int columns =
          std::min(width, x + kRadius + 1) - std::max(0, x - kRadius);
      WindowMoments& means = row_[static_cast<size_t>(x)];
      means = {};
      means.Add(sum, 1.0 / (rows * columns));
    }
    return row_;
  }

 private:
  void AddRow(int y, double sign) {
    for (int x = 0; x < a_.width(); ++x) {
      const double a = a_.at(x, y);
      const double b = b_.at(x, y);
      columns_[static_cast<size_t>(x)].Add(
          {.a = a, .b = b, .aa = a * a, .bb = b * b, .ab = a * b}, sign);
    }
  }

  const Plane& a_;
  const Plane& b_;
  std::vector<WindowMoments> columns_;
  std::vector<WindowMoments> row_;
  int next_ = 0;
};

/// Luma at a wanted size, by bilinear sampling of an image of about that size.
Plane LumaAt(const ImageU8& image, int width, int height) {
  Plane plane(width, height);
  const auto luma = [&](int x, int y) {
    return 0.2126 * image.at(x, y, 0) + 0.7152 * image.at(x, y, 1) +
           0.0722 * image.at(x, y, 2);
  };
  if (image.width() == width && image.height() == height) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        plane.at(x, y) = static_cast<float>(luma(x, y));
      }
    }
    return plane;
  }
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
  if (may_change == nullptr || may_change->empty()) {
    return Plane(width, height, 1);
  }
  Plane free(width, height);
  // Every mask pixel counts, also of masks finer than the plane.
  for (int y = 0; y < may_change->height(); ++y) {
    for (int x = 0; x < may_change->width(); ++x) {
      if (may_change->at(x, y) == 0) continue;
      free.at(static_cast<int>(int64_t{x} * width / may_change->width()),
              static_cast<int>(int64_t{y} * height / may_change->height())) = 1;
    }
  }
  if (may_change->width() < width || may_change->height() < height) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        if (may_change->at(
                static_cast<int>(int64_t{x} * may_change->width() / width),
                static_cast<int>(int64_t{y} * may_change->height() / height)) !=
            0) {
          free.at(x, y) = 1;
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
                             const ImageU8* may_change,
                             int long_edge_px) {
  const ImageU8 before8 =
      ReadSrgb8(original, ColorConverter(original), long_edge_px);
  const ImageU8 after8 =
      ReadSrgb8(result, ColorConverter(result), long_edge_px);
  const int width = before8.width();
  const int height = before8.height();
  const Plane before = LumaAt(before8, width, height);
  Plane after = LumaAt(after8, width, height);
  const Plane room = RoomMask(may_change, width, height);
  MatchTone(before, room, after);

  MomentRows rows(before, after);
  constexpr double kC1 = 0.01 * 255 * 0.01 * 255;
  // Larger than Wang's (0.03 * 255)^2: grain and JPEG noise on bare walls are
  // no structure.
  constexpr double kC2 = 0.05 * 255 * 0.05 * 255;
  constexpr double kOtherStructure = 0.6;
  constexpr double kOtherTone = 28;
  double ssim_sum = 0;
  int64_t room_pixels = 0, changed = 0;
  for (int y = 0; y < height; ++y) {
    const std::vector<WindowMoments>& row = rows.Next();
    for (int x = 0; x < width; ++x) {
      if (room.at(x, y) == 0) continue;
      const auto& [a, b, aa, bb, ab] = row[static_cast<size_t>(x)];
      const double variance_a = std::max(0.0, aa - a * a);
      const double variance_b = std::max(0.0, bb - b * b);
      const double covariance = ab - a * b;
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
