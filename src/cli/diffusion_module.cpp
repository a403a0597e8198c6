#include "cli/diffusion_module.h"

#include <dlfcn.h>

#include "core/open_module.h"
#include "core/program_files.h"

namespace stage::cli {
namespace {

constexpr auto kModule = "libstage_diffusion.so";

}  // namespace

bool HasCudaDriver() {
  void* const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) return false;
  dlclose(driver);
  return true;
}

DiffusionEngine& OpenDiffusionEngine() {
  // Never destroyed: a thread may still be in it when the process ends.
  static DiffusionEngine* const engine =
      OpenModule<DiffusionEngine>({.file = FindProjectLibrary(kModule),
                                   .what = "diffusion engine",
                                   .file_name = kModule,
                                   .entry = "stage_open_diffusion_engine"},
                                  kDiffusionEngineAbi)
          .release();
  return *engine;
}

int CudaDeviceCount() {
  static const int count =
      HasCudaDriver() ? OpenDiffusionEngine().CudaDeviceCount() : 0;
  return count;
}

}  // namespace stage::cli
