#include "engine/models/cuda_ways.h"

#include <torch/torch.h>

#include <cstdlib>
#include <string>

namespace stage::models {

bool CudaIsPlain() {
  const char* const asked = std::getenv("STAGE_CUDA_PLAIN");
  return asked != nullptr && *asked != '\0' && std::string(asked) != "0";
}

bool PrefersChannelsLast(const torch::Device& device, torch::ScalarType type) {
  return device.is_cuda() && type != torch::kFloat32 && !CudaIsPlain();
}

torch::Tensor ToDevice(const torch::Tensor& x,
                       const torch::TensorOptions& options) {
  const bool uploads = x.device().is_cpu() && options.device().is_cuda();
  if (!uploads || CudaIsPlain()) return x.to(options);
  return x.pin_memory()
      .to(options.device(), x.scalar_type(), /*non_blocking=*/true)
      .to(options);
}

}  // namespace stage::models
