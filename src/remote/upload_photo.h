#pragma once

#include <filesystem>

#include "remote/vendor.h"

namespace stage::remote {

/// What may be done about a shape that a vendor does not take.
enum class Reshape {
  kRefuse,
  kPad,   ///< the photo's edges are mirrored outwards; results are cut back
  kCrop,  ///< a part of the photo is sent; results are put back
};

/// The reshaping that a job allows.
struct ShapeWish {
  Reshape reshape = Reshape::kRefuse;
  /// x, y, width, height as shares of the upright photo: what cropping must
  /// leave in, such as a mask's white.
  std::optional<std::array<double, 4>> keep = {};
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
                    const ShapeWish& wish = {});

/// Makes a mask the size of the fitted photo; it must have the shape of the
/// photo itself. A colour that it is drawn in becomes white, what was padded is
/// black, what was cropped is left out.
/// @throws Error(kInput), Error(kModel) as FitPhoto
FittedFile FitMask(const std::filesystem::path& drawn,
                   const FittedFile& photo,
                   const std::filesystem::path& copy);

/// Where a mask from a file is white, as shares of it; nullopt: nowhere.
/// @throws Error(kInput), Error(kModel) as FitPhoto
std::optional<std::array<double, 4>> MaskBounds(
    const std::filesystem::path& mask);

/// A mask's box "x,y,w,h" as shares of the upright photo.
/// @throws Error(kUsage) when it is no box, Error(kInput) when it is not within
///         the photo
std::array<double, 4> MaskBoxShares(const std::string& box,
                                    const std::filesystem::path& photo);

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
