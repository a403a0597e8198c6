#pragma once

#include <map>
#include <mutex>
#include <string>

namespace stage::remote {

/// What this process has learned about an account that its vendor's documents
/// do not say, by names that the vendor's adapter chooses. Thread-safe.
class AccountFacts {
 public:
  /// Empty when it is not known.
  std::string Get(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = facts_.find(name);
    return found == facts_.end() ? "" : found->second;
  }
  void Put(const std::string& name, const std::string& fact) {
    const std::lock_guard lock(mutex_);
    facts_[name] = fact;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> facts_;
};

/// The fact under which the id of an order stands that the vendor has finished.
inline constexpr auto kFinishedOrder = "finished order";

}  // namespace stage::remote
