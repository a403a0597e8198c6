#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"
#include "engine/scene/seen_room.h"

namespace stage::engine {

/// What is known about the scene before looking: EXIF, flags, the sidecar.
struct SceneHints {
  std::optional<double> focal_length_35mm;  ///< EXIF, millimetres
  std::optional<double> camera_height_m;
  std::optional<double> ceiling_height_m;
  std::vector<Eigen::Vector2d> floor_polygon_px;  ///< user's corners, or empty
  /// User's openings as pixel boxes (x, y, w, h); replaces detection.
  struct OpeningBox {
    OpeningKind kind;
    double x, y, width, height;
  };
  std::optional<std::vector<OpeningBox>> openings;
  /// User's camera: focal_px, pitch, roll, yaw as `stage analyze` prints them.
  std::optional<double> focal_px;
  std::optional<Eigen::Vector3d> pitch_roll_yaw_degrees;
  std::optional<Eigen::Vector2d> center_px;  ///< used along with the angles
  double k1 = 0;                             ///< used along with the angles
  /// 255 where the photo does not show the room but something that is to go:
  /// nothing is concluded from there. Any size, or empty.
  ImageU8 unknown;
  SeenRoom seen;  ///< what networks see, of the analysis copy
};

/// Understands the room in a photo: camera, layout, openings, obstacles,
/// scale, confidence. Deterministic.
/// @param srgb      8-bit RGB analysis copy, long edge ≤ 1536 px
/// @param width_px  size of the full photo the returned scene refers to
Scene AnalyzeScene(const ImageU8& srgb,
                   int width_px,
                   int height_px,
                   const SceneHints& hints);

/// The structure `stage analyze --json` prints (without photo name and mask),
/// and a sidecar may give back. Pixels are of the full-size upright photo.
nlohmann::json SceneToJson(const Scene& scene);

/// Reads the scene part of a sidecar: `camera` (also in parts), `room.height`,
/// `floor_polygon`, `openings`. Other keys are left to others.
/// @throws Error(kInput) naming the key that is wrong
SceneHints HintsFromJson(const nlohmann::json& sidecar);

/// The part of an opening in the picture as x, y, width, height in pixels of
/// the full-size upright photo; nullopt when none of it is.
std::optional<Eigen::Vector4d> OpeningBoxPx(const Scene& scene,
                                            const Opening& opening);

/// The photo with lines, floor, walls, openings and obstacles drawn over it.
ImageU8 DrawScene(const ImageU8& srgb, const Scene& scene);

}  // namespace stage::engine
