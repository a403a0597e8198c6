#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "engine/scene/camera.h"
#include "engine/scene/seen_room.h"

namespace stage::engine {

/// What the network says of the floor, in FloorLikelihood's units: +1.5 floor,
/// -1.5 something else of the room, 0 a thing or nothing certain.
/// @return CV_32F, or empty when no network has looked
cv::Mat SeenFloor(const SeenRoom& seen, const cv::Size& size);

/// 255 where the network sees things; empty when no network has looked.
cv::Mat SeenThings(const SeenRoom& seen, const cv::Size& size);

/// How high the camera stands above the floor, metres, by the distances to it;
/// nullopt when no network has measured any, or they make no plane.
/// @param camera  for the size of `floor`
/// @param floor   CV_8U, 255 where the picture shows floor
std::optional<double> SeenCameraHeight(const SeenRoom& seen,
                                       const Camera& camera,
                                       const cv::Mat& floor);

}  // namespace stage::engine
