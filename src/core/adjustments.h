#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stage {

/// The named corrections of `edit --adjust`, in the units of photo editors.
/// Zero is no change; nothing here depends on a photo.
struct Adjustments {
  double exposure = 0;     ///< stops, -5..5: linear light times 2^exposure
  double warm = 0;         ///< -100..100: white point moved so many mired
  double tint = 0;         ///< -100 (green)..100 (magenta)
  double contrast = 0;     ///< -100..100, around middle grey
  double highlights = 0;   ///< -100..100: bright areas darker or brighter
  double shadows = 0;      ///< -100..100: dark areas darker or brighter
  double whites = 0;       ///< -100..100: the upper end of the tones
  double blacks = 0;       ///< -100..100: the lower end of the tones
  double clarity = 0;      ///< -100..100: contrast of the middle scales
  double saturation = 0;   ///< -100 (grey)..100
  double vibrance = 0;     ///< -100..100: saturation of pale colours first
  bool verticals = false;  ///< upright lines made upright

  /// True when tones or colours of any pixel may change.
  bool ChangesTones() const;
  bool operator==(const Adjustments&) const = default;
};

/// Names of all adjustments, as --adjust takes them.
std::vector<std::string> AdjustmentNames();

/// Reads "warm=+10,exposure=+0.3,verticals=auto".
/// @throws Error(kUsage) for an unknown name (with a suggestion), a name given
///         twice, a value out of range, or a text that changes nothing
Adjustments ParseAdjustments(std::string_view text);

}  // namespace stage
