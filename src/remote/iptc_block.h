#pragma once

#include <string>
#include <string_view>

namespace stage::remote {

/// The captions, keywords and names of a JPEG file: its IPTC-IIM records;
/// empty when it has none. Other Photoshop resources, such as a thumbnail that
/// shows the photo as it was, are left out.
/// Source: Adobe Photoshop File Formats Specification, "Image Resource
/// Blocks"; IPTC-IIM 4.2.
std::string IptcOfJpeg(std::string_view jpeg);

/// The contents of an APP13 segment that holds these records.
std::string IptcSegment(std::string_view records);

}  // namespace stage::remote
