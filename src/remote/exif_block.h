#pragma once

#include <string>
#include <string_view>

namespace stage::remote {

/// The EXIF of a JPEG file: the TIFF structure of its first such segment;
/// empty when it has none.
std::string ExifOfJpeg(std::string_view jpeg);

enum class Location { kKeep, kRemove };

/// What an EXIF block says of the photo, made true for a result of it: upright,
/// of another size, without the thumbnail, and without where it was taken when
/// that is wanted. Done in place, so that nothing else moves.
/// Source: EXIF 2.32, sections 4.5 and 4.6.
/// @return empty when the block is damaged
std::string ExifForResult(std::string exif,
                          int width,
                          int height,
                          Location location);

}  // namespace stage::remote
