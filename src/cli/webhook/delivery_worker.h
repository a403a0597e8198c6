#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/stager.h"
#include "remote/webhook/event_job.h"

namespace stage::cli {

/// What came of the work on an event.
struct WorkOutcome {
  enum class Kind {
    kClosed,  ///< there is nothing left to do
    kAgain,   ///< not yet: worth another try
    kBusy,    ///< another process works in the folder: wait for it
  };
  Kind kind = Kind::kClosed;
  std::string text = {};             ///< one clause, for people
  std::filesystem::path photo = {};  ///< of the job, when there is one
};

/// Does what deliveries announce: writes into the batch's manifest what they
/// tell of orders, and has the vendor asked and results fetched.
class DeliveryWorker {
 public:
  /// @param folders  batches' output folders
  /// @param stager   asks the vendor once and leaves what is not finished
  DeliveryWorker(std::vector<std::filesystem::path> folders,
                 Stager& stager,
                 Progress& progress)
      : folders_(std::move(folders)), stager_(stager), progress_(progress) {}

  /// @throws Error for what concerns all events: credentials, a full disk
  WorkOutcome Work(const webhook::Event& event);

 private:
  WorkOutcome WorkIn(const std::filesystem::path& folder,
                     const webhook::Event& event,
                     const webhook::EventJob& found);

  std::vector<std::filesystem::path> folders_;
  Stager& stager_;
  Progress& progress_;
};

}  // namespace stage::cli
