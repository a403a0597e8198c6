#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/photo/photo.h"
#include "core/staging_job.h"

namespace stage::engine {

/// Reads what a mask marks: white, or one colour on black, is to be changed.
/// @param mask   picture of the photo's shape, any size; or empty
/// @param box    "x,y,w,h" in pixels of the upright photo, when `mask` is empty
/// @return one channel of the photo's size, 255 where marked
/// @throws Error(kInput) naming the mask: unreadable, no mask (see MarkedPart),
/// of
///         another shape, marks nothing, or a box that lies outside of the
///         photo
ImageU8 ReadMask(const std::filesystem::path& mask,
                 const std::string& box,
                 const Photo& photo);

/// What an edit may change: what its mask marks, or everything without one.
/// @throws Error(kInput) as ReadMask
ImageU8 EditMask(const EditParameters& edit, const Photo& photo);

/// How a mask becomes the part that is filled.
struct MaskGrowth {
  /// Pixels all around; none: a rim as hands and lenses need it.
  std::optional<int> rim_px;
  bool with_shadow = true;  ///< also into the shadow of what it marks
};

/// @param text  "auto" or empty; "off"; or a number of pixels
/// @throws Error(kUsage)
MaskGrowth ParseMaskGrowth(const std::string& text);

/// The mask with a rim around it: masks drawn by hand end short of a thing's
/// edge, and lenses soften edges over some pixels.
ImageU8 Grown(const ImageU8& mask, const MaskGrowth& growth);

}  // namespace stage::engine
