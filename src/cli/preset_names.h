#pragma once

#include <filesystem>

#include "core/staging_job.h"

namespace stage::cli {

/// Adds the folder of --presets-dir to those presets are read from; before
/// the first preset is read. Empty: nothing to add.
/// @throws Error(kUsage) when there is no such folder
void UsePresetsFolder(const std::filesystem::path& folder);

/// Checks room and style, and turns aliases into the presets' own names, so
/// that the same wish always is the same job.
/// @throws Error(kUsage) with the closest name
void CheckPresetNames(GenerateParameters& parameters);

}  // namespace stage::cli
