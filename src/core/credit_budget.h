#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace stage {

/// Keeps a batch within --max-credits: what jobs in flight may cost counts as
/// spent until they end. Thread-safe.
class CreditBudget {
 public:
  /// @param most  credits this run may spend; nullopt: no limit
  explicit CreditBudget(std::optional<double> most) : most_(most) {}

  /// Takes a job's expected cost out of the budget, or refuses. A job of
  /// unknown cost (nullopt) is let through while anything is left.
  bool Reserve(size_t job, std::optional<double> estimate);
  /// Puts what was really charged in place of the reservation.
  void Settle(size_t job, double charged);
  double spent() const;
  /// "--max-credits 10 (9 spent or reserved)".
  std::string Text() const;

 private:
  mutable std::mutex mutex_;
  std::optional<double> most_;
  double spent_ = 0;
  std::map<size_t, double> reserved_;
};

}  // namespace stage
