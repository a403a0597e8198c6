#include "engine/diffusion/device.h"

#include <dlfcn.h>
#include <torch/torch.h>

#include <charconv>

#include "core/error.h"

namespace stage::engine {
namespace {

constexpr int kFirstWithBfloat16 = 8;  // compute capability 8.0, Ampere

/// A device's compute capability, the whole part; 0 where it cannot be told.
/// Asked of the driver itself: libtorch's own headers for it need CUDA's.
int ComputeCapability(int device) {
  constexpr int kMajorAttribute = 75;  // cuda.h, CUdevice_attribute
  void* const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver == nullptr) return 0;
  const auto get =
      reinterpret_cast<int (*)(int*, int)>(dlsym(driver, "cuDeviceGet"));
  const auto attribute = reinterpret_cast<int (*)(int*, int, int)>(
      dlsym(driver, "cuDeviceGetAttribute"));
  int handle = 0;
  int major = 0;
  if (get == nullptr || attribute == nullptr || get(&handle, device) != 0 ||
      attribute(&major, kMajorAttribute, handle) != 0) {
    major = 0;
  }
  dlclose(driver);
  return major;
}

torch::ScalarType TypeNamed(const std::string& precision,
                            const torch::Device& device) {
  if (precision == "fp32") return torch::kFloat32;
  if (precision == "bf16") return torch::kBFloat16;
  if (precision == "fp16") {
    if (device.is_cuda()) return torch::kFloat16;
    throw Error(ErrorKind::kUsage,
                "--precision fp16 is for CUDA devices: use bf16 or fp32 on "
                "the processor");
  }
  if (device.is_cpu()) return torch::kFloat32;
  return ComputeCapability(device.index()) >= kFirstWithBfloat16
             ? torch::kBFloat16
             : torch::kFloat16;
}

torch::Device DeviceNamed(const std::string& name) {
  const int count = CudaDeviceCount();
  if (name == "cpu" || (name == "auto" && count == 0)) return torch::kCPU;
  int index = 0;
  if (const size_t colon = name.find(':'); colon != std::string::npos) {
    std::from_chars(name.data() + colon + 1, name.data() + name.size(), index);
  }
  if (index >= count) {
    throw Error(ErrorKind::kDevice,
                "--device " + name + ": libtorch can use " +
                    std::to_string(count) +
                    " CUDA devices here; use --device auto or cpu");
  }
  return {torch::kCUDA, static_cast<torch::DeviceIndex>(index)};
}

}  // namespace

int CudaDeviceCount() {
  return torch::cuda::is_available()
             ? static_cast<int>(torch::cuda::device_count())
             : 0;
}

models::Placement ChoosePlacement(const std::string& device,
                                  const std::string& precision) {
  models::Placement placement;
  placement.device = DeviceNamed(device);
  placement.type = TypeNamed(precision, placement.device);
  return placement;
}

std::string DeviceName(const models::Placement& placement) {
  return placement.device.is_cuda() ? "cuda" : "cpu";
}

std::string PrecisionName(const models::Placement& placement) {
  if (placement.type == torch::kBFloat16) return "bf16";
  return placement.type == torch::kFloat16 ? "fp16" : "fp32";
}

}  // namespace stage::engine
