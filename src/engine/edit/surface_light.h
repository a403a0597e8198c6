#pragma once

#include <opencv2/core.hpp>

#include "core/image.h"

namespace stage::engine {

/// The light that falls on a masked surface, linear RGB: the photo there,
/// without the old material's colour and texture.
/// @param linear   small copy of the photo, linear RGB
/// @param mask     CV_8U of its size, 255: the surface
/// @param mirrors  how much brighter than its middle tone it may be, 0..1 of
///                 what it is: a glossy surface shows windows, its matt
///                 successor must not
/// @return CV_32FC3 of its size
cv::Mat LightOn(const ImageF& linear, const cv::Mat& mask, float mirrors);

}  // namespace stage::engine
