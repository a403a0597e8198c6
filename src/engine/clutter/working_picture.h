#pragma once

#include <opencv2/core.hpp>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// A copy at the size at which things are looked for: 1000 pixels long.
cv::Mat WorkingPicture(const ImageU8& srgb);

/// CV_32FC3, CIE L*a*b*, without grain, joints and weave.
cv::Mat SmoothLab(const cv::Mat& rgb);

/// CV_8U, 255 where the scene has its floor; empty of it where there is none.
cv::Mat FloorMask(const Scene& scene, const cv::Size& size);

}  // namespace stage::engine
