#include "engine/diffusion/memory_use.h"

#include <algorithm>
#include <cstdio>

namespace stage::engine {
namespace {

// Numbers a pixel: peaks of bench/diffusion less weights and program, rounded
// up. 460 and 930 with libtorch 1.13, 330 and 1000 with 2.6.
constexpr int64_t kStepNumbers = 500;
constexpr int64_t kDecodingNumbers = 1100;
// A ControlNet's residuals: 25 a picture of the batch of two (the skips'
// sizes).
constexpr int64_t kControlNumbers = 50;
// The same tensors are on a device, but its convolutions want room to work in
// and its blocks are rounded up. Not measured.
constexpr int64_t kRoomOnDevice = 2;

std::string Gigabytes(int64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
  return text;
}

}  // namespace

MemoryNeed WithWork(MemoryNeed weights, const WorkSize& size) {
  const int64_t room = size.on_device ? kRoomOnDevice : 1;
  const int64_t at_once = std::min(size.pixels, size.native);
  // Those of one ControlNet are added to the others' sum.
  const int64_t numbers =
      kStepNumbers + kControlNumbers * std::min<int64_t>(size.control_nets, 2);
  const int64_t decoding =
      room * kDecodingNumbers * static_cast<int64_t>(sizeof(float));
  MemoryNeed need = weights;
  need.step = room * numbers * at_once * size.number_bytes;
  need.decode = size.pixels * decoding;
  need.decode_tile = at_once * decoding;
  // A recorded step keeps its memory while others work.
  if (size.on_device) need.decode += need.step;
  return need;
}

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
