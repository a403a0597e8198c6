#pragma once

#include <filesystem>
#include <string>

#include "core/photo/photo.h"

namespace stage::engine {

/// Reads what a mask marks: white is to be changed.
/// @param mask   picture of the photo's shape, any size; or empty
/// @param box    "x,y,w,h" in pixels of the upright photo, when `mask` is empty
/// @return one channel of the photo's size, 255 where marked
/// @throws Error(kInput) naming the mask: unreadable, of another shape, marks
///         nothing, or a box that lies outside of the photo
ImageU8 ReadHoleMask(const std::filesystem::path& mask,
                     const std::string& box,
                     const Photo& photo);

/// The mask with a rim around it: masks drawn by hand end short of a thing's
/// edge, and lenses soften edges over some pixels.
ImageU8 WithRim(const ImageU8& mask);

}  // namespace stage::engine
