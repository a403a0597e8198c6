#pragma once

#include "core/photo/resize.h"
#include "core/photo/upload.h"

namespace stage {

/// How a photo is sent.
struct UploadLayout {
  PictureBox cut;      ///< the part that is sent, in the upright photo's pixels
  FittedSize photo;    ///< the size that this part gets
  FittedSize picture;  ///< of what is sent; larger than `photo` when padded

  bool is_padded() const;
  PictureBox place() const;  ///< of that part in the middle of the picture
};

/// The largest layout within the limits.
/// @param width, height  of the upright photo
/// @throws Error(kInput) when what must be kept is larger than what may be sent
UploadLayout LayoutFor(const UploadLimits& limits, int width, int height);

}  // namespace stage
