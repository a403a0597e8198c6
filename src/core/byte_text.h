#pragma once

#include <cstdint>
#include <string>

namespace stage {

/// A number of bytes for people, in powers of ten: "512 bytes", "98 kB",
/// "1.7 GB".
std::string ByteText(int64_t bytes);

}  // namespace stage
