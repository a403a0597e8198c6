#pragma once

#include <cstdint>
#include <vector>

#include "engine/render/film.h"
#include "engine/render/photo_illumination.h"

namespace stage::engine {

/// The ratio of light with and without furniture at a regular grid of points
/// over the picture, `spacing` pixels apart.
struct RatioGrid {
  static constexpr int kNone = -1;         ///< no room surface
  static constexpr int kOutside = 0x7fff;  ///< seen through an opening
  enum State : uint8_t {
    kInterpolated,
    kSampled,
    kHidden,  ///< by furniture: no value of its own
  };

  int spacing = 0, columns = 0, rows = 0;
  ColorPlanes ratio;
  std::vector<float> nearness;  ///< mean of 1 / distance of furniture; 1/m
  std::vector<float> error;     ///< standard deviation of the ratio
  std::vector<int16_t> face;    ///< of the room's prism, kNone or kOutside
  std::vector<uint8_t> state;

  RatioGrid(int spacing_px, int width, int height)
      : spacing(spacing_px),
        columns((width + spacing_px - 1) / spacing_px + 1),
        rows((height + spacing_px - 1) / spacing_px + 1) {
    const size_t count = static_cast<size_t>(columns) * rows;
    ratio.Resize(count);
    nearness.assign(count, 0);
    error.assign(count, 0);
    face.assign(count, kNone);
    state.assign(count, kInterpolated);
  }
  bool Touched(size_t i) const { return (ratio.Get(i) != Color::Ones()).any(); }
  size_t At(int column, int row) const {
    return static_cast<size_t>(row) * columns + column;
  }
  /// Where the camera's ray through a point meets the empty room.
  RoomHit RoomAt(const LightField& field, int column, int row) const {
    return field.prism.Intersect(
        field.view.position(),
        field.view.Ray(column * spacing + 0.5f, row * spacing + 0.5f));
  }
};

}  // namespace stage::engine
