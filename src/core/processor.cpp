#include "core/processor.h"

#include <cstdlib>

namespace stage {

void PrepareProcessorLibraries() {
  // OpenBLAS on pthreads and libtorch on OpenMP have threads of their own, and
  // each lets its idle ones loop where the others want to work.
  setenv("OPENBLAS_THREAD_TIMEOUT", "4", 0);
  setenv("GOMP_SPINCOUNT", "500", 0);
#if defined(__x86_64__)
  const auto set = [](const char* core_type, const char* capability) {
    setenv("OPENBLAS_CORETYPE", core_type, 0);
    setenv("ATEN_CPU_CAPABILITY", capability, 0);
  };
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    set("SkylakeX", "avx512");
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    set("Haswell", "avx2");
  }
#endif
}

}  // namespace stage
