#pragma once

#include <opencv2/core.hpp>

#include "engine/render/render.h"

namespace stage::engine {

/// Leaves an object's shadow only on the surface it stands on, which nothing
/// but the photo knows: what joins the object's foot without an edge. Further
/// away than the object is large the shadow ends in any case.
/// @param photo_linear  of the layers' size, linear RGB
/// @param contact       where it touches the surface (ContactMask)
void KeepShadowOnSurface(const ImageF& photo_linear,
                         const cv::Mat& contact,
                         RenderLayers& layers);

}  // namespace stage::engine
