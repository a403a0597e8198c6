#include "core/atomic_file.h"
#include "core/text_encoding.h"
#include "remote/answer.h"
#include "remote/job_run.h"
#include "remote/random_token.h"
#include "remote/result_writer.h"
#include "remote/upload_photo.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto kFollowUpStep = "missing results";
constexpr size_t kMostOrders = 24;
constexpr int kMostFetches = 3;  // of one picture

bool IsExpired(const CallError& error) {
  return error.status() == 403 || error.status() == 404 ||
         error.status() == 410;
}

}  // namespace

void JobRun::Fetch(LiveOrder& live) {
  progress_.Phase("fetch", 0.8);
  live.slot.reset();
  Record(JobState::kFetching);
  for (size_t i = 0; live.order.delivers && i < live.status.results.size();
       ++i) {
    live.pictures.push_back(FetchPicture(live, i));
  }
  live.order.stage = OrderStage::kFetched;
  const bool is_follow_up = live.order.step == kFollowUpStep;
  if (live.status.follow_up && !is_follow_up && orders_.size() < kMostOrders) {
    Order order = *live.status.follow_up;
    order.step = kFollowUpStep;
    order.token = RandomUuid();
    orders_.push_back({.order = std::move(order)});
  }
}

/// One result as a file that begins like a picture. An address that has
/// expired is asked for anew. What is paid stays to be fetched when it fails.
fs::path JobRun::FetchPicture(LiveOrder& live, size_t index) {
  const ResultSource source = live.status.results[index];
  fs::path file = work_.PictureStem(live.order.token);
  if (!source.file.empty()) {
    // Taken out of the answer by ParseAnswerFile; a server names no files.
    if (!source.file.native().starts_with(file.native() + "-") ||
        source.file.parent_path() != file.parent_path()) {
      throw Error(ErrorKind::kUnexpected,
                  Name() + ": the answer to " + NameOf(live.order) +
                      " names a file of this machine instead of a picture");
    }
    return source.file;
  }
  file += "-";
  file += std::to_string(index + 1);
  file += ".part";
  for (int attempt = 1;; ++attempt) {
    try {
      const ResultSource& present = live.status.results.at(index);
      stager_.client_->Download(
          present.url, present.with_key, file, cancelled());
      if (IsPictureFile(file)) return file;
      if (attempt == kMostFetches) {
        throw Error(ErrorKind::kUnexpected,
                    Name() + ": what " + std::string(vendor_.spec().label) +
                        " handed out for " + NameOf(live.order) +
                        " is no picture; run again to fetch it again");
      }
    } catch (const CallError& error) {
      if (!IsExpired(error) || attempt == kMostFetches ||
          live.order.id.empty()) {
        throw Error(error.kind(), Name() + ": " + error.what());
      }
      OrderContext context = ContextOf(live);
      OrderStatus status = vendor_.Poll(context);
      while (status.is_made) {  // its list may be asked for later only
        if (!SleepUnless(status.eta_s.value_or(1), cancelled())) {
          throw Error(ErrorKind::kInterrupted, "interrupted");
        }
        status = vendor_.Poll(context);
      }
      if (status.results.size() > index) live.status = std::move(status);
    }
  }
}

/// @return false when the picture must not count: it is kept in `rejected/`
bool JobRun::Write(size_t index,
                   const LiveOrder& live,
                   const fs::path& picture,
                   StageResult& result) {
  try {
    WriteVendorResult(job_, index, picture, live.order.fitted, result);
    return true;
  } catch (const Error& error) {
    if (!ConcernsOnePhoto(error.kind())) throw;
    const fs::path kept = job_.output_folder / "rejected" /
                          (job_.outputs[index].stem().string() + "-" +
                           picture.filename().string());
    CopyFileAtomically(picture, kept);
    result.warnings.push_back(std::string(error.what()) + "; kept as " +
                              Utf8Path(kept));
    return false;
  }
}

StageResult JobRun::Deliver() {
  StageResult result;
  result.engine = {{"name", vendor_.spec().name}, {"service", service_.name}};
  result.warnings = warnings_;
  result.credits = Credits();
  size_t made = 0;
  for (const LiveOrder& live : orders_) {
    result.details.update(live.status.details);
    const json& changes = Field(live.order.fitted, {"changes"});
    if (!changes.is_null()) result.details["fitted"] = changes;
    for (const fs::path& picture : live.pictures) {
      if (made < job_.outputs.size()) {
        progress_.Phase("write", 0.95);
        if (Write(made, live, picture, result)) ++made;
      }
    }
  }
  if (made == 0) {
    json fields = {{"remote", RemoteJson()}};
    if (result.credits) fields["credits"] = *result.credits;
    journal_.Record(JobState::kFailed, fields);
    throw Error(ErrorKind::kUnexpected,
                Name() + ": " +
                    (result.warnings.empty()
                         ? std::string(vendor_.spec().label) + " made no result"
                         : result.warnings.back()) +
                    " (" + NameOf(orders_.front().order) + ")");
  }
  if (made < job_.outputs.size()) {
    result.partial = true;
    result.warnings.push_back(std::to_string(made) + " of " +
                              std::to_string(job_.outputs.size()) +
                              " results were made");
  }
  return result;
}

StageResult JobRun::Leave() {
  StageResult result;
  result.pending = true;
  result.warnings = warnings_;
  result.credits = Credits();
  for (const LiveOrder& live : orders_) {
    if (live.status.cannot_poll) {
      result.warnings.push_back(
          std::string(vendor_.spec().label) +
          " does not say how this order is doing: its webhook will, see 'stage "
          "webhook listen'");
    }
  }
  return result;
}

/// What the vendor said it charged, else what it was expected to.
std::optional<double> JobRun::Credits() const {
  double sum = 0;
  bool all_told = true;
  bool any_taken = false;
  for (const LiveOrder& live : orders_) {
    if (live.order.stage < OrderStage::kSubmitted) continue;
    any_taken = true;
    if (live.has_failed && live.status.is_free) continue;
    all_told = all_told && live.status.credits.has_value();
    sum += live.status.credits.value_or(0);
  }
  if (!any_taken) return std::nullopt;
  return all_told ? sum : stager_.EstimateCredits(job_);
}

}  // namespace stage::remote
