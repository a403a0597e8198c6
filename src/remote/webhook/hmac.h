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

/// An unguessable word for the address that a vendor calls for one job: 32
/// hexadecimal digits that only the holder of the vendor's key can compute, so
/// that it needs no record and survives a crash. Vendors that do not sign
/// their webhooks are told apart from strangers by it.
std::string JobToken(const Secret& vendor_key, std::string_view job_id);

}  // namespace stage::webhook
