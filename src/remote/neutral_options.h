#pragma once

#include <string_view>
#include <vector>

#include "core/staging_job.h"

namespace stage::remote {

/// The options that a job asks for, as the command line calls them. Defaults
/// do not count: they ask for nothing.
std::vector<std::string_view> OptionsAsked(const StagingJob& job);

/// True for options that only the local engine has.
bool IsLocalOption(std::string_view option);

}  // namespace stage::remote
