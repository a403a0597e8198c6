#include "engine/models/kept_memory.h"

#include <torch/version.h>

#include <cstring>
#include <vector>

#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using stage::models::KeepFreedTensors;
using stage::models::KeptMemory;

constexpr size_t kMegabyte = size_t{1} << 20;

TEST_CASE("KeptMemory: a freed block comes back for what is nearly its size") {
  KeptMemory memory;
  void* const block = memory.Allocate(16 * kMegabyte);
  std::memset(block, 1, 16 * kMegabyte);
  CHECK(memory.Free(block));
  CHECK(memory.kept_bytes() == 16 * kMegabyte);
  CHECK(memory.Allocate(15 * kMegabyte) == block);
  CHECK(memory.kept_bytes() == 0);
  CHECK(memory.Free(block));
}

TEST_CASE("KeptMemory: used and kept are never more than was once used") {
  KeptMemory memory;
  size_t used = 0;
  size_t most = 0;
  std::vector<std::pair<void*, size_t>> blocks;
  // Sizes that do not fit each other's blocks.
  for (int round = 0; round < 200; ++round) {
    if (round % 3 != 2) {
      const size_t bytes = (1 + (round * 7) % 29) * kMegabyte;
      blocks.emplace_back(memory.Allocate(bytes), bytes);
      REQUIRE(blocks.back().first != nullptr);
      used += bytes + bytes / 8;
      most = std::max(most, used);
    } else {
      const size_t which = (round * 5) % blocks.size();
      CHECK(memory.Free(blocks[which].first));
      used -= blocks[which].second + blocks[which].second / 8;
      blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(which));
    }
    CHECK(memory.kept_bytes() <= most);
  }
  for (const auto& [block, bytes] : blocks) CHECK(memory.Free(block));
  memory.Forget();
  CHECK(memory.kept_bytes() == 0);
}

TEST_CASE("KeptMemory: makes room before it grows") {
  KeptMemory memory;
  void* const first = memory.Allocate(64 * kMegabyte);
  CHECK(memory.Free(first));
  void* const second = memory.Allocate(40 * kMegabyte);
  CHECK(memory.kept_bytes() <= 24 * kMegabyte);
  CHECK(memory.Free(second));
}

TEST_CASE("KeptMemory: a block of someone else's is refused") {
  KeptMemory memory;
  int other = 0;
  CHECK_FALSE(memory.Free(&other));
}

TEST_CASE("KeepFreedTensors: tensors from before and after are sound") {
  const torch::Tensor before = torch::full({1 << 20}, 2.0);
  const bool keeps = KeepFreedTensors();
  const bool known = TORCH_VERSION_MAJOR < 2 || TORCH_VERSION_MAJOR > 2 ||
                     TORCH_VERSION_MINOR >= 6;
  CHECK(keeps == known);
  const void* where = nullptr;
  {
    const torch::Tensor large = torch::full({1 << 20}, 3.0);
    where = large.data_ptr();
    CHECK(large.sum().item<double>() == 3 * (1 << 20));
  }
  const torch::Tensor again = torch::full({1 << 20}, 4.0);
  if (keeps) CHECK(again.data_ptr() == where);
  CHECK((before + again).sum().item<double>() == 6 * (1 << 20));
  // oneDNN asks the allocator in its own way.
  const torch::Tensor image = torch::randn({1, 16, 128, 128});
  const torch::Tensor weight = torch::randn({16, 16, 3, 3});
  CHECK(torch::conv2d(image, weight).isfinite().all().item<bool>());
}

}  // namespace
}  // namespace stage::test
