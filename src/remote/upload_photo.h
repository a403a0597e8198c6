#pragma once

#include <filesystem>

#include "remote/vendor.h"

namespace stage::remote {

/// What may be done about a shape that a vendor does not take.
enum class Reshape {
  kRefuse,
  kPad,  ///< the photo's edges are mirrored outwards; results are cut back
};

/// Makes a photo fit what a vendor takes. One that fits is sent as it is,
/// without being decoded; else a copy is made at `copy` (see ConvertForUpload
/// in core/photo/upload.h), which needs the photo library.
/// @throws Error(kInput) for what cannot be read or fitted, Error(kUsage) for a
///         shape the vendor does not take, Error(kModel) when a conversion is
///         needed and the library is missing
FittedFile FitPhoto(const std::filesystem::path& photo,
                    const VendorSpec& spec,
                    const std::filesystem::path& copy,
                    Reshape reshape = Reshape::kRefuse);

/// Makes a mask the size of the fitted photo; it must have the shape of the
/// photo itself. What was padded is black.
/// @throws Error(kInput), Error(kModel) as FitPhoto
FittedFile FitMask(const std::filesystem::path& mask,
                   const FittedFile& photo,
                   const std::filesystem::path& copy);

enum class MaskColours { kWhiteOnBlack, kBlackOnWhite };

/// Draws a mask: one colour in the box, the other elsewhere.
/// What was padded has the second colour.
/// @param box    "x,y,w,h" in pixels of the upright photo at `original`
/// @param photo  the fitted photo, whose size the mask gets
FittedFile DrawMaskBox(const std::string& box,
                       const std::filesystem::path& original,
                       const FittedFile& photo,
                       const std::filesystem::path& file,
                       MaskColours colours = MaskColours::kWhiteOnBlack);

/// Makes black what is white and the other way round.
/// @throws Error(kInput) when it cannot be read, Error(kModel) when the photo
///         library is missing
FittedFile InvertMask(const FittedFile& mask,
                      const std::filesystem::path& file);

/// True when the file's first bytes are those of a JPEG, PNG or WebP picture.
bool IsPictureFile(const std::filesystem::path& file);

}  // namespace stage::remote
