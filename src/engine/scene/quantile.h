#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace stage::engine {

/// The value that a part, 0..1, of the others lies below.
/// @param values  at least one, in any order
inline double Quantile(std::vector<double> values, double part) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(
                           part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace stage::engine
