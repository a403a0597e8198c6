// Where libtorch has no CUDA: see cmake/cuda.cmake.
#include "engine/models/work_recorder.h"

namespace stage::models {

std::unique_ptr<WorkRecorder> MakeCudaRecorder(const c10::Device&) {
  return nullptr;
}

}  // namespace stage::models
