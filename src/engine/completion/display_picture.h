#pragma once

#include <Eigen/Core>

#include "core/image.h"
#include "core/photo/photo.h"

namespace stage::engine {

/// Part of a photo as display values (linear light through the sRGB curve,
/// 0..1, three channels), where equal steps look equal.
struct DisplayPicture {
  ImageF pixels;
  int left_px = 0;  ///< place in the photo
  int top_px = 0;
};

/// Linear light to display value and back; odd beyond 0, so that wide-gamut
/// values survive the way there and back.
float DisplayFromLinear(float linear);
float LinearFromDisplay(float display);

/// Reads the part of a photo that begins at (left, top).
DisplayPicture ReadDisplay(const Photo& photo,
                           const ColorConverter& converter,
                           int left_px,
                           int top_px,
                           int width_px,
                           int height_px);

/// The whole photo reduced to a long edge; see ReadLinear.
ImageF ReadDisplayReduced(const Photo& photo,
                          const ColorConverter& converter,
                          int long_edge_px);

/// Three channels at a place between pixels (pixel centres lie at
/// half-integers): Catmull-Rom over 4 x 4 pixels, held at the borders.
Eigen::Vector3f SampleCubic(const ImageF& picture, double x, double y);
/// The same, bilinear.
Eigen::Vector3f SampleLinear(const ImageF& picture, double x, double y);

}  // namespace stage::engine
