#pragma once

#include <nlohmann/json.hpp>

#include "core/manifest.h"
#include "core/stager.h"

namespace stage {

/// A job's page in the manifest of its folder.
class ManifestJournal : public JobJournal {
 public:
  /// @param parameters  ParametersJson of the job; both must outlive this
  ManifestJournal(Manifest& manifest,
                  const StagingJob& job,
                  const nlohmann::json& parameters)
      : manifest_(manifest), job_(job), parameters_(parameters) {}

  nlohmann::json last_record() const override;
  void Record(JobState state, const nlohmann::json& fields) override;

  /// Counts the attempt. When a vendor works on the same photo under another
  /// name (it was renamed since), the order becomes this job's.
  void BeginAttempt();
  /// Ends the job for now. What a vendor has or may have keeps its state, so
  /// that a later run goes on from there; else the job has failed.
  JobState RecordFailure(const nlohmann::json& fields);

 private:
  Manifest& manifest_;
  const StagingJob& job_;
  const nlohmann::json& parameters_;
  int attempt_ = 1;
};

}  // namespace stage
