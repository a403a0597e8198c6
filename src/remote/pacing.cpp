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
constexpr double kSoonest_s = 2;  // no picture is made faster

std::chrono::duration<double> Seconds(double seconds) {
  return std::chrono::duration<double>(seconds);
}

/// 0, 1/2, 1/4, 3/4, 1/8, ...: spread over 0..1 however many are taken.
/// Source: van der Corput, "Verteilungsfunktionen", 1935, base 2.
double Scattered(unsigned index) {
  double result = 0;
  for (double digit = 0.5; index > 0; index /= 2, digit /= 2) {
    if (index % 2 == 1) result += digit;
  }
  return result;
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
  ++waiting_;
  while (most_ > 0 && taken_ >= most_) {
    if (cancelled && cancelled()) break;
    changed_.wait_for(lock, Seconds(kSlice_s));
  }
  --waiting_;
  if (most_ > 0 && taken_ >= most_) return false;
  ++taken_;
  return true;
}

void RenderSlots::GiveBack() {
  const std::lock_guard lock(mutex_);
  --taken_;
  changed_.notify_one();
}

int RenderSlots::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

int RenderSlots::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

double PollClock::Bounded(double look_s) const {
  constexpr double kLeast_s = 1;  // no job is asked about more often
  return std::clamp(look_s, kLeast_s, std::max(most_s_, 2 * least_s_));
}

void PollClock::Remember(double took_s) {
  constexpr size_t kRemembered = 20;
  told_s_.push_back(took_s);
  if (told_s_.size() > kRemembered) told_s_.pop_front();
}

void PollClock::Took(double seconds) {
  const std::lock_guard lock(mutex_);
  if (is_believed_ && seconds > 0) Remember(seconds);
}

double PollClock::JustAfter(double seconds) {
  constexpr double kMargin = 1.01;
  constexpr double kOnItsWay_s = 0.03;
  return seconds * kMargin + kOnItsWay_s;
}

double PollClock::Floor() const {
  return std::max(too_early_s_, std::min(kSoonest_s, expected_s_));
}

double PollClock::LookWhenKnown() const {
  if (!told_s_.empty()) {
    return Bounded(
        JustAfter(*std::max_element(told_s_.begin(), told_s_.end())));
  }
  return Bounded(std::max(expected_s_, JustAfter(Floor())));
}

double PollClock::FirstLook(std::optional<double> eta_s) {
  constexpr double kLongest_s = 300;  // an estimate of hours is still looked at
  constexpr double kMargin = 1.02;
  constexpr double kCloseEnough = 0.03;
  constexpr double kProbe = 0.5;  // of the interval that is narrowed
  const std::lock_guard lock(mutex_);
  if (!told_s_.empty()) return LookWhenKnown();
  if (!is_known_) {
    if (eta_s) return std::clamp(*eta_s * kMargin, 1.0, kLongest_s);
    const double from_s = Floor();
    return Bounded(from_s + (expected_s_ - from_s) * Scattered(unknown_++));
  }
  const double gap_s = expected_s_ - Floor();
  if (probe_s_ || gap_s < kCloseEnough * expected_s_) return LookWhenKnown();
  probe_s_ = Bounded(expected_s_ - gap_s * kProbe);
  return *probe_s_;
}

double PollClock::Revised(double first_look_s) const {
  const std::lock_guard lock(mutex_);
  if (probe_s_ == first_look_s) return first_look_s;
  return is_known_ || !told_s_.empty() ? LookWhenKnown() : first_look_s;
}

double PollClock::Between(int look, std::optional<double> eta_s) const {
  const double usual_s = std::min(most_s_, least_s_ * std::pow(1.25, look - 1));
  return eta_s ? std::clamp(*eta_s, std::min(1.0, usual_s), usual_s) : usual_s;
}

/// Orders of one wave do not add up their corrections: what was looked at
/// sooner than is expected by now tells nothing new, unless it was the probe.
void PollClock::TooEarly(double first_look_s) {
  constexpr double kLater = 1.04;
  constexpr int kMostMisled = 3;
  const std::lock_guard lock(mutex_);
  if (!told_s_.empty() && ++misled_ > kMostMisled + finished_ / 10) {
    told_s_.clear();
    is_believed_ = false;
  }
  if (!is_known_ || probe_s_ == first_look_s) {
    too_early_s_ = std::max(too_early_s_, first_look_s);
    if (is_known_) probe_s_.reset();
  } else if (first_look_s >= expected_s_) {
    too_early_s_ = first_look_s;
    expected_s_ = first_look_s * kLater;
  }
}

/// Once it is known how long orders take, only now and then one is looked at
/// sooner, to see whether they have become faster.
void PollClock::Finished(int looks,
                         double first_look_s,
                         double found_s,
                         std::optional<double> took_s) {
  constexpr int kOrdersToNextSearch = 300;
  constexpr double kSearchFrom = 0.9;
  const std::lock_guard lock(mutex_);
  // Some vendors' "updated" is when they were asked.
  constexpr double kOnlyLooked = 0.9;
  if (is_believed_ && took_s && *took_s > 0 &&
      *took_s <= kOnlyLooked * found_s) {
    Remember(*took_s);
  }
  if (!is_known_) {
    expected_s_ = looks == 1 ? first_look_s : found_s;
  } else if (looks == 1 && probe_s_ == first_look_s) {
    expected_s_ = std::min(expected_s_, first_look_s);
    probe_s_.reset();
  }
  if (++finished_ % kOrdersToNextSearch == 0) {
    too_early_s_ = expected_s_ * kSearchFrom;
  }
  too_early_s_ = std::min(too_early_s_, expected_s_);
  is_known_ = true;
}

}  // namespace stage::remote
