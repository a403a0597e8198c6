#pragma once

#include <string>

#include "engine/models/load_weights.h"

namespace stage::engine {

/// CUDA devices that libtorch can use; 0 where it was built without CUDA.
int CudaDeviceCount();

/// Where a model runs and in which numbers.
/// @param device     auto, cpu, cuda or cuda:N; auto is CUDA where there is one
/// @param precision  auto, fp32, bf16 or fp16; auto is fp32 on the processor,
///                   on CUDA bf16, or fp16 on devices too old for it
/// @throws Error(kDevice) for a device that is not there, Error(kUsage) for
///         fp16 on the processor
models::Placement ChoosePlacement(const std::string& device,
                                  const std::string& precision);

/// "cpu" or "cuda"; never a number: a picture does not depend on it.
std::string DeviceName(const models::Placement& placement);
/// "fp32", "bf16" or "fp16"
std::string PrecisionName(const models::Placement& placement);

}  // namespace stage::engine
