#pragma once

#include <chrono>
#include <cmath>

namespace stage::engine {

/// Seconds a phase took, for the manifest.
class Stopwatch {
 public:
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return std::round(seconds * 1000) / 1000;
  }

 private:
  std::chrono::steady_clock::time_point last_ =
      std::chrono::steady_clock::now();
};

}  // namespace stage::engine
