#include "core/byte_text.h"

#include <array>
#include <cstdio>

namespace stage {

std::string ByteText(int64_t bytes) {
  static constexpr std::array kUnits = {"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return std::to_string(bytes) + " bytes";
  double amount = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (amount >= 999.5 && unit + 1 < kUnits.size()) {
    amount /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text,
                sizeof text,
                amount < 9.95 ? "%.1f %s" : "%.0f %s",
                amount,
                kUnits[unit]);
  return text;
}

}  // namespace stage
