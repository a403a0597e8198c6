#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace stage::remote {

struct SharedListOptions {
  double least_s = 0;    ///< between two requests
  int most_waiting = 1;  ///< orders; then the list is asked for
  /// True while orders are at work that will want the list too.
  std::function<bool()> is_busy = {};
  /// True when no others come after those: then one list at their end is
  /// sooner had than one now and one after `least_s`.
  std::function<bool()> is_ending = {};
};

/// A vendor's list of recent orders, asked for once for all that wait for it:
/// when nothing more is to come, when many wait or one has waited long; never
/// more often than the vendor's pace allows. Thread-safe.
class SharedList {
 public:
  using Ask = std::function<nlohmann::json()>;

  explicit SharedList(SharedListOptions options)
      : options_(std::move(options)) {}

  /// The list as it was after `order` first wanted it; null: not yet, come
  /// again in a moment.
  /// @throws what `ask` throws
  std::shared_ptr<const nlohmann::json> For(const std::string& order,
                                            const Ask& ask);

 private:
  using Clock = std::chrono::steady_clock;
  bool IsDue(Clock::time_point now) const;

  const SharedListOptions options_;
  std::mutex mutex_;
  std::map<std::string, Clock::time_point> waiting_;  ///< since when
  std::shared_ptr<const nlohmann::json> list_;
  std::optional<Clock::time_point> asked_;  ///< also when that failed
  Clock::time_point as_of_;                 ///< of `list_`
  bool is_asking_ = false;
};

}  // namespace stage::remote
