#include "remote/shared_list.h"

#include <algorithm>

namespace stage::remote {
namespace {

constexpr double kLongestWait_s = 15;

}  // namespace

bool SharedList::IsDue(Clock::time_point now) const {
  const auto seconds_since = [&](Clock::time_point time) {
    return std::chrono::duration<double>(now - time).count();
  };
  if (is_asking_) return false;
  if (asked_ && seconds_since(*asked_) < options_.least_s) return false;
  if (!options_.is_busy || !options_.is_busy()) return true;
  const bool waits_long =
      std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& order) {
        return seconds_since(order.second) >= kLongestWait_s;
      });
  const bool is_ending = options_.is_ending && options_.is_ending();
  return waits_long ||
         (!is_ending &&
          waiting_.size() >= static_cast<size_t>(options_.most_waiting));
}

std::shared_ptr<const nlohmann::json> SharedList::For(const std::string& order,
                                                      const Ask& ask) {
  std::unique_lock lock(mutex_);
  const Clock::time_point now = Clock::now();
  const auto [place, is_new] = waiting_.emplace(order, now);
  if (list_ && as_of_ >= place->second) {
    waiting_.erase(place);
    return list_;
  }
  if (!IsDue(now)) return nullptr;
  asked_ = now;
  is_asking_ = true;
  lock.unlock();
  std::shared_ptr<const nlohmann::json> list;
  try {
    list = std::make_shared<const nlohmann::json>(ask());
  } catch (...) {
    lock.lock();
    is_asking_ = false;
    throw;
  }
  lock.lock();
  is_asking_ = false;
  list_ = list;
  as_of_ = now;
  waiting_.erase(order);
  return list;
}

}  // namespace stage::remote
