#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A wall as if seen from straight ahead: one cell is `cell_m` metres, column
/// = u / cell_m along the wall, row = v / cell_m up from the floor (row 0 is
/// the lowest). Not for other folders: the only scene header with OpenCV types
/// besides its callers.
struct RectifiedWall {
  int wall = 0;       ///< index into RoomLayout::Walls()
  double cell_m = 0;  ///< metres a cell
  cv::Mat lab;        ///< CV_32FC3, CIE L*a*b*
  cv::Mat valid;      ///< CV_8U, 255 where the photo shows this wall's plane
  cv::Mat hidden;     ///< CV_8U, 255 behind what may stand in front of it
  cv::Mat departure;  ///< CV_32F, colour distance from the wall's own shading
  cv::Mat edge_u;     ///< CV_32F 0..1, evidence of an upright edge
  cv::Mat edge_v;     ///< CV_32F 0..1, evidence of a level edge

  int columns() const { return lab.cols; }
  int rows() const { return lab.rows; }
};

/// Rectifies every wall that shows enough of itself to be judged.
/// @param srgb    analysis copy, RGB
/// @param camera  for the size of `srgb`
/// @param foreground  mask of the size of `srgb`, 255 where something stands in
///        front of the walls; may be empty
std::vector<RectifiedWall> RectifyWalls(const ImageU8& srgb,
                                        const Camera& camera,
                                        const RoomLayout& room,
                                        const ImageU8& foreground = {});

}  // namespace stage::engine
