#pragma once

#include <string_view>

namespace stage {

/// The project's version, such as "0.1.0".
std::string_view Version();

}  // namespace stage
