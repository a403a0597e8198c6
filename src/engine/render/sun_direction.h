#pragma once

#include <optional>

#include "engine/render/sun_patches.h"

namespace stage::engine {

struct SunDirection {
  Eigen::Vector3f to_sun{0, 1, 0};  ///< unit
  float agreement = 0;  ///< of patches and windows: shared over joint area
};

/// The direction in which the sun must stand so that its light through the
/// windows falls where the patches are. Nothing when no direction explains
/// them, or when different ones explain them equally well.
/// @param floor_mirrors  the floor is glossy: places where it may mirror a
///                       window are no evidence
std::optional<SunDirection> FitSunDirection(const LightField& field,
                                            const SunPatches& patches,
                                            bool floor_mirrors);

/// Whether a ray from `point` leaves the empty room through a window.
/// @param margin_m  windows are taken larger by this much on all sides
bool LeavesThroughWindow(const LightField& field,
                         const Eigen::Vector3f& point,
                         const Eigen::Vector3f& direction,
                         float margin_m);

}  // namespace stage::engine
