#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace stage::vendors {

std::string Base64(std::string_view bytes);
/// nullopt unless the text is canonical base64: padded, no line ends.
std::optional<std::string> FromBase64(std::string_view text);
std::string HmacSha256Hex(std::string_view key, std::string_view text);
/// `count` random bytes as lower-case hexadecimal digits.
std::string RandomHex(size_t count);
/// A random UUID, version 4.
std::string Uuid();
/// True for the text form of a UUID of any version.
bool IsUuid(std::string_view text);

}  // namespace stage::vendors
