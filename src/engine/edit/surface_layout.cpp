#include "engine/edit/surface_layout.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/catalogue/procedural/noise.h"

namespace stage::engine {
namespace {

using procedural::Hash;
using procedural::HashUnit;

uint32_t Id(float row, float column, uint32_t salt) {
  return Hash(static_cast<uint32_t>(static_cast<int32_t>(row)),
              static_cast<uint32_t>(static_cast<int32_t>(column)),
              salt);
}

SurfaceElement InRectangle(
    float u, float v, float length, float width, uint32_t id) {
  const float across = std::min(u, length - u);
  const float along = std::min(v, width - v);
  return {u, v, std::min(across, along), id};
}

SurfaceElement LaidInRows(
    float u, float v, float length, float width, float shift) {
  const float row = std::floor(v / width);
  const float begin = shift * row * length;
  const float column = std::floor((u - begin) / length);
  return InRectangle(u - begin - column * length,
                     v - row * width,
                     length,
                     width,
                     Id(row, column, 11));
}

/// Planks of one row begin anywhere, so that no joints line up.
SurfaceElement Plank(float u, float v, float length, float width) {
  const float row = std::floor(v / width);
  const float begin = HashUnit(Id(row, 0, 12)) * length;
  const float column = std::floor((u - begin) / length);
  return InRectangle(u - begin - column * length,
                     v - row * width,
                     length,
                     width,
                     Id(row, column, 13));
}

/// Rows of several heights, stones of several lengths.
SurfaceElement Ashlar(float u, float v, float length, float width) {
  constexpr std::array<float, 5> kHeights = {1.0f, 0.62f, 1.25f, 0.8f, 1.33f};
  const float period = 5 * width;
  const float band = std::floor(v / period);
  float rest = v - band * period;
  int row = 0;
  while (row < 4 && rest >= kHeights[row] * width) {
    rest -= kHeights[row] * width;
    ++row;
  }
  const float height = kHeights[row] * width;
  const uint32_t course = Id(band, static_cast<float>(row), 14);
  const float begin = HashUnit(course) * length;
  const float cell = std::floor((u - begin) / length);
  const auto split = [&](float index) {
    return index * length +
           (0.5f +
            0.55f * (HashUnit(Id(index, HashUnit(course) * 1e6f, 15)) - 0.5f)) *
               length;
  };
  float first = split(cell - 1), last = split(cell);
  float index = cell;
  if (u - begin >= last) {
    first = last;
    last = split(cell + 1);
    index = cell + 1;
  }
  return InRectangle(
      u - begin - first,
      rest,
      last - first,
      height,
      Hash(course, static_cast<uint32_t>(static_cast<int32_t>(index))));
}

/// Blocks of length 6 widths, laid at right angles and 45 degrees to u.
SurfaceElement Herringbone(float u, float v, float length, float width) {
  constexpr float kDiagonal = 0.70710678f;
  const float x = (u + v) * kDiagonal / width, y = (v - u) * kDiagonal / width;
  const int steps = static_cast<int>(std::lround(length / width));
  const float column = std::floor(x), row = std::floor(y);
  const int period = 2 * steps;
  int phase = static_cast<int>(column - row) % period;
  if (phase < 0) phase += period;
  const float fx = x - column, fy = y - row;
  if (phase < steps) {  // lies along x
    const float along = (static_cast<float>(phase) + fx) * width;
    return InRectangle(along,
                       fy * width,
                       length,
                       width,
                       Id(row, column - static_cast<float>(phase), 16));
  }
  // Stands along y: going up a row lowers the phase.
  const int up = period - 1 - phase;
  const float along = (static_cast<float>(up) + fy) * width;
  return InRectangle(along,
                     fx * width,
                     length,
                     width,
                     Id(row - static_cast<float>(up), column, 17));
}

}  // namespace

SurfaceElement LayElement(const SurfaceRecipe& r, float u, float v) {
  switch (r.laying) {
    case Laying::kPlanks:
      return Plank(u, v, r.length, r.width);
    case Laying::kGrid:
      return LaidInRows(u, v, r.length, r.width, 0);
    case Laying::kBrick:
      return LaidInRows(u, v, r.length, r.width, 0.5f);
    case Laying::kHerringbone:
      return Herringbone(u, v, r.length, r.width);
    case Laying::kAshlar:
      return Ashlar(u, v, r.length, r.width);
    case Laying::kPlain:
      break;
  }
  return {u, v, 1e9f, 0};
}

}  // namespace stage::engine
