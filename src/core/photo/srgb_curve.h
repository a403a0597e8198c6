#pragma once

#include <cmath>

namespace stage {

/// IEC 61966-2-1: display value 0..1 to linear light.
inline double SrgbToLinear(double value) {
  return value <= 0.04045 ? value / 12.92
                          : std::pow((value + 0.055) / 1.055, 2.4);
}

}  // namespace stage
