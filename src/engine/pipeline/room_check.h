#pragma once

#include "core/photo/photo.h"
#include "engine/render/render.h"

namespace stage::engine {

/// Where furniture, its shadows or its light may have changed the photo.
/// @return render size, one channel; 255: may have
ImageU8 MayChange(const RenderLayers& layers);

/// Marks in a mask what another one of the same picture marks, of any size.
void AddMask(const ImageU8& other, ImageU8& mask);

/// Reads a written result back: it must be whole, of its size, changed, and
/// still the photo's room wherever it may not change. A result that fails is
/// removed, not left lying about to be published.
/// @param may_change  as MayChange, of any size
/// @param change_expected  false where there may have been nothing to do
/// @return share of the room, 0..1, that changed all the same
/// @throws Error(kUnexpected) when that is too much, or as CheckWrittenResult
double CheckRoom(const Photo& original,
                 const WrittenPhoto& written,
                 const ImageU8& may_change,
                 bool change_expected = true);

}  // namespace stage::engine
