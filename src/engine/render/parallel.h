#pragma once

#include <functional>

namespace stage::engine {

/// How a long piece of work reports and is stopped; shared by its stages.
struct WorkControl {
  int threads = 1;
  std::function<void(double)> progress;  ///< fraction 0..1; may be empty
  std::function<bool()> cancelled;       ///< may be empty

  /// The same control for the part of the work between two fractions.
  WorkControl Part(double from, double to) const;
  /// The same control for work too short or too often repeated to report.
  WorkControl Silent() const { return {threads, {}, cancelled}; }
};

/// Threads that `requested` means: 0 is as many as the process may use.
int ThreadCount(int requested);

/// Runs body(i) for every i in [0, count) on the threads of `control`, in any
/// order. Results must not depend on the order.
/// @throws Error(kInterrupted) soon after control.cancelled() says so;
///         otherwise the first exception that a body threw
void ParallelFor(int count,
                 const WorkControl& control,
                 const std::function<void(int)>& body);

/// The same over bands of rows: body(first_row, end_row).
void ParallelRows(int rows,
                  const WorkControl& control,
                  const std::function<void(int, int)>& body);

}  // namespace stage::engine
