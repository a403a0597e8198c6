#pragma once

#include <Eigen/Core>
#include <vector>

#include "engine/render/color.h"
#include "engine/render/render.h"

namespace stage::engine {

/// Furniture takes some light from a whole room, and whoever photographs the
/// furnished room opens the aperture for it. What most of a surface loses is
/// given back; real shadows keep their depth, and nothing gets brighter.
class RoomExposure {
 public:
  explicit RoomExposure(const RenderLayers& layers);
  /// Re-exposes one row of ratios in place.
  void Adjust(int row, float* ratio) const;

 private:
  int GroupOf(const float* normal) const;

  const RenderLayers& layers_;
  std::vector<Eigen::Vector3f> normals_;  // of the groups: faces by direction
  std::vector<Color> exposure_;           // of the groups, <= 1
};

}  // namespace stage::engine
