#pragma once

#include <optional>

#include "cli/photo_options.h"
#include "core/staging_job.h"

namespace stage::cli {

/// Whether a diffusion model on this machine does a job's work.
bool UsesDiffusion(const StagingJob& job);

/// How long each of the jobs may take, in seconds: what was asked for, else a
/// quarter of an hour; no limit where a diffusion model works on this machine,
/// which takes as long as the processor needs.
std::optional<double> JobTimeout(const PhotoOptions& options,
                                 const std::vector<StagingJob>& jobs);

/// What a device word such as "cuda:1" names: a CUDA device, or nothing for
/// the processor and for "auto".
/// @throws Error(kUsage) for a word that is none
std::optional<int> CudaDeviceNamed(const std::string& device);

/// @param devices  CUDA devices that there are
/// @throws Error(kDevice) when a CUDA device is asked for that is not there,
///         or fp16 without one
void CheckDevice(const std::string& device,
                 const std::string& precision,
                 int devices);

/// Whether a model would run on CUDA. Where it would, and one is installed,
/// `--engine auto` means diffusion.
bool MayUseCuda(const std::string& device, int devices);

/// Settles what a local job leaves open before it gets its id: the engine of
/// `--engine auto`, and the weights that the picture comes from.
/// @throws Error(kUsage) for model options without a model's work
void SettleLocalJob(const PhotoOptions& options, StagingJob& job);

}  // namespace stage::cli
