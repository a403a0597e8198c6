#pragma once

#include <string>
#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What `--select` can name without a mask: the floor.
/// @throws Error(kModel) for all else, which only a mask tells
void CheckSelection(const std::vector<std::string>& names);

/// The part of a photo that shows free floor, up to where its look ends.
/// @param srgb  8-bit RGB copy of the photo, reduced
/// @return  255 or 0, one channel, of the photo's size
/// @throws Error(kGeometry) when the floor is not sure
ImageU8 SelectedFloor(const Scene& scene,
                      const ImageU8& srgb,
                      const std::string& photo_name);

}  // namespace stage::engine
