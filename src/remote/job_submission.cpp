#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/job_phase.h"
#include "core/text_encoding.h"
#include "remote/answer.h"
#include "remote/job_run.h"

namespace stage::remote {
namespace {

using nlohmann::json;

constexpr int kMostSubmissions = 3;  // of one order, when none was taken

int64_t UnixMilliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

bool JobRun::IsReady(const LiveOrder& live) const {
  if (live.has_failed || live.order.stage > OrderStage::kSubmitting) {
    return false;
  }
  return live.order.after < 0 ||
         orders_.at(live.order.after).order.stage == OrderStage::kFetched;
}

/// Sends the next order that may leave: at once when there is a free slot, and
/// waiting for one only when no other order could be looked after meanwhile.
/// All that is free of charge comes before the slot, which is a render's.
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
  const bool is_planned = next->order.stage == OrderStage::kPlanned;
  if (is_planned) PrepareOrder(*next);
  if (has_other_work && stager_.options_.wait) {
    if (!stager_.slots_.TryTake()) return false;
  } else {
    progress_.Phase(kQueuePhase, 0.04);
    if (!stager_.slots_.Take(cancelled())) {
      throw Error(ErrorKind::kInterrupted, "interrupted");
    }
  }
  next->slot.emplace(stager_.slots_);
  if (is_planned) stager_.ThrowIfRefused(Name());
  Submit(*next);
  // Nobody looks after it in this run: others must not wait for that.
  if (!stager_.options_.wait) next->slot.reset();
  return true;
}

/// So that few photos are uploaded long before it is their turn.
void JobRun::TakePlace() {
  if (had_place_) return;
  progress_.Phase(kQueuePhase, 0.01);
  if (!stager_.places_.Take(cancelled())) {
    throw Error(ErrorKind::kInterrupted, "interrupted");
  }
  place_.emplace(stager_.places_);
  had_place_ = true;
}

/// Once all that is left is to ask where results are, and to fetch them.
void JobRun::GiveUpPlace() {
  const bool all_made =
      std::all_of(orders_.begin(), orders_.end(), [](const LiveOrder& live) {
        return live.is_made || live.has_failed ||
               live.order.stage == OrderStage::kFetched;
      });
  if (all_made) place_.reset();
}

/// The requests before the paid one, such as the upload.
void JobRun::PrepareOrder(LiveOrder& live) {
  if (live.prepared) return;
  TakePlace();
  progress_.Phase("prepare", 0.02);
  FitInputs();
  live.order.fitted = FittedJson(*photo_);
  live.prepared.emplace(ContextOf(live));
  try {
    vendor_.Prepare(*live.prepared);
  } catch (const Error& error) {
    live.prepared.reset();
    RecordNotTaken(error.kind() == ErrorKind::kInterrupted ? JobState::kPlanned
                                                           : JobState::kFailed);
    if (dynamic_cast<const CallError*>(&error) == nullptr) throw;
    stager_.NoteRefusal(error);
    throw Error(error.kind(), Name() + ": " + error.what());
  }
}

/// Where lost answers could not be told apart, only one of the orders that
/// look alike can be taken at a time.
/// @return not locked; nothing when the order is like no other
JobRun::Turn JobRun::TurnOf(LiveOrder& live) {
  const std::string key = vendor_.LookalikeKey(ContextOf(live));
  if (key.empty()) return {};
  Lookalikes& lookalikes = stager_.LookalikesOf(key);
  return {.ahead = &lookalikes.ahead,
          .lock = std::unique_lock(lookalikes.turn, std::defer_lock)};
}

void JobRun::Submit(LiveOrder& live) {
  progress_.Phase("send", 0.05);
  if (live.order.stage == OrderStage::kSubmitting) {
    FitInputs();
    Turn turn = TurnOf(live);
    if (turn.ahead != nullptr) turn.lock.lock();
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
    PrepareOrder(live);
    SendOrder(live);
    live.prepared.reset();
  }
}

void JobRun::SendOrder(LiveOrder& live) {
  Turn turn = TurnOf(live);
  try {
    const Call call = vendor_.OrderCall(*live.prepared);
    live.order.request_id = stager_.client_->Pay(
        call, work_.Answer(live.order.token), StepsOf(live, turn), cancelled());
  } catch (const CallError& error) {
    if (error.taken() == Taken::kNo ||
        live.order.stage != OrderStage::kSubmitting) {
      return NotTaken(live, error);
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

/// An upload that several orders share may be gone by the time of a later one:
/// it is made once more.
void JobRun::NotTaken(LiveOrder& live, const CallError& error) {
  live.order.stage = OrderStage::kPlanned;
  const bool is_gone = !uploaded_again_ && vendor_.IsUploadGone(error.what());
  RecordNotTaken(is_gone ? JobState::kPlanned : JobState::kFailed);
  stager_.NoteRefusal(error);
  if (!is_gone) throw Error(error.kind(), Name() + ": " + error.what());
  uploaded_again_ = true;
  shared_ = json::object();
}

/// Puts down each leaving of an order, and that it was not taken while it
/// waits to leave again: a crash then leaves no doubt behind. An order that
/// looks like others leaves but for its last byte; that waits for its turn.
PaySteps JobRun::StepsOf(LiveOrder& live, Turn& turn) {
  const auto put_down = [this, &live] {
    live.order.stage = OrderStage::kSubmitting;
    live.order.begun_at_ms = UnixMilliseconds();
    Record(JobState::kSubmitting);
    live.left = Clock::now();
  };
  const auto take_back = [this, &live, &turn] {
    live.order.stage = OrderStage::kPlanned;
    RecordNotTaken(JobState::kPlanned);
    turn.upload.reset();
    if (turn.lock.owns_lock()) turn.lock.unlock();
  };
  if (turn.ahead == nullptr) {
    return {.leaves = put_down, .not_taken = take_back};
  }
  return {.leaves =
              [this, &turn] {
                if (!turn.ahead->Take(cancelled())) {
                  throw Error(ErrorKind::kInterrupted, "interrupted");
                }
                turn.upload.emplace(*turn.ahead);
              },
          .commits =
              [&turn, put_down] {
                turn.lock.lock();
                turn.upload.reset();
                put_down();
              },
          .not_taken = take_back};
}

void JobRun::ReadAnswer(LiveOrder& live) {
  const json answer = stager_.client_->Redacted(ParseAnswerFile(
      work_.Answer(live.order.token), work_.PictureStem(live.order.token)));
  OrderContext context = ContextOf(live);
  OrderStatus status;
  try {
    status = vendor_.ReadOrderAnswer(context, answer);
  } catch (const BadAnswer& error) {
    const json& words = Field(answer, {"error", "err", "message", "detail"});
    if (!words.is_string()) throw;
    throw BadAnswer(std::string(error.what()) +
                    "; it says: " + ErrorWords(answer.dump()));
  }
  const std::string named = TextField(answer, {"requestId", "request_id"});
  if (!named.empty()) live.order.request_id = Printable(named);
  live.order.stage = OrderStage::kSubmitted;
  if (!live.order.id.empty()) stager_.Know(live.order.id);
  live.status = status;
  if (status.state == OrderState::kDone) live.slot.reset();
  Record(JobState::kSubmitted);
  if (status.state == OrderState::kDone) LearnFromAnswer(live, status);
  live.submitted = Clock::now();
  ScheduleFirstLook(live);
  TakeStatus(live, std::move(status));
}

}  // namespace stage::remote
