#include "core/photo/upload_layout.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace stage {
namespace {

FittedSize SizeWithin(const UploadLimits& limits, int width, int height) {
  FittedSize size = FitLongEdge(width, height, limits.max_long_edge_px);
  const int64_t pixels = int64_t{size.width} * size.height;
  if (limits.max_pixels > 0 && pixels > limits.max_pixels) {
    const double scale =
        std::sqrt(static_cast<double>(limits.max_pixels) / pixels);
    size.width = std::max(1, static_cast<int>(size.width * scale));
    size.height = std::max(1, static_cast<int>(size.height * scale));
  }
  return size;
}

bool IsTooTall(const UploadLimits& limits, FittedSize size) {
  return limits.least_aspect > 0 &&
         size.width < limits.least_aspect * size.height;
}

bool IsTooWide(const UploadLimits& limits, FittedSize size) {
  return limits.most_aspect > 0 &&
         size.width > limits.most_aspect * size.height;
}

FittedSize Padded(const UploadLimits& limits, FittedSize size) {
  size.width = std::max(size.width, limits.least_side_px);
  size.height = std::max(size.height, limits.least_side_px);
  if (IsTooTall(limits, size)) {
    size.width = static_cast<int>(std::ceil(size.height * limits.least_aspect));
  } else if (IsTooWide(limits, size)) {
    size.height = static_cast<int>(std::ceil(size.width / limits.most_aspect));
  }
  return size;
}

FittedSize Cropped(const UploadLimits& limits, FittedSize size) {
  if (IsTooTall(limits, size)) {
    size.height =
        static_cast<int>(std::floor(size.width / limits.least_aspect));
  } else if (IsTooWide(limits, size)) {
    size.width = static_cast<int>(std::floor(size.height * limits.most_aspect));
  }
  return {std::max(1, size.width), std::max(1, size.height)};
}

/// Where a window lies: in the middle, or as near to it as what must be kept
/// allows.
/// @param keep_from, keep_size  shares of `whole`
int WindowStart(int whole, int window, double keep_from, double keep_size) {
  const int first = static_cast<int>(std::floor(keep_from * whole));
  const int last =
      static_cast<int>(std::ceil((keep_from + keep_size) * whole - 1e-6));
  if (last - first > window) {
    throw Error(ErrorKind::kInput,
                "the mask is larger than the part of the photo that can be "
                "sent: allow padding instead of cropping");
  }
  return std::clamp((whole - window) / 2,
                    std::max(0, last - window),
                    std::min(first, whole - window));
}

PictureBox Window(const UploadLimits& limits, int width, int height) {
  const FittedSize size = Cropped(limits, {width, height});
  const std::array<double, 4> keep =
      limits.keep.value_or(std::array<double, 4>{0.5, 0.5, 0, 0});
  return {WindowStart(width, size.width, keep[0], keep[2]),
          WindowStart(height, size.height, keep[1], keep[3]),
          size.width,
          size.height};
}

UploadLayout CroppedLayout(const UploadLimits& limits, int width, int height) {
  UploadLayout layout;
  layout.cut = Window(limits, width, height);
  layout.photo = SizeWithin(limits, layout.cut.width, layout.cut.height);
  // A reduction's rounding must not bring back what was too much.
  if (IsTooTall(limits, layout.photo)) --layout.photo.height;
  if (IsTooWide(limits, layout.photo)) --layout.photo.width;
  layout.picture = layout.photo;
  return layout;
}

}  // namespace

bool UploadLayout::is_padded() const {
  return picture.width != photo.width || picture.height != photo.height;
}

PictureBox UploadLayout::place() const {
  return {(picture.width - photo.width) / 2,
          (picture.height - photo.height) / 2,
          photo.width,
          photo.height};
}

UploadLayout LayoutFor(const UploadLimits& limits, int width, int height) {
  if (limits.reshape == Reshape::kCrop) {
    return CroppedLayout(limits, width, height);
  }
  UploadLayout layout;
  layout.cut = {0, 0, width, height};
  layout.photo = SizeWithin(limits, width, height);
  layout.picture = Padded(limits, layout.photo);
  const FittedSize most =
      SizeWithin(limits, layout.picture.width, layout.picture.height);
  if (most.width < layout.picture.width) {
    const double scale = static_cast<double>(most.width) / layout.picture.width;
    layout.photo = {std::max(1, static_cast<int>(layout.photo.width * scale)),
                    std::max(1, static_cast<int>(layout.photo.height * scale))};
    layout.picture = Padded(limits, layout.photo);
  }
  return layout;
}

}  // namespace stage
