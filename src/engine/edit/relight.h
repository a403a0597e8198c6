#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/photo/photo.h"
#include "engine/edit/sky_model.h"
#include "engine/render/parallel.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

struct RelightRequest {
  SkyKind sky = SkyKind::kClear;
  bool relight = false;  ///< the world too, not the sky alone
  uint64_t seed = 0;
};

/// What was found and done.
struct RelightReport {
  double sky_fraction = 0;    ///< of the picture
  double sky_confidence = 0;  ///< 0..1
  bool through_windows = false;
  int windows_lit = 0;
  ImageU8 may_change;  ///< analysis size, 255 where the picture may change
  std::vector<std::string> warnings;
};

/// Puts another sky into a photo and, where asked, its light on everything
/// else: outdoors, or behind the windows of a room. Where neither sky nor its
/// light reaches, pixels keep their bits.
/// @throws Error(kGeometry) with the reason when that cannot be done well:
///         no sky, a sky without a sure edge, sunlight in the room, a photo
///         taken at dusk; Error(kInterrupted)
RelightReport Relight(const Scene& scene,
                      const RelightRequest& request,
                      const ColorConverter& converter,
                      const WorkControl& control,
                      Photo& photo);

}  // namespace stage::engine
