#pragma once

#include <opencv2/core.hpp>

#include "core/image.h"
#include "engine/edit/masked_surfaces.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// What masked surfaces would mirror: the room as the photo shows it.
struct MirrorImage {
  cv::Mat colors;    ///< CV_32FC3, linear RGB
  double known = 0;  ///< share of it that the photo shows, 0..1
};

/// @param view     of the photo at the size of `linear`
/// @param linear   copy of the photo, linear RGB
/// @param mask     CV_8U of its size
/// @param scale    of `surfaces` against it
/// @param blur_px  how much a rough surface blurs, pixels
/// @throws Error(kInterrupted)
MirrorImage MirrorOf(const RoomPrism& prism,
                     const MaskedSurfaces& surfaces,
                     const View& view,
                     const ImageF& linear,
                     const cv::Mat& mask,
                     double scale,
                     double blur_px,
                     const WorkControl& control);

}  // namespace stage::engine
