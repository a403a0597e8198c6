#include "core/retry_policy.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <thread>

#include "core/interrupt.h"

namespace stage {
namespace {

constexpr int kRefusalsInARow = 3;
constexpr double kLongestWait_s = 60;

/// Kinds that may pass, and that stop the batch when they come job after job.
bool WearsOut(ErrorKind kind) {
  return kind == ErrorKind::kVendorUnavailable || kind == ErrorKind::kDevice;
}

}  // namespace

bool StopsBatch(ErrorKind kind) {
  return kind == ErrorKind::kCredentials || kind == ErrorKind::kCredits ||
         kind == ErrorKind::kModel || kind == ErrorKind::kDisk;
}

bool RetryPolicy::MayRetry(ErrorKind kind, int attempts) const {
  return WearsOut(kind) && attempts <= retries_;
}

double RetryPolicy::WaitBeforeRetry(int attempts) const {
  std::random_device random;
  const double longest =
      std::min(kLongestWait_s, std::ldexp(first_wait_s_, attempts - 1));
  return longest * std::uniform_real_distribution<double>(0.5, 1.0)(random);
}

bool RetryPolicy::NoteFailure(ErrorKind kind) {
  const std::lock_guard lock(mutex_);
  refusals_in_a_row_ = WearsOut(kind) ? refusals_in_a_row_ + 1 : 0;
  return refusals_in_a_row_ >= kRefusalsInARow;
}

void RetryPolicy::NoteSuccess() {
  const std::lock_guard lock(mutex_);
  refusals_in_a_row_ = 0;
}

bool WaitUninterrupted(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end) {
    if (Interrupted()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace stage
