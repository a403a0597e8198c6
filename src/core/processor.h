#pragma once

namespace stage {

/// Lets OpenBLAS and libtorch use all that this processor has: builds of them
/// that do not know it fall back to instructions of twenty years ago, and idle
/// threads of the one take cores from the other. Sets OPENBLAS_CORETYPE,
/// ATEN_CPU_CAPABILITY, OPENBLAS_THREAD_TIMEOUT and GOMP_SPINCOUNT where the
/// user has not; to be called before a library that links either is opened, and
/// before threads are started.
void PrepareProcessorLibraries();

}  // namespace stage
