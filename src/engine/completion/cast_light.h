#pragma once

#include "core/image.h"
#include "engine/completion/surface_view.h"

namespace stage::engine {

/// What a thing throws on the even surfaces around it: shade and the tint of
/// its colour.
struct CastLight {
  /// The hole with what was left of the thing along its rim: thin remains on
  /// an even surface that hang together with the hole and end close to it.
  ImageU8 hole;
  /// Natural logarithm of what the surroundings are to be multiplied by, of
  /// the working copy's size, 3 channels; 0 where nothing changes. Empty: no
  /// cast was found.
  ImageF log_gain;
};

/// Finds it on walls and ceilings: the light of each even part that touches
/// the hole is fitted by a low-order surface, from what is far from the hole
/// and agrees on it (iteratively reweighted least squares); what is darker or
/// tinted beside the hole is led back to it, less and less away from the hole.
/// @param picture  working copy, display values 0..1, 3 channels
/// @param hole     255: to be filled
/// @param layout   of that hole
CastLight FindCastLight(const ImageF& picture,
                        const ImageU8& hole,
                        const SurfaceLayout& layout);

/// Takes the cast away.
/// @param log_gain  of any size, the whole of `picture`
void Relight(const ImageF& log_gain, ImageF& picture);

/// 255 where a picture of this size is changed by Relight.
ImageU8 RelitPart(const ImageF& log_gain, int width, int height);

}  // namespace stage::engine
