#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "core/image.h"
#include "engine/completion/crossing_lines.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A flat part of the room laid out without perspective: a raster whose pixels
/// are squares of the surface, and its way to the working copy of the photo.
struct SurfaceView {
  int width = 0;
  int height = 0;
  Eigen::Matrix3d raster_to_ideal = Eigen::Matrix3d::Identity();
  Eigen::Matrix3d ideal_to_raster = Eigen::Matrix3d::Identity();
  std::optional<Camera>
      lens;             ///< distorts ideal pixels; none: they are photo's
  double px_per_m = 0;  ///< 0: the picture itself
  /// Walls: rows between skirting and cornice, which are not the wall's own
  /// light. A wall repeats along its rows, not up.
  struct Rows {
    double from = 0, to = 0;
  };
  std::optional<Rows> plain_rows;
  /// Rows of the wall; beyond lie floor and ceiling as the photo shows them,
  /// so that patches at the wall's foot and head are whole.
  std::optional<Rows> own_rows;
  /// A window or door, that is filled from itself as the photo shows it.
  bool is_opening = false;
  /// Whether the photo's own light and colours are copied: of surfaces that
  /// have more than one.
  bool AsSeen() const { return !lens || is_opening; }

  /// Continuous coordinates, pixel centres at half-integers.
  Eigen::Vector2d ToPhoto(const Eigen::Vector2d& raster) const;
  /// nullopt where the surface is not in front of the camera.
  std::optional<Eigen::Vector2d> ToRaster(const Eigen::Vector2d& photo) const;
};

/// The surfaces that a hole touches, and which pixel lies on which.
struct SurfaceLayout {
  std::vector<SurfaceView> surfaces;  ///< the last one is the picture itself
  /// Of the working copy: index into `surfaces`, kNoSurface elsewhere.
  ImageU8 surface_at;
  /// Of the working copy: 255 on windows, doors and their frames, which no
  /// wall is to be filled with. Of sure ones that the hole covers in part each
  /// is a surface of its own; those that it covers more of do not count.
  ImageU8 openings;
  /// Of the working copy: 255 on what is no surface of the room but stands
  /// before it, and is not to be copied from. Or empty.
  ImageU8 things;
  /// Edges of the working copy that go on behind the hole, for the picture as
  /// a surface.
  std::vector<CrossingLine> lines;
  static constexpr uint8_t kNoSurface = 255;
};

/// The picture itself as the only surface.
SurfaceLayout LayOutPicture(int width, int height);

/// Which of a room's faces are where the scene says.
enum class KnownFaces { kNone, kFloor, kAll };

/// Lays out floor, walls and ceiling as far as they are known; what
/// belongs to none is one surface more, the picture itself. Walls take a strip
/// of floor and ceiling with them, so that skirtings and cornices, whose place
/// the scene knows to some centimetres only, are continued as the photo has
/// them.
/// @param hole  255: to be filled, at the size of the working copy
SurfaceLayout LayOutSurfaces(const Scene& scene,
                             const ImageU8& hole,
                             KnownFaces known);

}  // namespace stage::engine
