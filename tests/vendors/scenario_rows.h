#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "vendors/vendor_scenario.h"

namespace stage::test {

using Arguments = std::vector<std::string>;
using Sent = std::map<std::string, nlohmann::json>;

/// Rows of one vendor's table of operations.
class OperationRows {
 public:
  explicit OperationRows(std::string vendor) : vendor_(std::move(vendor)) {}

  /// One run that is done, with what must have been sent.
  Scenario& Done(const std::string& name, Arguments arguments, Sent sent = {});
  /// The same, with this many files and payments.
  void Results(const std::string& name,
               Arguments arguments,
               int results,
               int payments,
               Sent sent = {});
  /// Submitted by one process and fetched by another.
  void Later(const std::string& name, Arguments arguments);
  /// Refused before anything is sent, in words that have `says`.
  void Refused(const std::string& name,
               Arguments arguments,
               const std::string& says);
  /// A batch of three photos, planned only, then held to a limit of credits
  /// that is enough for one: `credits` for each.
  void Limited(Arguments arguments, int credits = 1);
  /// An order that adds to the order of an earlier run.
  Scenario& Added(const std::string& name,
                  Arguments earlier,
                  Arguments arguments,
                  Sent sent = {});
  /// Several commands that talk to the account alone; the last one says so.
  void Account(const std::string& name,
               const std::vector<Arguments>& commands,
               const std::string& says);
  /// A command without photos that succeeds and says so.
  void Told(const std::string& name,
            Arguments arguments,
            const std::string& says);

  const std::deque<Scenario>& all() const { return rows_; }
  Scenario& last() { return rows_.back(); }

 private:
  Scenario& Add(const std::string& name, Arguments arguments, int exit_code);

  std::string vendor_;
  std::deque<Scenario> rows_;
};

/// Whether a vendor can be asked for an order whose answer was lost.
enum class Lost { kFindable, kGone };

/// One way of having a photo done, with the names of its endpoints.
struct FaultTarget {
  std::string vendor;
  std::string way;
  Arguments arguments;
  std::string submit;
  std::vector<std::string> poll = {};
  std::string download = {};
  std::string upload = {};
  Lost lost = Lost::kGone;
  bool refunds = false;  ///< a failed render costs nothing and is repeated
  nlohmann::json settings = nlohmann::json::object();  ///< of the server
  /// Pictures are within the answer to the order.
  bool embeds = false;
};

/// Every misfortune at every endpoint of it: paid work is neither lost nor
/// paid twice, and what cannot be known is said.
std::deque<Scenario> FaultRows(const FaultTarget& target);

}  // namespace stage::test
