#include "core/manifest_journal.h"

#include "core/manifest_file.h"

namespace stage {

using nlohmann::json;

json ManifestJournal::last_record() const {
  const std::optional<JobRecord> own = manifest_.Find(job_);
  return own ? own->json : json();
}

void ManifestJournal::Record(JobState state, const json& fields) {
  json all = json::object();
  if (fields.is_object()) all = fields;
  if (!all.contains("attempt")) all["attempt"] = attempt_;
  manifest_.AppendJob(job_, parameters_, state, all);
}

void ManifestJournal::BeginAttempt() {
  const std::optional<JobRecord> own = manifest_.Find(job_);
  attempt_ = (own ? own->attempt : 0) + 1;
  if (own && own->paid_or_underway()) return;
  const std::optional<JobRecord> same = manifest_.FindSameWork(job_);
  if (!same || !same->paid_or_underway()) return;
  json handed_over = same->json;
  handed_over["state"] = JobStateName(JobState::kSkipped);
  handed_over["continued_as"] =
      ManifestPathText(manifest_.folder(), job_.input);
  json taken_over =
      manifest_.NextJobRecord(job_, parameters_, same->state, json::object());
  for (const char* name : {"remote", "attempt", "credits"}) {
    if (same->json.contains(name)) taken_over[name] = same->json[name];
  }
  manifest_.Append({handed_over, taken_over});
  attempt_ = same->attempt + 1;
}

JobState ManifestJournal::RecordFailure(const json& fields) {
  const std::optional<JobRecord> own = manifest_.Find(job_);
  const bool underway = own && own->paid_or_underway();
  const JobState state = underway ? own->state : JobState::kFailed;
  json all = fields;
  if (underway && own->json.contains("remote")) {
    all["remote"] = own->json["remote"];
  }
  Record(state, all);
  return state;
}

}  // namespace stage
