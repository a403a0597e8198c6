#include <algorithm>

#include "core/batch.h"

namespace stage {

std::string_view OutcomeName(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kDone:
      return "done";
    case OutcomeKind::kSkipped:
      return "skipped";
    case OutcomeKind::kCopied:
      return "copied";
    case OutcomeKind::kPending:
      return "pending";
    case OutcomeKind::kLeftOut:
      return "left_out";
    case OutcomeKind::kFailed:
      return "failed";
    case OutcomeKind::kDoubtful:
      return "doubtful";
    case OutcomeKind::kNotRun:
      return "not_run";
  }
  return "not_run";
}

int BatchReport::Count(OutcomeKind kind) const {
  return static_cast<int>(std::count_if(
      outcomes.begin(), outcomes.end(), [kind](const JobOutcome& outcome) {
        return outcome.kind == kind;
      }));
}

int BatchReport::failures() const {
  return Count(OutcomeKind::kFailed) + Count(OutcomeKind::kDoubtful) +
         static_cast<int>(unplanned.size());
}

bool BatchReport::is_all_left_out() const {
  return !outcomes.empty() &&
         Count(OutcomeKind::kLeftOut) == static_cast<int>(outcomes.size());
}

void BatchReport::NoteCommonError() {
  std::optional<ErrorKind> common;
  std::string message;
  for (const JobOutcome& outcome : outcomes) {
    if (!outcome.error_kind || (common && common != outcome.error_kind)) {
      return;
    }
    common = outcome.error_kind;
    message = outcome.error;
  }
  if (common && !ConcernsOnePhoto(*common) && unplanned.empty()) {
    stopped_by = common;
    stop_message = message;
  }
}

}  // namespace stage
