#pragma once

#include <chrono>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace stage::remote {

/// Asked now and then while something waits; true: give up.
using Cancelled = std::function<bool()>;

/// @return false when it was cancelled first
bool SleepUnless(double seconds, const Cancelled& cancelled);

/// The wait before attempt `attempt` + 1: exponential with full jitter, a
/// random time up to first_s * 2^(attempt - 1), at most most_s.
/// Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog.
double BackoffSeconds(int attempt, double first_s, double most_s);

/// A date as HTTP writes it (RFC 9110, section 5.6.7), or nullopt.
std::optional<std::time_t> HttpDate(const std::string& text);

/// Retry-After as seconds from now (RFC 9110, section 10.2.3: a number or a
/// date), at most 300; nullopt when it says neither.
std::optional<double> RetryAfterSeconds(const std::string& header);

/// Keeps requests to a vendor below a rate, with short bursts, and holds them
/// all back when the vendor asks for it. Thread-safe.
class RequestPace {
 public:
  /// @param per_second  requests in the long run
  /// @param burst       requests that may leave at once
  RequestPace(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  /// Waits until a request may leave.
  /// @return false when it was cancelled first
  bool Wait(const Cancelled& cancelled);
  /// Nothing leaves for so long.
  void HoldAll(double seconds);

 private:
  using Clock = std::chrono::steady_clock;
  double SecondsToWait();

  const double per_second_;
  const double burst_;
  std::mutex mutex_;
  double tokens_;
  Clock::time_point filled_ = Clock::now();
  Clock::time_point held_until_ = Clock::now();
};

/// The renders a vendor works on for us at a time. Thread-safe.
class RenderSlots {
 public:
  /// @param most  0: any number
  explicit RenderSlots(int most) : most_(most) {}

  bool TryTake();
  /// @return false when it was cancelled first
  bool Take(const Cancelled& cancelled);
  void GiveBack();
  int taken() const;
  int waiting() const;  ///< calls of Take that have not returned

 private:
  const int most_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int taken_ = 0;
  int waiting_ = 0;
};

/// When to look after an order: polls that come too early cost requests, late
/// ones cost time. Learns how long this vendor's renders take. From vendors
/// that tell it, the longest of the last ones counts. For others the interval
/// between the latest time that was too early (none is made within two seconds)
/// and the earliest that was not is narrowed, one order at a time. Thread-safe.
class PollClock {
 public:
  /// @param least_s  shortest time between two looks at one order
  /// @param most_s   longest
  PollClock(double least_s, double most_s)
      : least_s_(least_s), most_s_(most_s), expected_s_(least_s) {}

  /// Seconds after its submission at which to look for the first time, at
  /// least one. Until it is known how long orders take, those of the first wave
  /// are looked at one after the other, so that the first that is found
  /// finished tells about the rest.
  /// @param eta_s  when the vendor expects it to be done; counts until orders
  ///               have shown how long they take
  double FirstLook(std::optional<double> eta_s);
  /// The same for an order that has not been looked at yet, by what has been
  /// learned since.
  /// @param first_look_s  what FirstLook said
  double Revised(double first_look_s) const;
  /// Seconds from one look to the next.
  /// @param look   1 for the wait after the first look
  /// @param eta_s  when the vendor now expects it to be done, from this look
  double Between(int look, std::optional<double> eta_s = std::nullopt) const;
  /// An order took so long, as far as is known without a look.
  void Took(double seconds);
  /// The first look at an order, at `first_look_s`, came too early.
  void TooEarly(double first_look_s);
  /// Tells how an order's looks went.
  /// @param looks         how many it took to find it finished, from 1
  /// @param first_look_s  when the first was, after the submission
  /// @param found_s       when it was found finished
  /// @param took_s        how long it took by what the vendor tells
  void Finished(int looks,
                double first_look_s,
                double found_s,
                std::optional<double> took_s = std::nullopt);

 private:
  double Bounded(double look_s) const;
  /// So that what takes that long is found finished.
  static double JustAfter(double seconds);
  double Floor() const;  ///< looks up to then come too early, it is thought
  double LookWhenKnown() const;
  void Remember(double took_s);

  const double least_s_;
  const double most_s_;
  mutable std::mutex mutex_;
  double expected_s_;       ///< long enough, as far as is known
  unsigned unknown_ = 0;    ///< first looks given before anything was known
  double too_early_s_ = 0;  ///< known to be too short
  bool is_known_ = false;   ///< an order has finished
  int finished_ = 0;        ///< orders
  /// When the one order is looked at that is looked at sooner than expected.
  std::optional<double> probe_s_;
  std::deque<double> told_s_;  ///< by the vendor, of the last orders
  int misled_ = 0;             ///< first looks too early in spite of that
  bool is_believed_ = true;
};

}  // namespace stage::remote
