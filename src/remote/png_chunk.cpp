#include "remote/png_chunk.h"

#include <zlib.h>

#include <cstdint>

namespace stage::remote {
namespace {

std::string Big32(uint32_t value) {
  return {static_cast<char>(value >> 24),
          static_cast<char>(value >> 16),
          static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

}  // namespace

std::string PngChunk(const std::string& type, const std::string& data) {
  const std::string named = type + data;
  const auto sum =
      static_cast<uint32_t>(crc32(0,
                                  reinterpret_cast<const Bytef*>(named.data()),
                                  static_cast<uInt>(named.size())));
  return Big32(static_cast<uint32_t>(data.size())) + named + Big32(sum);
}

}  // namespace stage::remote
