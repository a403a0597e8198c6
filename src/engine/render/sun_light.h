#pragma once

#include <optional>

#include "engine/render/parallel.h"
#include "engine/render/path_tracer.h"
#include "engine/render/photo_illumination.h"
#include "engine/render/sun_direction.h"

namespace stage::engine {

/// The sun as it falls into the photographed room. Which points it reaches is
/// read from the photo: a point is sunlit when the sun ray through it ends in
/// a patch of the empty room, so frames, trees and curtains need no model.
class SunLight {
 public:
  /// `light` must not know the sun yet: it tells how bright the rest is.
  SunLight(const PhotoIllumination& light,
           SunPatches patches,
           const SunDirection& direction);

  /// Sun on a point, as if no furniture stood in the room.
  LightSample Sample(const Eigen::Vector3f& point,
                     const Eigen::Vector3f& normal,
                     Sampler& sampler) const;
  /// What is left of a seen surface's photo value out of the sun; 1 where the
  /// sun does not explain its brightness.
  Color ShadeAt(const RoomHit& seen, const Color& photo) const;
  /// Radiance of the empty room's surface as the photo shows it, smooth over
  /// its texture and sharp where a patch ends; nullopt where no patch tells
  /// what the surface looks like out of the sun.
  std::optional<Color> SurfaceAt(const RoomHit& seen, const Color& photo) const;
  const Eigen::Vector3f& to_sun() const { return to_sun_; }

 private:
  float ShareAt(const Eigen::Vector3f& point) const;

  const LightField& field_;
  SunPatches patches_;
  Eigen::Vector3f to_sun_;
  float typical_factor_ = 1;   ///< of patches
  Color irradiance_{0, 0, 0};  ///< over pi, on a surface that faces the sun
};

/// Lets furniture cut the patches: where it stands between the sun and a seen
/// surface of the room, the ratio falls to what the surface has without sun.
/// Does nothing when `light` knows no sun.
/// @param ratio  of all other light, render size; changed in place
void CutSunPatches(const PathTracer& tracer,
                   const PhotoIllumination& light,
                   uint32_t seed,
                   const WorkControl& control,
                   ImageF& ratio);

/// The same for one point.
/// @param photo  linear value of the empty room there
/// @param ratio  of all other light
Color CutSun(const PathTracer& tracer,
             const PhotoIllumination& light,
             const RoomHit& seen,
             const Color& photo,
             const Color& ratio,
             uint32_t seed);

}  // namespace stage::engine
