#pragma once

#include <string>
#include <string_view>

namespace stage {

/// What --adjust takes for a prompt that wishes for nothing but another
/// rendering of the same picture, such as "a bit warmer, straighten verticals":
/// "warm=+5,verticals=auto". Empty when any of its words says more than that,
/// or that something is not to be.
std::string AdjustmentsForWish(std::string_view prompt);

}  // namespace stage
