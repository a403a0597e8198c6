#pragma once

#include <string>
#include <vector>

#include "core/image.h"

namespace stage {

/// Lines of text as coverage, 0 to 255, one channel.
struct TextPicture {
  ImageU8 coverage;
  int cap_height_px = 0;
};

/// Sets text (UTF-8) in DejaVu Sans Bold, left-aligned, broken at spaces so
/// that no line is wider than `max_width_px`. A single word that does not fit
/// makes all of it smaller.
/// @throws Error(kUnexpected) when the font is not installed
TextPicture SetText(const std::string& text,
                    int cap_height_px,
                    int max_width_px);

}  // namespace stage
