#pragma once

#include <string>

namespace stage::remote {

/// A chunk of a PNG file: length, type, data and checksum.
/// Source: W3C PNG, third edition, section 5.3.
/// @param type  four letters
std::string PngChunk(const std::string& type, const std::string& data);

}  // namespace stage::remote
