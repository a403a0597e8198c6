#include "engine/models/cuda_ways.h"

#include <cstdlib>

#include "engine/models/work_recorder.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

/// STAGE_CUDA_PLAIN for a while.
class PlainCuda {
 public:
  explicit PlainCuda(const char* value) {
    setenv("STAGE_CUDA_PLAIN", value, /*overwrite=*/1);
  }
  ~PlainCuda() { unsetenv("STAGE_CUDA_PLAIN"); }
};

TEST_CASE("CudaIsPlain: set to anything but 0") {
  CHECK_FALSE(CudaIsPlain());
  CHECK(([] {
    const PlainCuda plain("1");
    return CudaIsPlain();
  }()));
  CHECK_FALSE(([] {
    const PlainCuda plain("0");
    return CudaIsPlain();
  }()));
  CHECK_FALSE(([] {
    const PlainCuda plain("");
    return CudaIsPlain();
  }()));
}

TEST_CASE("PrefersChannelsLast: 16 bits on CUDA") {
  const torch::Device cuda(torch::kCUDA, 0);
  CHECK(PrefersChannelsLast(cuda, torch::kBFloat16));
  CHECK(PrefersChannelsLast(cuda, torch::kFloat16));
  CHECK_FALSE(PrefersChannelsLast(cuda, torch::kFloat32));
  CHECK_FALSE(PrefersChannelsLast(torch::kCPU, torch::kBFloat16));
  const PlainCuda plain("1");
  CHECK_FALSE(PrefersChannelsLast(cuda, torch::kBFloat16));
}

TEST_CASE("ToDevice: on the processor a change of type alone") {
  const Tensor x = torch::randn({2, 3});
  CHECK(ToDevice(x, x.options()).is_same(x));
  const Tensor half = ToDevice(x, torch::TensorOptions(torch::kBFloat16));
  CHECK(torch::equal(half, x.to(torch::kBFloat16)));
}

TEST_CASE("MakeCudaRecorder: none on the processor") {
  CHECK(MakeCudaRecorder(torch::kCPU) == nullptr);
}

}  // namespace
}  // namespace stage::test
