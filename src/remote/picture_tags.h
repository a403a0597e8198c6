#pragma once

#include <string>
#include <string_view>

namespace stage::remote {

/// What a picture's file says beside its pixels.
struct PictureTags {
  std::string digital_source_type;  ///< IPTC NewsCodes URI; empty: none
  std::string exif;                 ///< a TIFF structure; empty: none
  std::string iptc = {};            ///< IPTC-IIM records, for JPEG; empty: none
};

/// Puts tags into a JPEG, PNG or WebP file without decoding it: for builds
/// that have no photo library. XMP and EXIF that the file has already stay;
/// the source type is added to its XMP, unless that names one.
/// Sources: XMP specification part 3, sections 1.1.3 to 1.1.6; PNG third
/// edition, section 11.3; RFC 9649, section 2.7.
/// @return the file unchanged when it is none of these, or damaged
std::string WithTags(std::string picture, const PictureTags& tags);

}  // namespace stage::remote
