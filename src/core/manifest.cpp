#include "core/manifest.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "core/atomic_file.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/manifest_file.h"
#include "core/manifest_lock.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// What stage itself writes into job records; "remote" and everything else is
// handed on from record to record.
constexpr const char* kOwnFields[] = {"record",
                                      "job",
                                      "state",
                                      "input",
                                      "input_sha256",
                                      "operation",
                                      "parameters",
                                      "backend",
                                      "attempt",
                                      "outputs",
                                      "engine",
                                      "details",
                                      "credits",
                                      "seconds",
                                      "error",
                                      "warnings",
                                      "at"};

template <typename T>
T FieldOr(const json& object, const char* name, T otherwise) {
  if (!object.is_object() || !object.contains(name)) return otherwise;
  try {
    return object.at(name).get<T>();
  } catch (const json::exception&) {
    return otherwise;
  }
}

ResultWork WorkOf(const JobRecord& record) {
  const json parameters = FieldOr(record.json, "parameters", json::object());
  return {.input = record.input,
          .style = FieldOr<std::string>(parameters, "style", ""),
          .operation = FieldOr<std::string>(record.json, "operation", ""),
          .backend = FieldOr<std::string>(record.json, "backend", "")};
}

}  // namespace

std::optional<JobRecord> ParseJobRecord(const fs::path& folder,
                                        const json& record) {
  const auto state = ParseJobState(FieldOr<std::string>(record, "state", ""));
  JobRecord parsed;
  parsed.job = FieldOr<std::string>(record, "job", "");
  const std::string input = FieldOr<std::string>(record, "input", "");
  if (parsed.job.empty() || input.empty() || !state) return std::nullopt;
  parsed.state = *state;
  parsed.input = ResolveManifestPath(folder, input);
  parsed.attempt = FieldOr(record, "attempt", 0);
  if (record.contains("credits") && record["credits"].is_number()) {
    parsed.credits = record["credits"].get<double>();
  }
  for (const json& output : FieldOr(record, "outputs", json::array())) {
    const std::string path = FieldOr<std::string>(output, "path", "");
    if (path.empty()) continue;
    StagedFile file{.path = ResolveManifestPath(folder, path),
                    .sha256 = FieldOr<std::string>(output, "sha256", ""),
                    .width = FieldOr(output, "width", 0),
                    .height = FieldOr(output, "height", 0),
                    .companions = {}};
    for (const std::string& companion :
         FieldOr(output, "companions", std::vector<std::string>())) {
      file.companions.push_back(ResolveManifestPath(folder, companion));
    }
    parsed.outputs.push_back(std::move(file));
  }
  parsed.json = record;
  return parsed;
}

json OutputsJson(const fs::path& folder,
                 const std::vector<StagedFile>& outputs) {
  json list = json::array();
  for (const StagedFile& file : outputs) {
    json output = {{"path", ManifestPathText(folder, file.path)}};
    if (!file.sha256.empty()) output["sha256"] = file.sha256;
    if (file.width > 0) {
      output["width"] = file.width;
      output["height"] = file.height;
    }
    for (const fs::path& companion : file.companions) {
      output["companions"].push_back(ManifestPathText(folder, companion));
    }
    list.push_back(std::move(output));
  }
  return list;
}

void ManifestState::Add(const json& record) {
  if (record["record"] == "batch") batches_.push_back(record);
  if (record["record"] != "job") return;
  std::optional<JobRecord> parsed = ParseJobRecord(folder_, record);
  if (!parsed) return;
  for (const StagedFile& output : parsed->outputs) {
    TakeName(output.path, *parsed);
    if (parsed->state == JobState::kDone) finished_[output.path] = *parsed;
    for (const fs::path& companion : output.companions) {
      TakeName(companion, *parsed);
    }
  }
  const Key key(parsed->job, parsed->input.native());
  if (jobs_.insert_or_assign(key, std::move(*parsed)).second) {
    order_.push_back(key);
  }
}

void ManifestState::TakeName(const fs::path& name, const JobRecord& record) {
  if (record.state == JobState::kDone || record.paid_or_underway()) {
    owners_[name] = WorkOf(record);
  } else {
    owners_.try_emplace(name, ResultWork{.input = record.input});
  }
}

const JobRecord* ManifestState::Find(const std::string& job,
                                     const fs::path& input) const {
  const auto found = jobs_.find({job, input.native()});
  return found == jobs_.end() ? nullptr : &found->second;
}

const JobRecord* ManifestState::FindSameWork(const std::string& job) const {
  const JobRecord* furthest = nullptr;
  for (auto found = jobs_.lower_bound({job, ""});
       found != jobs_.end() && found->first.first == job;
       ++found) {
    const JobRecord& record = found->second;
    if (record.state > JobState::kDone) continue;
    if (furthest == nullptr || record.state > furthest->state) {
      furthest = &record;
    }
  }
  return furthest;
}

const JobRecord* ManifestState::FinishedWith(const fs::path& output) const {
  const auto found = finished_.find(output);
  return found == finished_.end() ? nullptr : &found->second;
}

std::vector<const JobRecord*> ManifestState::jobs() const {
  std::vector<const JobRecord*> all;
  for (const Key& key : order_) all.push_back(&jobs_.at(key));
  return all;
}

ManifestState ReadManifest(const fs::path& folder) {
  ManifestState state(fs::absolute(folder).lexically_normal());
  for (const json& record : ReadManifestLines(ManifestPath(folder)).records) {
    state.Add(record);
  }
  return state;
}

Manifest::Manifest(const fs::path& folder, ManifestSharing sharing)
    : folder_(fs::absolute(folder).lexically_normal()),
      sharing_(sharing),
      state_(folder_) {
  MakeFolder(folder_);
  const fs::path file = ManifestPath(folder_);
  const bool is_new = !fs::exists(file);
  descriptor_ =
      open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw DiskError(file, "opened", errno);
  try {
    if (is_new) SyncFolder(folder_);
    LockManifest(descriptor_, file, sharing_);
    if (sharing_ == ManifestSharing::kShards) {
      claims_descriptor_ = OpenClaims(folder_);
    } else {
      RemoveAbandonedParts(folder_);
    }
    MendTornTail();
    Refresh();
  } catch (...) {  // the destructor of a half-made object does not run
    close(descriptor_);
    if (claims_descriptor_ >= 0) close(claims_descriptor_);
    throw;
  }
}

Manifest::~Manifest() {
  if (claims_descriptor_ >= 0) close(claims_descriptor_);
  close(descriptor_);
}

/// Alone, a torn last line is cut off. Another shard may be writing what looks
/// torn, so among shards the next record only begins on a line of its own.
void Manifest::MendTornTail() {
  const fs::path file = ManifestPath(folder_);
  const ManifestLines lines = ReadManifestLines(file);
  if (!lines.torn_tail) return;
  if (sharing_ == ManifestSharing::kAlone) {
    if (ftruncate(descriptor_, lines.end) != 0) {
      throw DiskError(file, "written", errno);
    }
  } else {
    inside_line_ = true;
  }
}

void Manifest::Refresh() {
  const ManifestLines lines =
      ReadManifestLines(ManifestPath(folder_), read_until_);
  for (const json& record : lines.records) state_.Add(record);
  read_until_ = lines.end;
  damaged_ += lines.damaged;
}

void Manifest::Append(std::vector<json> records) {
  int64_t written = 0;
  {
    const std::lock_guard lock(mutex_);
    std::string lines;
    for (json& record : records) {
      record["at"] = TimestampUtc();
      lines +=
          record.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    }
    if (lines.empty()) return;
    Write(lines);
    Refresh();
    written = ++writes_;
  }
  Sync(written);
}

/// Puts the writes up to this one on disk. Those that wait for the disk
/// meanwhile go there together.
void Manifest::Sync(int64_t written) {
  const std::lock_guard lock(sync_mutex_);
  if (synced_ >= written) return;
  const int64_t until = writes_;
  // A failed write-back is told once only: the file is not trusted again.
  if (sync_error_ == 0 && fdatasync(descriptor_) != 0) sync_error_ = errno;
  if (sync_error_ != 0) {
    throw DiskError(ManifestPath(folder_), "written", sync_error_);
  }
  synced_ = until;
}

/// One write call, which O_APPEND keeps in one piece among shards. A full disk
/// may take its first part only: alone that is undone, among shards the next
/// write begins on a line of its own.
void Manifest::Write(const std::string& lines) {
  const fs::path file = ManifestPath(folder_);
  const std::string text = (inside_line_ ? "\n" : "") + lines;
  const off_t end = lseek(descriptor_, 0, SEEK_END);
  ssize_t count;
  do {
    count = write(descriptor_, text.data(), text.size());
  } while (count < 0 && errno == EINTR);
  const int reason = count < 0 ? errno : ENOSPC;
  if (count == static_cast<ssize_t>(text.size())) {
    inside_line_ = false;
    return;
  }
  const bool undone =
      sharing_ == ManifestSharing::kAlone && ftruncate(descriptor_, end) == 0;
  inside_line_ = inside_line_ || (count > 0 && !undone);
  throw DiskError(file, "written", reason);
}

void Manifest::AppendJob(const StagingJob& job,
                         const json& parameters,
                         JobState state,
                         const json& fields) {
  Append({NextJobRecord(job, parameters, state, fields)});
}

json Manifest::NextJobRecord(const StagingJob& job,
                             const json& parameters,
                             JobState state,
                             const json& fields) {
  json record = json::object();
  if (const std::optional<JobRecord> last = Find(job)) {
    record = last->json;
    for (const char* name : kOwnFields) record.erase(name);
    // A new order begins: the vendor's id of an earlier one is not its own.
    if (state == JobState::kSubmitting) record.erase("remote");
    if (last->attempt > 0) record["attempt"] = last->attempt;
    if (last->json.contains("credits") && last->paid_or_underway()) {
      record["credits"] = last->json["credits"];
    }
  }
  record.update({{"record", "job"},
                 {"job", job.id},
                 {"state", JobStateName(state)},
                 {"input", ManifestPathText(folder_, job.input)},
                 {"input_sha256", job.input_sha256},
                 {"operation", OperationName(job.operation)},
                 {"parameters", parameters},
                 {"backend", job.backend}});
  std::vector<StagedFile> planned;
  for (const fs::path& path : job.outputs) planned.push_back({.path = path});
  record["outputs"] = OutputsJson(folder_, planned);
  if (fields.is_object()) record.update(fields);
  return record;
}

std::optional<JobRecord> Manifest::Find(const StagingJob& job) {
  const std::lock_guard lock(mutex_);
  if (sharing_ == ManifestSharing::kShards) Refresh();
  const JobRecord* record = state_.Find(job.id, job.input);
  if (record == nullptr) return std::nullopt;
  return *record;
}

std::optional<JobRecord> Manifest::FindSameWork(const StagingJob& job) {
  const std::lock_guard lock(mutex_);
  if (sharing_ == ManifestSharing::kShards) Refresh();
  const JobRecord* record = state_.FindSameWork(job.id);
  if (record == nullptr) return std::nullopt;
  return *record;
}

std::optional<JobRecord> Manifest::FinishedWith(const fs::path& output) {
  const std::lock_guard lock(mutex_);
  if (sharing_ == ManifestSharing::kShards) Refresh();
  const JobRecord* record = state_.FinishedWith(output);
  if (record == nullptr) return std::nullopt;
  return *record;
}

std::unique_ptr<JobClaim> Manifest::Claim(const StagingJob& job) {
  if (sharing_ == ManifestSharing::kAlone) {
    return std::make_unique<JobClaim>(-1, 0);
  }
  return ClaimJob(claims_descriptor_, job.id);
}

bool OutputsIntact(const JobRecord& record) {
  if (record.outputs.empty()) return false;
  for (const StagedFile& file : record.outputs) {
    std::error_code failure;
    if (!fs::is_regular_file(file.path, failure)) return false;
    if (file.sha256.empty()) return false;
    try {
      if (Sha256OfFile(file.path) != file.sha256) return false;
    } catch (const Error&) {
      return false;
    }
  }
  return true;
}

std::string TimestampUtc() {
  using std::chrono::system_clock;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      system_clock::now().time_since_epoch());
  const std::time_t seconds = static_cast<std::time_t>(now.count() / 1000);
  std::tm parts;
  gmtime_r(&seconds, &parts);
  char day[32];
  std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string millis = std::to_string(1000 + now.count() % 1000);
  return day + ("." + millis.substr(1)) + "Z";
}

}  // namespace stage
