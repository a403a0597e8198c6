#pragma once

#include <filesystem>

#include "core/stager.h"

namespace stage::remote {

/// Writes a vendor's picture as the result `index` of a job, with the
/// metadata, format, limits and disclosure that local results have, and checks
/// it against the photo. Facts and warnings go into `result`. In a build
/// without the photo library the picture is written as it came.
/// @param fitted  FittedJson of the photo that was sent: a picture of a padded
///                one is cut back to the photo, one of a cropped one is put
///                back into it, unless the two do not go together
/// @throws Error(kUnexpected) for what is no picture, black or unchanged: then
///         nothing was written; Error(kModel) when it is to be cut or put back
///         and the photo library is missing
void WriteVendorResult(const StagingJob& job,
                       size_t index,
                       const std::filesystem::path& picture,
                       const nlohmann::json& fitted,
                       StageResult& result);

/// @throws Error(kModel) when the job's output options need the photo library
///         and there is none
void CheckOutputOptions(const StagingJob& job);

}  // namespace stage::remote
