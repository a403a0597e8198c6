#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/error.h"
#include "engine/models/on_demand.h"

namespace stage::engine {

/// How a model goes about memory.
enum class MemoryUse {
  kRoomy,    ///< everything stays on the device, pictures decoded whole
  kThrifty,  ///< what is not in use is kept off it, pictures decoded in tiles
};

/// What a run takes, in bytes.
struct MemoryNeed {
  int64_t network = 0;      ///< weights of UNet and ControlNets
  int64_t refiner = 0;      ///< of XL's refiner, which works after the UNet
  int64_t autoencoder = 0;  ///< its weights
  int64_t text = 0;         ///< weights of the text encoders
  int64_t step = 0;         ///< between the layers of a denoising step
  int64_t decode = 0;       ///< decoding the whole picture
  int64_t decode_tile = 0;  ///< decoding a tile of it
};

/// What fills memory beside weights.
struct WorkSize {
  int64_t pixels = 0;        ///< of the picture
  int64_t native = 0;        ///< of a picture of the model's own size
  int64_t control_nets = 0;  ///< in a step
  int64_t number_bytes = 4;  ///< of a step's numbers; decoding's are float32
  bool on_device = false;
};

/// The weights' need with that of a guided step and of decoding, each at most
/// of the model's own size at once where it works in parts.
MemoryNeed WithWork(MemoryNeed weights, const WorkSize& size);

/// The roomiest way that fits.
/// @param available  bytes; 0: not known, which is taken for enough
/// @param limit      what set it, for the message, such as "--max-memory"
/// @param residence  of networks while others work, in the roomy way
/// @throws Error(kDevice) when none does
MemoryUse ChooseMemoryUse(const MemoryNeed& need,
                          int64_t available,
                          const std::string& limit,
                          models::Residence residence);

/// Whether networks that come and go may stay between pictures beside all
/// else: only where somebody said how much memory there is.
/// @param limit  bytes; 0: nobody did
bool MayKeepNetworks(const MemoryNeed& need, int64_t limit);

/// Runs the work; where memory runs out (Error kDevice) in a roomy run, warns
/// and runs it again thriftily. `use` says what it came to.
template <typename Work>
auto WithLessMemory(MemoryUse& use,
                    const std::function<void(const std::string&)>& on_warning,
                    const Work& work) {
  if (use == MemoryUse::kRoomy) {
    try {
      return work(use);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kDevice) throw;
    }
    use = MemoryUse::kThrifty;
    if (on_warning) {
      on_warning(
          "memory ran out: working on in smaller parts, which is slower");
    }
  }
  return work(use);
}

}  // namespace stage::engine
