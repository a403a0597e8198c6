#pragma once

#include <string_view>

namespace stage {

/// True when `a` comes before `b` for a person: runs of digits count as
/// numbers (photo-2 before photo-10), case matters only between names that are
/// otherwise equal. A strict total order.
bool NaturalLess(std::string_view a, std::string_view b);

}  // namespace stage
