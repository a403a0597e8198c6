#pragma once

#include "core/photo/photo.h"
#include "engine/diffusion/working_crop.h"

namespace stage::engine {

/// The crop of a photo as a model takes it: sRGB, at the working size.
ImageU8 CutOut(const Photo& photo,
               const ColorConverter& converter,
               const WorkingCrop& crop);

/// The crop of a mask at the working size: 255 wherever it covers anything.
ImageU8 CutOutMask(const ImageU8& mask, const WorkingCrop& crop);

/// Shifts and scales the colours of `made` (each channel by itself) so that
/// outside of the mask it has the mean and contrast of `picture`: models
/// return what they were told to keep in slightly other colours.
/// @param picture, made, mask  of one size
void MatchColors(const ImageU8& picture, const ImageU8& mask, ImageU8& made);

/// How much of what was made counts: rises from the mask's edge inwards, so
/// that it ends within the mask. One channel, 0..1.
ImageF Feather(const ImageU8& mask);

/// Puts what was made into the photo, in linear light. Pixels where `weight`
/// is 0 keep their bits.
void Paste(const ImageU8& made,
           const WorkingCrop& crop,
           const ImageF& weight,
           const ColorConverter& converter,
           Photo& photo);

}  // namespace stage::engine
