#pragma once

#include <filesystem>
#include <vector>

#include "core/manifest.h"
#include "core/progress.h"
#include "core/stager.h"

namespace stage {

/// Checks that a stager wrote every result of the job (at least one when it
/// says that no more will come), and fills in missing digests.
/// @throws Error(kUnexpected) naming the file that is missing or empty
void RequireFiles(const StagingJob& job, StageResult& result);

/// Copies results and their companions to the names of another job.
/// @throws Error(kDisk)
std::vector<StagedFile> CopyResults(
    const std::vector<StagedFile>& results,
    const std::vector<std::filesystem::path>& names);

/// Moves results that were refused, with companions, to `rejected/` in the
/// output folder: told, not published, but not lost either when paid for.
void MoveToRejected(const std::filesystem::path& output_folder,
                    const std::vector<StagedFile>& results);

/// Before a job replaces files: copies to `earlier/` what could not be had
/// again for nothing, which is a vendor's result or a result that the user has
/// changed since. The manifest then knows vendors' results by the new name.
/// @throws Error(kDisk)
void KeepEarlierResults(Manifest& manifest,
                        const StagingJob& job,
                        Progress& progress);

}  // namespace stage
