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

}  // namespace stage
