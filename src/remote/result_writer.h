#pragma once

#include <filesystem>

#include "core/stager.h"

namespace stage::remote {

/// Writes a vendor's picture as the result `index` of a job, with the
/// metadata, format, limits and disclosure that local results have, and checks
/// it against the photo. Facts and warnings go into `result`. In a build
/// without the photo library the picture is written as it came.
/// @throws Error(kUnexpected) for what is no picture, black or unchanged: then
///         nothing was written
void WriteVendorResult(const StagingJob& job,
                       size_t index,
                       const std::filesystem::path& picture,
                       StageResult& result);

/// @throws Error(kModel) when the job's output options need the photo library
///         and there is none
void CheckOutputOptions(const StagingJob& job);

}  // namespace stage::remote
