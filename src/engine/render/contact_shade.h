#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/render/render.h"

namespace stage::engine {

/// Where objects touch the floor of `scene`: CV_8U of the layers' size, 255
/// where what lies less than a finger's breadth above the floor is seen or
/// would be, were nothing before it.
cv::Mat ContactMask(const Scene& scene,
                    const std::vector<RenderObject>& objects,
                    cv::Size size);

/// Darkens the floor along the contact. Models end in sharp lower edges that
/// meet the floor without a gap; real ones are rounded, padded or worn there,
/// and what light gets under them is lost. Without that line a pale thing on a
/// pale top seems to float.
/// @param contact  of ContactMask; layers.ratio of its size changes
void ShadeContact(const Scene& scene,
                  const cv::Mat& contact,
                  RenderLayers& layers);

}  // namespace stage::engine
