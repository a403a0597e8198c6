#pragma once

#include <nlohmann/json.hpp>

#include "core/batch.h"
#include "core/error.h"

namespace stage {

/// What a manifest says of an error: its kind and message.
nlohmann::json ErrorJson(const Error& error);
/// What it says of a job that is done, beside what every record says.
nlohmann::json DoneFields(const StagingJob& job, const JobOutcome& outcome);
/// The same of one that has failed.
nlohmann::json FailureFields(const JobOutcome& outcome, const Error& error);

}  // namespace stage
