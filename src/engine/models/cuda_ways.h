#pragma once

#include <torch/types.h>

namespace stage::models {

/// What is done otherwise for CUDA's sake. CUDA graphs are in work_recorder.h.

/// Whether STAGE_CUDA_PLAIN is set, to anything but 0: all of it is left out,
/// should it be at fault.
bool CudaIsPlain();

/// Whether convolutions read weights of 16 bits, and so pictures, with all
/// channels of a pixel side by side: the order that CUDA's matrix units work
/// in, which others are brought into at each call.
bool PrefersChannelsLast(const torch::Device& device, torch::ScalarType type);

/// x.to(options). From the processor to CUDA it goes by way of pinned memory,
/// so that nobody waits for it, and in its own type, which takes half the time
/// for float16 weights.
torch::Tensor ToDevice(const torch::Tensor& x,
                       const torch::TensorOptions& options);

}  // namespace stage::models
