#pragma once

#include <vector>

#include "core/image.h"
#include "engine/render/area_light.h"
#include "engine/render/color.h"
#include "engine/render/room_prism.h"
#include "engine/render/view.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// The light in a photographed room, taken from the photo itself: a surface of
/// the empty room shines with the radiance the photo shows there. Windows are
/// area lights on top, brighter than the clipped photo by a fitted factor.
struct LightField {
  RoomPrism prism;
  View view;                       ///< of the render-size photo
  ImageF environment;              ///< small linear copy of the photo, RGB
  std::vector<Color> face_median;  ///< one a face of the prism
  float behind_factor = 1;   ///< faces out of the picture, times their median
  float window_boost = 1;    ///< window radiance over the photo's
  float furniture_gain = 1;  ///< takes out what exposure bias remains
  float residual = 0;        ///< of the fit, natural log
  std::vector<AreaLight> windows;

  /// Radiance the empty room's surface sends into the room at a point of a
  /// face, windows shown as in the photo.
  Color Radiance(const Eigen::Vector3f& point, int face) const;
  /// The window a point of a face lies in, or nullptr.
  const AreaLight* WindowAt(const Eigen::Vector3f& point, int face) const;
};

/// Fits window brightness, the light behind the camera and furniture gain so
/// that the light field explains what ceiling and walls show (assumed albedo
/// 0.82 and 0.72). Deterministic.
/// @param photo_linear  render-size copy of the photo, linear RGB
LightField FitLight(const Scene& scene, const ImageF& photo_linear);

}  // namespace stage::engine
