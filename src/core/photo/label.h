#pragma once

#include <string>

#include "core/photo/photo.h"

namespace stage {

/// Stamps a text (UTF-8) into the lower left corner, on a plate that stands
/// out from what lies beneath. Capitals are 2.7 % of the width high, so that
/// the words can be read in a 320 pixel wide thumbnail; long texts are broken
/// into lines. Grey photos and alpha keep their channels; alpha becomes opaque
/// under the plate.
/// @throws Error(kUnexpected) when the font is not installed
void StampLabel(const std::string& text, Photo& photo);

}  // namespace stage
