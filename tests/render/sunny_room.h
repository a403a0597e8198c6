#pragma once

#include "engine/render/render.h"

namespace stage::engine {

/// The sun as seen from the rooms below: high up behind the left wall.
inline const Eigen::Vector3d kToSun{-0.75, 0.55, -0.05};

/// BoxRoom with a window in its left wall.
Scene SunnyRoom(int width_px, int height_px);

/// An even photo of SunnyRoom, brighter by `factor` wherever sun from `to_sun`
/// falls through the window. Linear RGB.
ImageF SunnyPhoto(const Scene& scene,
                  const Eigen::Vector3d& to_sun,
                  float factor);

}  // namespace stage::engine
