#include "core/photo/put_back.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"
#include "core/photo/resize.h"
#include "core/photo/upload.h"

namespace stage {
namespace {

constexpr double kBand = 0.02;  // of the part's short edge: where it blends

/// The part's box in the frame, and the edges at which the frame goes on.
struct Place {
  PictureBox box;
  int frame_width = 0;
  int frame_height = 0;

  /// Pixels from the nearest of those edges.
  int EdgeDistance(int x, int y) const {
    int distance = std::numeric_limits<int>::max();
    if (box.left > 0) distance = std::min(distance, x);
    if (box.top > 0) distance = std::min(distance, y);
    if (box.left + box.width < frame_width) {
      distance = std::min(distance, box.width - 1 - x);
    }
    if (box.top + box.height < frame_height) {
      distance = std::min(distance, box.height - 1 - y);
    }
    return distance;
  }
  int band() const {
    return std::max(
        2,
        static_cast<int>(std::lround(std::min(box.width, box.height) * kBand)));
  }
};

Photo Resized(const Photo& photo, int width, int height) {
  if (photo.width() == width && photo.height() == height) return photo;
  return DownscalePhoto(photo, ColorConverter(photo), width, height);
}

/// The photo at the detail of the part.
Photo FrameFor(const Photo& photo,
               const Photo& part,
               const std::array<double, 4>& cut) {
  const double scale = std::min({1.0,
                                 part.width() / (cut[2] * photo.width()),
                                 part.height() / (cut[3] * photo.height())});
  // A pixel more or less is the rounding of what was sent.
  const double pixel =
      1.0 / std::min(cut[2] * photo.width(), cut[3] * photo.height());
  if (scale > 1 - pixel) return photo;
  return Resized(photo,
                 std::max(1, static_cast<int>(photo.width() * scale)),
                 std::max(1, static_cast<int>(photo.height() * scale)));
}

/// The share of pixels along the inner edges that differ, seen from afar.
double SeamOf(const Photo& frame, const Photo& part, const Place& place) {
  constexpr int kLongEdge_px = 512;
  constexpr int kVisible = 32;  // of 255
  const Photo before = CropPhoto(frame, place.box);
  const ImageU8 old = ReadSrgb8(before, ColorConverter(before), kLongEdge_px);
  const ImageU8 made = ReadSrgb8(part, ColorConverter(part), kLongEdge_px);
  Place small = place;  // only which edges are inner ones counts
  small.box.width = old.width();
  small.box.height = old.height();
  small.frame_width += old.width() - place.box.width;
  small.frame_height += old.height() - place.box.height;
  int64_t band = 0;
  int64_t unlike = 0;
  for (int y = 0; y < old.height(); ++y) {
    for (int x = 0; x < old.width(); ++x) {
      if (small.EdgeDistance(x, y) >= small.band()) continue;
      int most = 0;
      for (int c = 0; c < 3; ++c) {
        most = std::max(most, std::abs(old.at(x, y, c) - made.at(x, y, c)));
      }
      ++band;
      if (most > kVisible) ++unlike;
    }
  }
  return band == 0 ? 0
                   : static_cast<double>(unlike) / static_cast<double>(band);
}

void Blend(const Photo& part, const Place& place, Photo& frame) {
  const ColorConverter part_colours(part);
  const ColorConverter frame_colours(frame);
  const PictureBox& box = place.box;
  const auto band = static_cast<float>(place.band());
  std::vector<float> made(static_cast<size_t>(box.width) * 3);
  std::vector<float> old(made.size());
  for (int y = 0; y < box.height; ++y) {
    part_colours.ToLinear(part, 0, y, box.width, made.data());
    frame_colours.ToLinear(frame, box.left, box.top + y, box.width, old.data());
    for (int x = 0; x < box.width; ++x) {
      const auto distance = static_cast<float>(place.EdgeDistance(x, y));
      const float share = std::min(1.0F, (distance + 0.5F) / band);
      for (size_t c = 0; c < 3; ++c) {
        const size_t at = static_cast<size_t>(x) * 3 + c;
        made[at] = old[at] + share * (made[at] - old[at]);
      }
    }
    frame_colours.FromLinear(
        made.data(), box.left, box.top + y, box.width, frame);
  }
}

}  // namespace

PutBackPhoto PutBack(const Photo& photo,
                     const Photo& part,
                     const std::array<double, 4>& cut) {
  if (!(cut[2] > 0 && cut[3] > 0)) {
    throw Error(ErrorKind::kInput, "the part of the photo is empty");
  }
  PutBackPhoto result{FrameFor(photo, part, cut)};
  Photo& frame = result.photo;
  Place place{
      BoxOf(cut, frame.width(), frame.height()), frame.width(), frame.height()};
  place.box.width = std::min(place.box.width, part.width());
  place.box.height = std::min(place.box.height, part.height());
  if (place.box.width <= 0 || place.box.height <= 0) {
    throw Error(ErrorKind::kInput, "the part of the photo is empty");
  }
  const Photo fitted = Resized(part, place.box.width, place.box.height);
  result.seam = SeamOf(frame, fitted, place);
  Blend(fitted, place, frame);
  return result;
}

}  // namespace stage
