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

/// The part of a result that shows the photo, as a PNG beside it.
/// @param place  FittedJson's "place" of the photo that was sent, or null: then
///               it is the picture itself
/// @throws Error(kUnexpected) for what is no picture, Error(kModel) without the
///         photo library
std::filesystem::path WithoutPadding(const std::filesystem::path& picture,
                                     const nlohmann::json& place);

/// @throws Error(kModel) when the job's output options need the photo library
///         and there is none
void CheckOutputOptions(const StagingJob& job);

}  // namespace stage::remote
