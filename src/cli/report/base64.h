#pragma once

#include <string>
#include <string_view>

namespace stage::cli {

/// RFC 4648 base64 with padding.
std::string Base64(std::string_view bytes);

}  // namespace stage::cli
