#pragma once

#include "engine/diffusion_engine.h"

namespace stage::cli {

/// The module that runs diffusion models, opened once.
/// @throws Error(kModel) when it is not installed
DiffusionEngine& OpenDiffusionEngine();

/// Whether CUDA's driver is installed; no more than that.
bool HasCudaDriver();

/// CUDA devices that the module can use. Where there is no driver, libtorch is
/// not loaded to learn it.
int CudaDeviceCount();

}  // namespace stage::cli
