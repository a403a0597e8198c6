#pragma once

#include <cstdint>
#include <optional>

#include "core/image.h"
#include "engine/completion/exemplar_search.h"
#include "engine/completion/surface_view.h"

namespace stage::engine {

/// What a surface's hole is to be filled with.
struct SurfaceFill {
  SurfaceView view;
  ImageF base;  ///< raster size: light and colour without texture; or empty
  /// Raster size: what is added to copies besides, so that they have the base's
  /// light on the whole; or empty.
  ImageF level;
  CopyMap copy;

  /// A pixel of the working copy and the place it is copied from.
  struct Source {
    Eigen::Vector2d photo;       ///< where to copy from
    Eigen::Vector3f tone_shift;  ///< added to what is copied
  };
  /// @param anchor  photo place whose copy vector is used
  /// @param at      photo place to fill: the anchor or one near it
  std::optional<Source> SourceOf(const Eigen::Vector2d& anchor,
                                 const Eigen::Vector2d& at) const;
  /// Names the copy vector of a photo place among those of this surface, 0 or
  /// more; -1: none.
  int64_t Label(const Eigen::Vector2d& anchor) const;

  /// Sets `level`.
  /// @param pixels  raster size, display values
  void LevelWith(const ImageF& pixels, double scale_px);

 private:
  bool IsPlain(int row) const;
  Eigen::Vector3f ToneShift(const Eigen::Vector2d& at,
                            const Eigen::Vector2d& from) const;
  std::optional<int> NearestCopy(const Eigen::Vector2d& raster) const;
};

/// Lays one surface out and searches it.
/// @param picture  working copy, display values
/// @param hole     255: to be filled
/// @param usable   255: may be copied from
/// @param index    of the surface in `layout`
/// @return nullopt when too little of the surface is seen to fill it from
std::optional<SurfaceFill> FillSurface(const SurfaceLayout& layout,
                                       int index,
                                       const ImageF& picture,
                                       const ImageU8& hole,
                                       uint64_t seed,
                                       const WorkControl& work);

}  // namespace stage::engine
