#include <spdlog/spdlog.h>

#include "remote/answer.h"
#include "remote/job_run.h"
#include "remote/random_token.h"

namespace stage::remote {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

}  // namespace

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
      live.left = live.submitted = Clock::now();
      live.is_resumed = true;
      stager_.Know(live.order.id);
      return Record(JobState::kSubmitted);
    case Recovery::kNotTaken:
      if (live.is_resumed && !stager_.options_.reorders) {
        throw Error(ErrorKind::kVendorUnavailable,
                    Name() + ": " + std::string(vendor_.spec().label) +
                        " does not list the order");
      }
      // A delivery that named it outweighs a list that lacks it.
      if (Field(live.order.data, {"announced"}) == json(true)) break;
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

Error JobRun::Doubt(const std::string& why) const {
  return Error(ErrorKind::kUnexpected,
               Name() + ": " + why + "; " + std::string(vendor_.spec().label) +
                   " may have taken and charged it, and cannot be asked: see "
                   "the account, then order again with --resubmit-doubtful");
}

}  // namespace stage::remote
