#pragma once

namespace stage {

/// Lets OpenBLAS and libtorch use all that this processor has: builds of them
/// that do not know it fall back to instructions of twenty years ago. Sets
/// OPENBLAS_CORETYPE and ATEN_CPU_CAPABILITY where the user has not; to be
/// called before a library that links either is opened, and before threads
/// are started.
void PrepareProcessorLibraries();

}  // namespace stage
