#pragma once

#include <opencv2/core.hpp>

#include "engine/edit/sky_model.h"
#include "engine/render/parallel.h"
#include "engine/scene/camera.h"

namespace stage::engine {

/// The camera for painting a sky: straight on, so that clouds and glow are
/// laid out around the view; upright where its tilt cannot be true.
Camera SkyCamera(const Camera& estimated);

/// Elevation in degrees below which next to nothing of a sky is seen.
/// @param mask  CV_8U of any size over the whole picture, 255: sky
double LowestSkyDegrees(const Camera& camera, const cv::Mat& mask);

/// The sky in all directions the camera sees, where `mask` is near; a smaller
/// picture of linear RGB, CV_32FC3.
cv::Mat PaintSky(const SkyModel& model,
                 const Camera& camera,
                 const cv::Mat& mask,
                 const WorkControl& control);

}  // namespace stage::engine
