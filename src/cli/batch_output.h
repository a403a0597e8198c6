#pragma once

#include <nlohmann/json.hpp>

#include "cli/general_options.h"
#include "core/batch.h"

namespace stage::cli {

/// Prints a plan to stdout: `plan` itself with --json, else a line a photo.
/// @param plan  as PlanJson makes it
void PrintPlan(const nlohmann::json& plan, const GeneralOptions& options);

/// What a running batch writes to stdout. With --json: each job's record as it
/// ends, a line each, then a summary. Without: the path of each result, for
/// the next program in a pipe; nothing on a terminal, where progress says it.
class BatchOutput {
 public:
  BatchOutput(const GeneralOptions& options, Progress& progress);

  void JobEnded(const StagingJob& job, const nlohmann::json& record);
  void BatchEnded(const BatchReport& report);

 private:
  void PrintLine(const std::string& line);

  const GeneralOptions& options_;
  Progress& progress_;
  bool prints_paths_ = false;
};

}  // namespace stage::cli
