#pragma once

#include "core/batch.h"
#include "core/error.h"
#include "core/manifest.h"
#include "core/progress.h"
#include "core/stager.h"

namespace stage {

/// A result that was made, and paid for if it was a vendor's, but must not
/// count: there is nothing left to wait for.
class ResultRefused : public Error {
 public:
  using Error::Error;
};

/// Has the job done once and its results checked.
/// @throws Error, whatever the stager threw, told from the user's side:
///         kInterrupted only when the user interrupted
StageResult AttemptJob(const StagingJob& job,
                       Stager& stager,
                       Manifest& manifest,
                       JobJournal& journal,
                       const BatchOptions& options,
                       Progress& progress);

}  // namespace stage
