#include "core/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <iterator>

namespace stage {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
constexpr int kInterruptedExitCode = 130;

// Signal handlers have no other way to reach the program.
std::atomic<int> requests{0};
static_assert(std::atomic<int>::is_always_lock_free);

void OnSignal(int) {
  if (requests.fetch_add(1) >= 1) _exit(kInterruptedExitCode);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  static_assert(std::size(kSignals) == 3);
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;  // a photo being read is not cut off
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < std::size(kSignals); ++i) {
    sigaction(kSignals[i], &action, &previous_[i]);
    // nohup and background jobs of scripts ignore some: so do we.
    if (previous_[i].sa_handler == SIG_IGN) {
      sigaction(kSignals[i], &previous_[i], nullptr);
    }
  }
}

InterruptGuard::~InterruptGuard() {
  for (size_t i = 0; i < std::size(kSignals); ++i) {
    sigaction(kSignals[i], &previous_[i], nullptr);
  }
}

bool Interrupted() { return requests.load() > 0; }

void RequestInterrupt() { requests.fetch_add(1); }

void ClearInterrupt() { requests.store(0); }

}  // namespace stage
