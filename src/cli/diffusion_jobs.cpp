#include "cli/diffusion_jobs.h"

#include <algorithm>
#include <charconv>

#include "cli/diffusion_module.h"
#include "cli/models/inpainting_model.h"
#include "core/error.h"

namespace stage::cli {
namespace {

constexpr double kTimeout_s = 900;

}  // namespace

bool UsesDiffusion(const StagingJob& job) {
  if (job.backend != "local") return false;
  if (job.operation == Operation::kEdit) return !job.edit.prompt.empty();
  return job.operation == Operation::kGenerate &&
         job.generate.engine == "diffusion";
}

std::optional<double> JobTimeout(const PhotoOptions& options,
                                 const std::vector<StagingJob>& jobs) {
  if (options.timeout_s) return *options.timeout_s;
  if (std::any_of(jobs.begin(), jobs.end(), UsesDiffusion)) return std::nullopt;
  return kTimeout_s;
}

std::optional<int> CudaDeviceNamed(const std::string& device) {
  constexpr std::string_view kCuda = "cuda";
  if (device == "auto" || device == "cpu") return std::nullopt;
  if (device == kCuda) return 0;
  int index = 0;
  const char* const end = device.data() + device.size();
  if (device.starts_with("cuda:")) {
    const auto result =
        std::from_chars(device.data() + kCuda.size() + 1, end, index);
    if (result.ec == std::errc() && result.ptr == end && index >= 0) {
      return index;
    }
  }
  throw Error(ErrorKind::kUsage,
              "--device: unknown device '" + device +
                  "': use auto, cpu, cuda or cuda:N");
}

void CheckDevice(const std::string& device,
                 const std::string& precision,
                 int devices) {
  const std::optional<int> wanted = CudaDeviceNamed(device);
  if (wanted && *wanted >= devices) {
    throw Error(
        ErrorKind::kDevice,
        "--device " + device + ": " +
            (devices == 0
                 ? "no CUDA device can be used here (none is there, its driver "
                   "is missing, or the installed libtorch was built without "
                   "CUDA)"
                 : "the CUDA devices here are numbered 0 to " +
                       std::to_string(devices - 1)) +
            "; use --device auto or cpu");
  }
  if (precision == "fp16" && !MayUseCuda(device, devices)) {
    throw Error(ErrorKind::kDevice,
                "--precision fp16 is for CUDA devices, and the work is to be "
                "done on the processor; use --precision bf16 or fp32");
  }
}

bool MayUseCuda(const std::string& device, int devices) {
  if (device == "cpu") return false;
  return CudaDeviceNamed(device).value_or(0) < devices;
}

void SettleLocalJob(const PhotoOptions& options, StagingJob& job) {
  if (job.backend != "local") return;
  const auto model = [&] { return InstalledInpaintingModel(job.diffusion); };
  if (job.operation == Operation::kGenerate && job.generate.engine == "auto" &&
      HasCudaDriver() && model() &&
      MayUseCuda(options.device, CudaDeviceCount())) {
    job.generate.engine = "diffusion";
  }
  if (!UsesDiffusion(job)) {
    if (job.diffusion == DiffusionParameters()) return;
    throw Error(ErrorKind::kUsage,
                "--model, --lora, --steps, --guidance, --scheduler, "
                "--strength and --precision are for a diffusion model, which "
                "has no part in this work: add --engine diffusion to "
                "generate, or describe the edit with --prompt");
  }
  if (const auto found = model()) {
    job.diffusion.weights = found->WeightNames(job);
  }
}

}  // namespace stage::cli
