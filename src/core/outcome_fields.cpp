#include "core/outcome_fields.h"

#include "core/manifest.h"
#include "core/text_encoding.h"

namespace stage {

using nlohmann::json;

json ErrorJson(const Error& error) {
  return {{"kind", ErrorKindName(error.kind())},
          {"message", ValidUtf8(error.what())}};
}

json DoneFields(const StagingJob& job, const JobOutcome& outcome) {
  const StageResult& result = outcome.result;
  json fields = {{"outputs", OutputsJson(job.output_folder, result.outputs)},
                 {"engine", result.engine},
                 {"seconds", outcome.seconds}};
  if (!result.details.empty()) fields["details"] = result.details;
  if (result.credits) fields["credits"] = *result.credits;
  if (!result.warnings.empty()) fields["warnings"] = result.warnings;
  return fields;
}

json FailureFields(const JobOutcome& outcome, const Error& error) {
  return {{"error", ErrorJson(error)}, {"seconds", outcome.seconds}};
}

}  // namespace stage
