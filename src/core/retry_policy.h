#pragma once

#include <mutex>

#include "core/error.h"

namespace stage {

/// Whether a batch ends at once where one job ends so: no other job would go
/// better.
bool StopsBatch(ErrorKind kind);

/// When a batch tries a job again, and when it gives up on all of them.
/// Thread-safe.
class RetryPolicy {
 public:
  /// @param retries       further attempts of a job
  /// @param first_wait_s  before the first of them; doubles, with jitter
  RetryPolicy(int retries, double first_wait_s)
      : retries_(retries), first_wait_s_(first_wait_s) {}

  /// @param attempts  made so far
  bool MayRetry(ErrorKind kind, int attempts) const;
  /// Seconds to wait, a part of the longest wait allowed drawn by chance.
  double WaitBeforeRetry(int attempts) const;
  /// Counts a job that has ended.
  /// @return  true when jobs have been refused so often in a row that nothing
  ///          else will go through either
  bool NoteFailure(ErrorKind kind);
  void NoteSuccess();

 private:
  int retries_;
  double first_wait_s_;
  std::mutex mutex_;
  int refusals_in_a_row_ = 0;
};

/// False when interrupted while waiting.
bool WaitUninterrupted(double seconds);

}  // namespace stage
