#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "core/fake_stager.h"

namespace stage::test {

/// Plays a vendor that takes money: its ledger is a file that outlives the
/// process, one line an order. Lost answers are found again by the job's id,
/// as with vendors whose orders can be listed.
class PaidStager : public FakeStager {
 public:
  explicit PaidStager(std::filesystem::path ledger)
      : ledger_(std::move(ledger)) {}

  bool leave_with_vendor = false;                    ///< --no-wait
  std::function<void(const StagingJob&)> on_submit;  ///< after the order
  std::function<void(const StagingJob&)> on_fetch;   ///< before results

  StageResult StageJournaled(const StagingJob& job,
                             JobProgress& progress,
                             JobJournal& journal) override {
    const nlohmann::json last = journal.last_record();
    const std::string state =
        last.is_object() ? last.value("state", "planned") : "planned";
    const bool has_order = last.is_object() && last.contains("remote");
    std::string order;
    if (has_order && (state == "submitted" || state == "fetching")) {
      order = last["remote"]["id"];
    } else if (state == "submitting" && InLedger("order-" + job.id)) {
      order = "order-" + job.id;
      journal.Record(JobState::kSubmitted, {{"remote", {{"id", order}}}});
    } else {
      journal.Record(JobState::kSubmitting, {});
      order = "order-" + job.id;
      Pay(order);
      if (on_submit) on_submit(job);
      journal.Record(JobState::kSubmitted,
                     {{"remote", {{"id", order}}}, {"credits", 2}});
    }
    if (leave_with_vendor) {
      StageResult left;
      left.pending = true;
      return left;
    }
    journal.Record(JobState::kFetching, {});
    if (on_fetch) on_fetch(job);
    StageResult result = Write(job);
    result.credits = 2;
    return result;
  }
  std::optional<double> EstimateCredits(const StagingJob&) const override {
    return 2;
  }

  /// Orders paid so far, also by killed processes.
  static std::vector<std::string> Orders(const std::filesystem::path& ledger) {
    std::vector<std::string> orders;
    std::ifstream lines(ledger);
    for (std::string line; std::getline(lines, line);) orders.push_back(line);
    return orders;
  }

 private:
  bool InLedger(const std::string& order) const {
    for (const std::string& known : Orders(ledger_)) {
      if (known == order) return true;
    }
    return false;
  }
  void Pay(const std::string& order) const {
    const int file =
        open(ledger_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string line = order + "\n";
    if (write(file, line.data(), line.size()) < 0) _exit(99);
    close(file);
  }

  std::filesystem::path ledger_;
};

}  // namespace stage::test
