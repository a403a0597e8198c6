#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stage {

/// RFC 4648 base64 with padding.
std::string Base64(std::string_view bytes);

/// The bytes of a base64 text; line ends and missing padding are forgiven, the
/// URL alphabet is understood. nullopt for anything else.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace stage
