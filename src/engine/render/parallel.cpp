#include "engine/render/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/error.h"

namespace stage::engine {

WorkControl WorkControl::Part(double from, double to) const {
  WorkControl part{threads, {}, cancelled};
  if (progress) {
    part.progress = [report = progress, from, to](double fraction) {
      report(from + (to - from) * fraction);
    };
  }
  return part;
}

int ThreadCount(int requested) {
  if (requested > 0) return requested;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    return std::max(1, CPU_COUNT(&allowed));
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

void ParallelFor(int count,
                 const WorkControl& control,
                 const std::function<void(int)>& body) {
  std::atomic<int> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  int done = 0;  // counted as it is told, or a thread would tell of less
  std::exception_ptr failure;
  auto work = [&] {
    while (!stop) {
      const int index = next++;
      if (index >= count) return;
      try {
        if (control.cancelled && control.cancelled()) {
          throw Error(ErrorKind::kInterrupted, "interrupted while rendering");
        }
        body(index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        stop = true;
        return;
      }
      if (control.progress) {
        const std::lock_guard lock(mutex);
        control.progress(static_cast<double>(++done) / count);
      }
    }
  };
  const int helpers = std::min(control.threads, count) - 1;
  std::vector<std::thread> threads;
  for (int i = 0; i < helpers; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

void ParallelRows(int rows,
                  const WorkControl& control,
                  const std::function<void(int, int)>& body) {
  constexpr int kBand = 16;
  ParallelFor((rows + kBand - 1) / kBand, control, [&](int band) {
    body(band * kBand, std::min(rows, (band + 1) * kBand));
  });
}

}  // namespace stage::engine
