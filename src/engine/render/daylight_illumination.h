#pragma once

#include <vector>

#include "engine/render/illumination.h"
#include "engine/render/render_room.h"

namespace stage::engine {

/// Sun and sky as they come through the portals of a modelled room.
class DaylightIllumination final : public Illumination {
 public:
  explicit DaylightIllumination(const RoomModel& room);

  Color Escape(const Eigen::Vector3f& origin,
               const Eigen::Vector3f& direction,
               RayKind kind) const override;
  LightSample SampleLight(const Eigen::Vector3f& point,
                          const Eigen::Vector3f& normal,
                          Sampler& sampler) const override;

 private:
  Color Sky(const Eigen::Vector3f& direction) const;
  bool SunMayReach(const Eigen::Vector3f& point) const;

  const Daylight daylight_;
  Eigen::Vector3f to_sun_;
  std::vector<AreaLight> portals_;
};

}  // namespace stage::engine
