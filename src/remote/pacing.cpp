#include "remote/pacing.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <random>
#include <thread>

namespace stage::remote {
namespace {

constexpr double kLongestRetryAfter_s = 300;
constexpr double kSlice_s = 0.05;

std::chrono::duration<double> Seconds(double seconds) {
  return std::chrono::duration<double>(seconds);
}

}  // namespace

bool SleepUnless(double seconds, const Cancelled& cancelled) {
  const auto end = std::chrono::steady_clock::now() + Seconds(seconds);
  while (true) {
    if (cancelled && cancelled()) return false;
    const double left =
        std::chrono::duration<double>(end - std::chrono::steady_clock::now())
            .count();
    if (left <= 0) return true;
    std::this_thread::sleep_for(Seconds(std::min(left, kSlice_s)));
  }
}

double BackoffSeconds(int attempt, double first_s, double most_s) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  const double longest = std::min(most_s, std::ldexp(first_s, attempt - 1));
  return std::uniform_real_distribution<double>(0, longest)(random);
}

std::optional<std::time_t> HttpDate(const std::string& text) {
  std::tm date{};
  const char* rest = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (text.empty() || rest == nullptr || *rest != '\0') return std::nullopt;
  return timegm(&date);
}

std::optional<double> RetryAfterSeconds(const std::string& header) {
  double seconds = 0;
  const char* end = header.data() + header.size();
  const auto [last, problem] = std::from_chars(header.data(), end, seconds);
  if (problem != std::errc() || last != end) {
    const auto date = HttpDate(header);
    if (!date) return std::nullopt;
    seconds = std::difftime(*date, std::time(nullptr));
  }
  if (!std::isfinite(seconds)) return std::nullopt;
  return std::clamp(seconds, 0.0, kLongestRetryAfter_s);
}

double RequestPace::SecondsToWait() {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (now < held_until_) {
    return std::chrono::duration<double>(held_until_ - now).count();
  }
  tokens_ =
      std::min(burst_,
               tokens_ + std::chrono::duration<double>(now - filled_).count() *
                             per_second_);
  filled_ = now;
  if (tokens_ < 1) return (1 - tokens_) / per_second_;
  tokens_ -= 1;
  return 0;
}

bool RequestPace::Wait(const Cancelled& cancelled) {
  while (true) {
    const double wait_s = SecondsToWait();
    if (wait_s <= 0) return true;
    if (!SleepUnless(wait_s, cancelled)) return false;
  }
}

void RequestPace::HoldAll(double seconds) {
  const std::lock_guard lock(mutex_);
  held_until_ = std::max(
      held_until_,
      Clock::now() +
          std::chrono::duration_cast<Clock::duration>(Seconds(seconds)));
}

bool RenderSlots::TryTake() {
  const std::lock_guard lock(mutex_);
  if (most_ > 0 && taken_ >= most_) return false;
  ++taken_;
  return true;
}

bool RenderSlots::Take(const Cancelled& cancelled) {
  std::unique_lock lock(mutex_);
  while (most_ > 0 && taken_ >= most_) {
    if (cancelled && cancelled()) return false;
    changed_.wait_for(lock, Seconds(kSlice_s));
  }
  ++taken_;
  return true;
}

void RenderSlots::GiveBack() {
  const std::lock_guard lock(mutex_);
  --taken_;
  changed_.notify_one();
}

double PollClock::FirstLook(std::optional<double> eta_s) const {
  constexpr double kLongest_s = 300;  // an estimate of hours is still looked at
  constexpr double kMargin = 1.02;
  const std::lock_guard lock(mutex_);
  if (!settled_ && eta_s) {
    return std::clamp(*eta_s * kMargin, least_s_, kLongest_s);
  }
  return std::clamp(expected_s_, least_s_, std::max(most_s_, 2 * least_s_));
}

double PollClock::Between(int look) const {
  return std::min(most_s_, least_s_ * std::pow(1.25, look - 1));
}

/// Halves the interval until a first look finds an order finished; then keeps
/// the share of looks that come too early near one in twenty. Orders of one
/// wave do not add up their corrections.
void PollClock::Finished(int looks,
                         double first_look_s,
                         double last_early_s,
                         double found_s) {
  constexpr double kSooner = 0.998;
  constexpr double kLater = 1.04;
  const std::lock_guard lock(mutex_);
  if (looks == 1) {
    expected_s_ = (settled_ ? expected_s_ : first_look_s) * kSooner;
    settled_ = true;
  } else if (settled_) {
    expected_s_ = std::max(expected_s_, first_look_s * kLater);
  } else {
    expected_s_ = (last_early_s + found_s) / 2;
  }
}

}  // namespace stage::remote
