#include "remote/job_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/atomic_file.h"
#include "core/text_encoding.h"
#include "remote/answer.h"
#include "remote/random_token.h"
#include "remote/result_writer.h"
#include "remote/upload_photo.h"
#include "remote/vendor_words.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kMostSubmissions = 3;  // of one order, when none was taken
constexpr int kMostFreeRepeats = 2;
constexpr auto kFollowUpStep = "missing results";
constexpr size_t kMostOrders = 24;
constexpr int kMostBadLooks = 5;  // one after the other
constexpr int kMostFetches = 3;   // of one picture

int64_t UnixMilliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

fs::path MaskOf(const StagingJob& job) {
  switch (job.operation) {
    case Operation::kGenerate:
      return job.generate.mask;
    case Operation::kEdit:
      return job.edit.mask;
    case Operation::kDeclutter:
      return job.declutter.mask;
    case Operation::kUpscale:
      break;
  }
  return {};
}

bool IsExpired(const CallError& error) {
  return error.status() == 403 || error.status() == 404 ||
         error.status() == 410;
}

}  // namespace

JobRun::JobRun(RemoteStager& stager,
               const StagingJob& job,
               JobProgress& progress,
               JobJournal& journal)
    : stager_(stager),
      vendor_(stager.vendor_),
      job_(job),
      progress_(progress),
      journal_(journal),
      service_(ChooseService(stager.vendor_.spec(), job)),
      work_(job.output_folder) {}

StageResult JobRun::Run() {
  warnings_ = InexactWords(job_, vendor_.spec(), service_);
  LoadOrders();
  while (true) {
    while (SubmitNext()) {
    }
    const bool all_fetched =
        std::all_of(orders_.begin(), orders_.end(), [](const LiveOrder& live) {
          return live.order.stage == OrderStage::kFetched || live.has_failed;
        });
    if (all_fetched) return Deliver();
    if (stager_.options_.wait ? WaitAndLook() : LookOnce()) continue;
    return Leave();
  }
}

/// What the journal knows of an order that was or may have been taken; else a
/// new plan.
void JobRun::LoadOrders() {
  const json last = journal_.last_record();
  const auto state =
      ParseJobState(TextField(last, {"state"})).value_or(JobState::kPlanned);
  const bool underway = state == JobState::kSubmitting ||
                        state == JobState::kSubmitted ||
                        state == JobState::kFetching;
  const json& known = Field(Field(last, {"remote"}), {"orders"});
  if (underway && known.is_array() && !known.empty()) {
    for (const json& order : known) {
      orders_.push_back({.order = OrderFromJson(order)});
      LiveOrder& live = orders_.back();
      live.is_resumed = live.order.stage != OrderStage::kPlanned;
      live.submitted = Clock::now();
      if (live.order.stage == OrderStage::kFetched) {
        live.order.stage = OrderStage::kSubmitted;
      }
      if (!live.order.id.empty()) stager_.Know(live.order.id);
    }
    return;
  }
  for (Order& order : vendor_.PlanOrders(job_, service_)) {
    order.token = RandomUuid();
    orders_.push_back({.order = std::move(order)});
  }
  if (state == JobState::kSubmitting) {  // a record without orders
    orders_.front().order.stage = OrderStage::kSubmitting;
  }
}

void JobRun::FitInputs() {
  if (photo_) return;
  progress_.Phase("prepare", 0.02);
  const std::string& token = orders_.front().order.token;
  const VendorSpec& spec = vendor_.spec();
  photo_ = FitPhoto(job_.input, spec, work_.Fitted(token, "photo.jpg"));
  const fs::path mask = MaskOf(job_);
  if (!mask.empty()) {
    mask_ = FitMask(mask, *photo_, work_.Fitted(token, "mask.png"));
  } else if (job_.operation == Operation::kEdit &&
             !job_.edit.mask_box.empty()) {
    mask_ = DrawMaskBox(job_.edit.mask_box,
                        job_.input,
                        *photo_,
                        work_.Fitted(token, "mask.png"));
  }
  for (size_t i = 0; i < job_.generate.furniture.size(); ++i) {
    if (service_.fetches_pictures) {
      furniture_.push_back({.file = job_.generate.furniture[i]});
      continue;
    }
    furniture_.push_back(
        FitPhoto(job_.generate.furniture[i],
                 spec,
                 work_.Fitted(token, "piece-" + std::to_string(i) + ".jpg")));
  }
}

OrderContext JobRun::ContextOf(LiveOrder& live) {
  OrderContext context{.job = job_,
                       .service = service_,
                       .client = *stager_.client_,
                       .order = live.order,
                       .photo = photo_.value_or(FittedFile{}),
                       .mask = mask_,
                       .furniture = furniture_,
                       .webhook_url = WebhookUrl(live.order),
                       .leaves = !stager_.options_.wait,
                       .cancelled = cancelled()};
  context.Host = [this](const FittedFile& file) {
    return PublicUrl(stager_.options_.hosting, job_, file.file, cancelled());
  };
  context.Scratch = [this, token = live.order.token](std::string_view name) {
    return work_.Fitted(token, name);
  };
  if (live.order.after >= 0) {
    const LiveOrder& earlier = orders_.at(live.order.after);
    context.earlier_id = earlier.order.id;
    if (!earlier.status.results.empty()) {
      context.earlier_result_url = earlier.status.results.front().url;
    }
  }
  return context;
}

/// The address that the vendor calls about this order: its token tells it
/// from others, and the vendor from strangers.
std::string JobRun::WebhookUrl(const Order& order) const {
  std::string url = stager_.options_.webhook_url;
  if (url.empty() || !vendor_.spec().webhook_per_order) return {};
  if (url.find('?') != std::string::npos) return url + "&order=" + order.token;
  while (url.ends_with('/')) url.pop_back();
  return url + "/" + order.token;
}

bool JobRun::IsReady(const LiveOrder& live) const {
  if (live.has_failed || live.order.stage > OrderStage::kSubmitting) {
    return false;
  }
  return live.order.after < 0 ||
         orders_.at(live.order.after).order.stage == OrderStage::kFetched;
}

/// Sends the next order that may leave: at once when there is a free slot, and
/// waiting for one only when no other order could be looked after meanwhile.
bool JobRun::SubmitNext() {
  const auto next =
      std::find_if(orders_.begin(), orders_.end(), [&](const LiveOrder& live) {
        return IsReady(live);
      });
  if (next == orders_.end()) return false;
  const bool has_other_work =
      std::any_of(orders_.begin(), orders_.end(), [](const LiveOrder& live) {
        return live.order.stage == OrderStage::kSubmitted && !live.has_failed;
      });
  if (has_other_work && stager_.options_.wait) {
    if (!stager_.slots_.TryTake()) return false;
  } else if (!stager_.slots_.Take(cancelled())) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
  next->slot.emplace(stager_.slots_);
  Submit(*next);
  return true;
}

void JobRun::Submit(LiveOrder& live) {
  FitInputs();
  progress_.Phase("send", 0.05);
  const std::string key = vendor_.LookalikeKey(ContextOf(live));
  std::unique_lock<std::mutex> alone;
  std::shared_ptr<std::mutex> mutex;
  if (!key.empty()) {
    mutex = stager_.LookalikeMutex(key);
    alone = std::unique_lock(*mutex);
  }
  if (live.order.stage == OrderStage::kSubmitting) {
    if (AdoptAnswer(live)) return;
    SettleDoubt(live, "the answer to the order was lost");
  }
  for (int attempt = 1; live.order.stage == OrderStage::kPlanned; ++attempt) {
    if (attempt > kMostSubmissions) {
      RecordNotTaken(JobState::kFailed);
      throw Error(ErrorKind::kVendorUnavailable,
                  Name() + ": " + std::string(vendor_.spec().label) +
                      " takes no order");
    }
    SendOrder(live);
  }
}

/// Asks the vendor about an order that may have been taken. Afterwards it is
/// submitted, or planned again.
/// @throws Error when the vendor cannot tell
void JobRun::SettleDoubt(LiveOrder& live, const std::string& why) {
  progress_.Phase("recover", 0.05);
  OrderContext context = ContextOf(live);
  std::set<std::string> known = stager_.KnownIds(job_.output_folder);
  switch (vendor_.Recover(context, known)) {
    case Recovery::kFound:
      spdlog::info("{}: the order was found again: {}", Name(), live.order.id);
      live.order.stage = OrderStage::kSubmitted;
      live.submitted = Clock::now();
      live.is_resumed = true;
      stager_.Know(live.order.id);
      return Record(JobState::kSubmitted);
    case Recovery::kNotTaken:
      spdlog::info("{}: the order was not taken", Name());
      live.order.stage = OrderStage::kPlanned;
      return;
    case Recovery::kUnknown:
      break;
  }
  if (!live.is_resumed || !stager_.options_.resubmit_doubtful) {
    throw Doubt(why);
  }
  spdlog::warn("{}: ordered again; the order in doubt may have been charged",
               Name());
  live.order.token = RandomUuid();
  live.order.data = json::object();
  live.order.stage = OrderStage::kPlanned;
  live.is_resumed = false;
}

void JobRun::SendOrder(LiveOrder& live) {
  OrderContext context = ContextOf(live);
  try {
    vendor_.Prepare(context);
    const Call call = vendor_.OrderCall(context);
    stager_.client_->Pay(
        call, work_.Answer(live.order.token), StepsOf(live), cancelled());
  } catch (const CallError& error) {
    if (error.taken() == Taken::kNo ||
        live.order.stage != OrderStage::kSubmitting) {
      live.order.stage = OrderStage::kPlanned;
      RecordNotTaken(JobState::kFailed);
      throw Error(error.kind(), Name() + ": " + error.what());
    }
    return SettleDoubt(live, error.what());
  } catch (const Error& error) {
    // Only before it left: nothing was sent.
    live.order.stage = OrderStage::kPlanned;
    RecordNotTaken(error.kind() == ErrorKind::kInterrupted ? JobState::kPlanned
                                                           : JobState::kFailed);
    throw;
  }
  try {
    ReadAnswer(live);
  } catch (const BadAnswer& error) {
    SettleDoubt(live,
                std::string(vendor_.spec().label) +
                    " gave an answer that cannot be used: " + error.what());
  }
}

/// Puts down each leaving of an order, and that it was not taken while it
/// waits to leave again: a crash then leaves no doubt behind.
PaySteps JobRun::StepsOf(LiveOrder& live) {
  return {.leaves =
              [this, &live] {
                live.order.stage = OrderStage::kSubmitting;
                live.order.begun_at_ms = UnixMilliseconds();
                Record(JobState::kSubmitting);
                live.submitted = Clock::now();
              },
          .not_taken =
              [this, &live] {
                live.order.stage = OrderStage::kPlanned;
                RecordNotTaken(JobState::kPlanned);
              }};
}

/// Takes up an answer that a killed process had put on disk.
bool JobRun::AdoptAnswer(LiveOrder& live) {
  std::error_code failure;
  if (!fs::exists(work_.Answer(live.order.token), failure)) return false;
  try {
    ReadAnswer(live);
    return true;
  } catch (const BadAnswer&) {
    return false;
  }
}

void JobRun::ReadAnswer(LiveOrder& live) {
  const json answer = ParseAnswerFile(work_.Answer(live.order.token),
                                      work_.PictureStem(live.order.token));
  OrderContext context = ContextOf(live);
  OrderStatus status = vendor_.ReadOrderAnswer(context, answer);
  live.order.stage = OrderStage::kSubmitted;
  if (!live.order.id.empty()) stager_.Know(live.order.id);
  live.status = status;
  Record(JobState::kSubmitted);
  ScheduleFirstLook(live);
  TakeStatus(live, std::move(status));
}

void JobRun::ScheduleFirstLook(LiveOrder& live) {
  const double expected_s = stager_.poll_clock_.FirstLook(live.status.eta_s);
  live.first_look_s = live.next_look_s = live.is_resumed ? 0 : expected_s;
}

/// Goes on from what an answer said.
void JobRun::TakeStatus(LiveOrder& live, OrderStatus status) {
  live.status = std::move(status);
  switch (live.status.state) {
    case OrderState::kWorking:
      return;
    case OrderState::kDone:
      return Fetch(live);
    case OrderState::kFailed:
      return FailOrder(live);
  }
}

/// Looks after the order that is due next.
/// @return false when there is none that can be looked after
bool JobRun::WaitAndLook() {
  LiveOrder* due = nullptr;
  double least_s = 0;
  for (LiveOrder& live : orders_) {
    if (live.order.stage != OrderStage::kSubmitted || live.has_failed ||
        live.status.cannot_poll) {
      continue;
    }
    const double wait_s = live.next_look_s - SecondsSince(live.submitted);
    if (due == nullptr || wait_s < least_s) {
      due = &live;
      least_s = wait_s;
    }
  }
  if (due == nullptr) return false;
  progress_.Phase("wait", 0.2);
  if (!SleepUnless(least_s, cancelled())) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
  Look(*due);
  return true;
}

/// Looks after what an earlier process left with the vendor.
/// @return false when that has been done, or was not asked for
bool JobRun::LookOnce() {
  bool looked = false;
  for (LiveOrder& live : orders_) {
    const bool is_left = live.order.stage == OrderStage::kSubmitted &&
                         live.is_resumed && !live.has_failed;
    if (!stager_.options_.look_once || !is_left || live.looks > 0) continue;
    // The first look may only take up the answer to the order.
    for (int look = 0; look < 2; ++look) {
      if (live.order.stage == OrderStage::kSubmitted && !live.has_failed) {
        Look(live);
      }
    }
    looked = true;
  }
  return looked;
}

void JobRun::Look(LiveOrder& live) {
  const double looked_s = SecondsSince(live.submitted);
  if (live.looks++ == 0 && live.is_resumed && AdoptAnswer(live)) return;
  if (live.order.id.empty()) throw Doubt("its answer is gone from the disk");
  OrderContext context = ContextOf(live);
  OrderStatus status;
  try {
    status = vendor_.Poll(context);
    live.bad_looks = 0;
  } catch (const BadAnswer& error) {  // the order is none the worse for it
    if (++live.bad_looks >= kMostBadLooks) {
      throw Error(error.kind(), Name() + ": " + error.what());
    }
    spdlog::info("{}: {}; asked again", Name(), error.what());
  }
  if (status.state == OrderState::kWorking) {
    live.last_early_s = looked_s;
    live.next_look_s =
        SecondsSince(live.submitted) + stager_.poll_clock_.Between(live.looks);
  } else if (!live.is_resumed) {
    stager_.poll_clock_.Finished(
        live.looks, live.first_look_s, live.last_early_s, looked_s);
  }
  TakeStatus(live, std::move(status));
}

void JobRun::Fetch(LiveOrder& live) {
  progress_.Phase("fetch", 0.8);
  Record(JobState::kFetching);
  live.slot.reset();
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
  if (!source.file.empty()) return source.file;
  fs::path file = work_.PictureStem(live.order.token);
  file += "-" + std::to_string(index + 1) + ".part";
  for (int attempt = 1;; ++attempt) {
    try {
      const ResultSource& present = live.status.results.at(index);
      stager_.client_->Download(
          present.url, present.with_key, file, cancelled());
      if (IsPictureFile(file)) return file;
      if (attempt == kMostFetches) {
        throw Error(ErrorKind::kUnexpected,
                    Name() + ": what " + std::string(vendor_.spec().label) +
                        " handed out is no picture; run again to fetch it "
                        "again");
      }
    } catch (const CallError& error) {
      if (!IsExpired(error) || attempt == kMostFetches ||
          live.order.id.empty()) {
        throw Error(error.kind(), Name() + ": " + error.what());
      }
      OrderContext context = ContextOf(live);
      OrderStatus status = vendor_.Poll(context);
      if (status.results.size() > index) live.status = std::move(status);
    }
  }
}

void JobRun::FailOrder(LiveOrder& live) {
  live.slot.reset();
  if (live.status.is_free && ++live.free_repeats <= kMostFreeRepeats) {
    live.order.stage = OrderStage::kPlanned;
    live.order.token = RandomUuid();
    live.order.id.clear();
    live.looks = 0;
    live.status = {};
    return;
  }
  live.has_failed = true;
  const std::string why =
      live.status.error.empty() ? "no reason given" : live.status.error;
  warnings_.push_back(std::string(vendor_.spec().label) +
                      " could not make a result: " + why);
  for (LiveOrder& later : orders_) {
    if (later.order.after >= 0 && &orders_[later.order.after] == &live) {
      later.has_failed = true;
    }
  }
}

/// @return false when the picture must not count: it is kept in `rejected/`
bool JobRun::Write(size_t index, const fs::path& picture, StageResult& result) {
  try {
    WriteVendorResult(job_, index, picture, result);
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
    for (const fs::path& picture : live.pictures) {
      if (made < job_.outputs.size()) {
        progress_.Phase("write", 0.95);
        if (Write(made, picture, result)) ++made;
      }
    }
  }
  if (photo_ && !photo_->changes.empty()) {
    result.details["fitted"] = photo_->changes;
  }
  if (made == 0) {
    json fields = {{"remote", RemoteJson()}};
    if (result.credits) fields["credits"] = *result.credits;
    journal_.Record(JobState::kFailed, fields);
    throw Error(ErrorKind::kUnexpected,
                Name() + ": " +
                    (result.warnings.empty()
                         ? std::string(vendor_.spec().label) + " made no result"
                         : result.warnings.back()));
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
  return all_told ? sum : vendor_.EstimateCredits(job_, service_);
}

json JobRun::RemoteJson() const {
  json orders = json::array();
  json remote = {{"vendor", vendor_.spec().name}};
  for (const LiveOrder& live : orders_) {
    orders.push_back(OrderJson(live.order));
    if (!remote.contains("id") && !live.order.id.empty()) {
      remote["id"] = live.order.id;
    }
  }
  remote["orders"] = std::move(orders);
  return remote;
}

JobState JobRun::StateOfOrders() const {
  JobState state = JobState::kPlanned;
  for (const LiveOrder& live : orders_) {
    if (live.order.stage == OrderStage::kSubmitting) {
      return JobState::kSubmitting;
    }
    if (live.order.stage > OrderStage::kSubmitting) {
      state = JobState::kSubmitted;
    }
  }
  return state;
}

/// Writes where the job is; an order in doubt goes before everything else.
void JobRun::Record(JobState state) {
  if (StateOfOrders() == JobState::kSubmitting) state = JobState::kSubmitting;
  json fields = {{"remote", RemoteJson()}};
  if (const auto credits = Credits()) fields["credits"] = *credits;
  journal_.Record(state, fields);
}

/// The order that was to leave did not; the job stays with the vendor when
/// another of its orders is there.
void JobRun::RecordNotTaken(JobState otherwise) {
  const JobState state = StateOfOrders();
  if (state != JobState::kPlanned) return Record(state);
  journal_.Record(otherwise, {{"remote", RemoteJson()}});
}

Error JobRun::Doubt(const std::string& why) const {
  return Error(ErrorKind::kUnexpected,
               Name() + ": " + why + "; " + std::string(vendor_.spec().label) +
                   " may have taken and charged it, and cannot be asked: see "
                   "the account, then order again with --resubmit-doubtful");
}

std::string JobRun::Name() const { return Utf8Path(job_.input); }

Cancelled JobRun::cancelled() const {
  return [this] { return progress_.cancelled(); };
}

}  // namespace stage::remote
