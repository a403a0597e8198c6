#pragma once

#include <cstddef>
#include <string>

namespace stage::remote {

/// `bytes` unguessable bytes as lower-case hexadecimal digits.
std::string RandomHex(size_t bytes);

/// A random UUID, version 4 (RFC 9562).
std::string RandomUuid();

}  // namespace stage::remote
