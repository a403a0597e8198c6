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
                          models::Residence residence) {
  const bool stays = residence == models::Residence::kStays;
  const auto in_turn = [&](int64_t decoding) {
    const int64_t beside = stays ? need.network + need.text : 0;
    return std::max({need.network + need.step,
                     need.refiner + need.step,
                     beside + need.autoencoder + decoding,
                     need.text});
  };
  const int64_t roomy = stays ? need.network + need.refiner + need.autoencoder +
                                    need.text + std::max(need.step, need.decode)
                              : in_turn(need.decode);
  if (available == 0 || roomy <= available) return MemoryUse::kRoomy;
  const int64_t thrifty = in_turn(need.decode_tile);
  if (thrifty <= available) return MemoryUse::kThrifty;
  throw Error(ErrorKind::kDevice,
              limit + " leaves " + Gigabytes(available) +
                  ", and this model needs about " + Gigabytes(thrifty) +
                  " for a picture of this size: use a smaller --model" +
                  (stays ? ", --precision bf16" : "") +
                  " or close other programs");
}

bool MayKeepNetworks(const MemoryNeed& need, int64_t limit) {
  return need.network + need.refiner +
             std::max({need.step, need.autoencoder + need.decode, need.text}) <=
         limit;
}

}  // namespace stage::engine
