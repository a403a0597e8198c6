#include "diffusion/process_memory.h"

#include <sys/resource.h>

#include <fstream>
#include <string>

namespace stage::bench {
namespace {

/// A line of /proc/self/status such as "VmHWM:", in GB.
double StatusGigabytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kibibytes = 0;
    if (word == name && status >> kibibytes) return kibibytes * 1024 / 1e9;
  }
  return 0;
}

}  // namespace

double ResidentGigabytes() { return StatusGigabytes("VmRSS:"); }
double PeakGigabytes() { return StatusGigabytes("VmHWM:"); }

void ForgetPeakMemory() { std::ofstream("/proc/self/clear_refs") << "5"; }

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * double(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace stage::bench
