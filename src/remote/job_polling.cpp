#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/text_encoding.h"
#include "remote/answer.h"
#include "remote/job_run.h"
#include "remote/random_token.h"

namespace stage::remote {
namespace {

constexpr int kMostFreeRepeats = 2;
constexpr int kMostBadLooks = 5;            // one after the other
constexpr double kLongestStrange_s = 1800;  // with a status nobody knows
constexpr double kSlice_s = 0.1;            // until what is learned is heeded

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace

/// Seconds after the order was submitted.
double JobRun::NextLook(const LiveOrder& live) const {
  const bool is_first = live.looks == 0 && !live.is_resumed;
  return is_first ? stager_.poll_clock_.Revised(live.first_look_s)
                  : live.next_look_s;
}

void JobRun::ScheduleFirstLook(LiveOrder& live) {
  const double expected_s = stager_.poll_clock_.FirstLook(live.status.eta_s);
  live.first_look_s = live.next_look_s = live.is_resumed ? 0 : expected_s;
}

/// An order that was finished within its request tells how long others take
/// that are polled.
void JobRun::LearnFromAnswer(const LiveOrder& live, const OrderStatus& status) {
  if (live.is_resumed) return;
  const double waited_s = SecondsSince(live.left);
  stager_.poll_clock_.Took(
      std::min(status.took_s.value_or(waited_s), waited_s));
  if (!live.order.id.empty()) {
    stager_.facts_.Put(kFinishedOrder, live.order.id);
  }
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

/// A clause on what the vendor last said of an order, when it is no word that
/// is known; else empty.
std::string JobRun::StrangeWord(const LiveOrder& live) const {
  const std::string& word = live.status.word;
  const Words known = vendor_.spec().working_words;
  if (word.empty() ||
      std::find(known.begin(), known.end(), word) != known.end()) {
    return {};
  }
  return std::string(vendor_.spec().label) + " says of " + NameOf(live.order) +
         " '" + Printable(word) + "', which stage does not know";
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
    const double wait_s = NextLook(live) - SecondsSince(live.submitted);
    if (due == nullptr || wait_s < least_s) {
      due = &live;
      least_s = wait_s;
    }
  }
  if (due == nullptr) return false;
  progress_.Phase("wait", 0.2);
  if (!SleepUnless(std::min(least_s, kSlice_s), cancelled())) {
    const std::string strange = StrangeWord(*due);
    throw Error(ErrorKind::kInterrupted,
                strange.empty() ? "interrupted" : strange);
  }
  const std::string strange = StrangeWord(*due);
  if (!strange.empty() && SecondsSince(due->submitted) > kLongestStrange_s) {
    throw Error(ErrorKind::kUnexpected,
                Name() + ": " + strange + "; run again to go on waiting");
  }
  if (least_s <= kSlice_s) Look(*due);
  return true;
}

/// True when the vendor is only to be asked where the pictures are.
bool JobRun::IsMadeOnly(const LiveOrder& live) {
  return live.is_made && live.bad_looks == 0;
}

/// Looks after what an earlier process left with the vendor.
/// @return false when that has been done, or was not asked for
bool JobRun::LookOnce() {
  bool looked = false;
  for (LiveOrder& live : orders_) {
    const bool is_left = live.order.stage == OrderStage::kSubmitted &&
                         live.is_resumed && !live.has_failed;
    if (!stager_.options_.look_once || !is_left || live.looks > 0) continue;
    const auto is_open = [&live] {
      return live.order.stage == OrderStage::kSubmitted && !live.has_failed;
    };
    // The first look may only take up the answer to the order; what is made
    // is to be had at once.
    for (int look = 0; is_open() && (look < 2 || IsMadeOnly(live)); ++look) {
      if (look > 0 && !SleepUnless(kSlice_s, cancelled())) {
        throw Error(ErrorKind::kInterrupted, "interrupted");
      }
      Look(live);
    }
    looked = true;
  }
  return looked;
}

void JobRun::Look(LiveOrder& live) {
  const double looked_s = SecondsSince(live.submitted);
  if (live.looks == 0) live.first_look_s = NextLook(live);
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
  if (status.state == OrderState::kWorking && !status.is_made) {
    if (live.looks == 1 && !live.is_resumed) {
      stager_.poll_clock_.TooEarly(live.first_look_s);
    }
  } else if (!live.is_resumed && live.is_made) {
    stager_.poll_clock_.Took(status.took_s.value_or(0));
  } else if (!live.is_resumed) {
    stager_.poll_clock_.Finished(
        live.looks, live.first_look_s, looked_s, status.took_s);
  }
  if (status.state == OrderState::kWorking) LookAgainLater(live, status);
  TakeStatus(live, std::move(status));
}

/// An order that is made needs no slot any more, even if its pictures are yet
/// to be told; asking for those is the adapter's own pace.
void JobRun::LookAgainLater(LiveOrder& live, const OrderStatus& status) {
  if (status.is_made || status.cannot_poll) {
    live.is_made = status.is_made;
    live.slot.reset();
    GiveUpPlace();
  }
  const double wait_s =
      status.is_made ? status.eta_s.value_or(1)
                     : stager_.poll_clock_.Between(live.looks, status.eta_s);
  live.next_look_s = SecondsSince(live.submitted) + wait_s;
}

void JobRun::FailOrder(LiveOrder& live) {
  live.slot.reset();
  if (live.status.is_free && ++live.free_repeats <= kMostFreeRepeats) {
    live.order.stage = OrderStage::kPlanned;
    live.order.token = RandomUuid();
    live.order.id.clear();
    live.looks = 0;
    live.is_made = false;
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

}  // namespace stage::remote
