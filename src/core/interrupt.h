#pragma once

#include <csignal>

namespace stage {

/// While it lives, SIGINT, SIGTERM and SIGHUP ask the batch to stop instead
/// of killing the process: photos in flight are finished or abandoned cleanly.
/// A second signal ends the process at once with exit code 130; the manifest
/// loses nothing by it. One guard a process, made by main.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction previous_[3];
};

/// True once a signal asked to stop.
bool Interrupted();

/// As if a signal had come; for tests and for callers with their own reason.
void RequestInterrupt();

/// Forgets earlier signals; for tests.
void ClearInterrupt();

}  // namespace stage
