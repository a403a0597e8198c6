#pragma once

#include "core/image.h"

namespace stage::engine {

/// A rectangle of the photo and the size at which a model works on it.
struct WorkingCrop {
  int x = 0, y = 0;  ///< photo pixels, upper left
  int width = 0, height = 0;
  int work_width = 0, work_height = 0;  ///< multiples of `side_multiple`
};

/// The rectangle around all that the mask covers, with a quarter of its size
/// around it for the model to see, at least the model's own size where the
/// photo is large enough, so that nothing is enlarged needlessly; worked on at
/// about the number of pixels the model was trained on, or on its own number up
/// to a square of `most_side_px`.
/// @param mask          one channel, not 0 where to change; somewhere it must
/// be
/// @param most_side_px  0: the model's own
WorkingCrop ChooseWorkingCrop(const ImageU8& mask,
                              int native_side_px,
                              int side_multiple,
                              int most_side_px = 0);

}  // namespace stage::engine
