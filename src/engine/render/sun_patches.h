#pragma once

#include <optional>

#include "core/image.h"
#include "engine/render/light_field.h"
#include "engine/render/opening_set.h"

namespace stage::engine {

/// Where the photo shows sun on floor and walls, and how each of these pixels
/// would look out of the sun.
class SunPatches {
 public:
  /// None at all.
  SunPatches() = default;
  /// Maps of one reduced size.
  struct Maps {
    ImageF factor;    ///< brightness over that of the surroundings
    ImageF shaded;    ///< RGB of the surface out of the sun
    ImageF lit;       ///< RGB of the surface in the sun
    ImageU8 sharp;    ///< 1 in patches that end sharply
    ImageF interior;  ///< 1 well inside a sharp patch
    ImageF near;      ///< 0 well outside of all sharp ones
    ImageU8 known;    ///< 1 on surfaces whose shade is known, patches or not
  };
  explicit SunPatches(Maps maps) : maps_(std::move(maps)) {}

  bool empty() const { return maps_.factor.empty(); }
  int width() const { return maps_.factor.width(); }
  int height() const { return maps_.factor.height(); }
  /// How much brighter the sun makes a point than its surroundings: 1 where no
  /// sun falls, up to 4.5. Coordinates are fractions of the picture's sides.
  float FactorAt(float x, float y) const;
  /// The same, 1 also where no patch ends sharply near: a pale plank, or gloss.
  float SunAt(float x, float y) const;
  float FactorAtPixel(int x, int y) const { return maps_.factor.at(x, y); }
  bool IsSharp(int x, int y) const { return maps_.sharp.at(x, y) > 0; }
  /// What is left of a pixel's linear value out of the sun, 0..1 a channel.
  Color ShadeAt(float x, float y, const Color& pixel) const;
  /// RGB of a surface with patches as it would look out of the sun, smooth
  /// over its texture; nullopt on other surfaces.
  std::optional<Color> ShadedAt(float x, float y) const;

 private:
  Maps maps_;
};

/// Finds sunlit pixels: brighter than what surrounds them on the same surface.
/// Not all need be sun: FitSunDirection tells.
SunPatches FindSunPatches(const LightField& field,
                          const OpeningSet& openings,
                          const ImageF& photo_linear);

}  // namespace stage::engine
