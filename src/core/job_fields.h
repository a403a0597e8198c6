#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/staging_job.h"

namespace stage {

/// Names of everything a row of a jobs file may say about its photo, such as
/// "style" or "negative_prompt"; '-' and '_' are the same.
std::vector<std::string> JobFieldNames();

/// Sets one field of a job from text, as a cell of a CSV file has it: lists
/// are separated by ';', flags are yes/no, true/false or 1/0, and a relative
/// path starts at `base`.
/// @throws Error(kUsage) for an unknown field (with a suggestion), one that
///         the job's operation lacks, or a value that cannot be read
void SetJobField(const std::string& name,
                 const std::string& value,
                 const std::filesystem::path& base,
                 StagingJob& job);

/// The mask that belongs to a photo: `mask` itself when it is a file, in a
/// folder the file named as the photo is (extension and `-mask`/`_mask` after
/// the stem do not count).
/// @throws Error(kInput) when the folder has none, or more than one
std::filesystem::path MaskOf(const std::filesystem::path& photo,
                             const std::filesystem::path& mask);

/// True for "x,y,w,h": four whole numbers, a box in pixels.
/// @throws Error(kUsage) for numbers that are no such box
bool IsMaskBox(const std::string& text);

}  // namespace stage
