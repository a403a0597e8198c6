#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/secrets.h"

namespace stage::webhook {

using HmacBytes = std::array<uint8_t, 32>;

/// HMAC-SHA256 (RFC 2104, FIPS 180-4).
HmacBytes HmacSha256(const Secret& key, std::string_view message);

/// 64 lower-case hexadecimal digits.
std::string Hex(const HmacBytes& bytes);

/// Compares in a time that depends on the lengths alone.
bool EqualInConstantTime(std::string_view left, std::string_view right);

}  // namespace stage::webhook
