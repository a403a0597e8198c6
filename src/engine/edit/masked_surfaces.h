#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "core/image.h"
#include "engine/render/room_prism.h"
#include "engine/render/view.h"

namespace stage::engine {

/// The surfaces of a room that a mask lies on: the floor, the ceiling, or one
/// wall or several.
class MaskedSurfaces {
 public:
  /// The kind of surface that most of the mask lies on.
  /// @param view  of the mask's size
  MaskedSurfaces(const RoomPrism& prism, const View& view, const ImageU8& mask);

  /// "floor", "ceiling" or "wall".
  const std::string& kind() const { return kind_; }
  double share() const { return share_; }  ///< of the mask, 0..1
  /// The surface at a pixel of the mask; pixels that lie beside (a line of the
  /// layout is some pixels off) take the nearest one's. -1: there is none.
  int FaceAt(int x, int y, const Eigen::Vector3f& ray) const;

 private:
  const RoomPrism& prism_;
  Eigen::Vector3f eye_;
  std::string kind_;
  double share_ = 0;
  std::vector<bool> chosen_;  ///< one a face
  cv::Mat nearest_;           ///< CV_32S, faces over the mask, coarse
  double to_coarse_ = 1;
};

}  // namespace stage::engine
