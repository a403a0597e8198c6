#include "engine/diffusion/memory_use.h"

#include <algorithm>
#include <cstdio>

namespace stage::engine {
namespace {

std::string Gigabytes(int64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
  return text;
}

}  // namespace

MemoryUse ChooseMemoryUse(const MemoryNeed& need,
                          int64_t available,
                          const std::string& limit,
                          bool on_processor) {
  const int64_t weights = need.network + need.others;
  const int64_t roomy = weights + std::max(need.step, need.decode);
  if (available == 0 || roomy <= available) return MemoryUse::kRoomy;
  const int64_t thrifty =
      on_processor ? weights + std::max(need.step, need.decode_tile)
                   : std::max(need.network + need.step,
                              need.network + need.others + need.decode_tile);
  if (thrifty <= available) return MemoryUse::kThrifty;
  throw Error(ErrorKind::kDevice,
              limit + " leaves " + Gigabytes(available) +
                  ", and this model needs about " + Gigabytes(thrifty) +
                  " for a picture of this size: use a smaller --model" +
                  (on_processor ? "" : ", --precision bf16") +
                  " or close other programs");
}

}  // namespace stage::engine
