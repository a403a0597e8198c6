#include "engine/models/kept_memory.h"

#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>
#include <torch/version.h>

#include <algorithm>
#include <iterator>

namespace stage::models {
namespace {

constexpr size_t kPage = 4096;

/// How much larger than asked for a kept block may be: an eighth.
size_t LargestFor(size_t bytes) { return bytes + bytes / 8; }

void* Map(size_t bytes) {
  void* const block = mmap(nullptr,
                           bytes,
                           PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS,
                           -1,
                           0);
  return block == MAP_FAILED ? nullptr : block;
}

}  // namespace

void* KeptMemory::Allocate(size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes = (bytes + kPage - 1) / kPage * kPage;
  void* block = nullptr;
  const auto found = kept_.lower_bound(bytes);
  if (found != kept_.end() && found->first <= LargestFor(bytes)) {
    bytes = found->first;
    block = found->second;
    kept_bytes_ -= bytes;
    kept_.erase(found);
  } else {
    // What is kept makes room first, so that the peak is that of use.
    const size_t wanted = used_bytes_ + bytes;
    KeepWithin(most_used_bytes_ > wanted ? most_used_bytes_ - wanted : 0);
    block = Map(bytes);
    if (block == nullptr) {
      KeepWithin(0);
      block = Map(bytes);
    }
    if (block == nullptr) return nullptr;
  }
  used_.emplace(block, bytes);
  used_bytes_ += bytes;
  most_used_bytes_ = std::max(most_used_bytes_, used_bytes_);
  return block;
}

bool KeptMemory::Free(void* block) {
  const std::lock_guard lock(mutex_);
  const auto found = used_.find(block);
  if (found == used_.end()) return false;
  kept_.emplace(found->second, block);
  kept_bytes_ += found->second;
  used_bytes_ -= found->second;
  used_.erase(found);
  return true;
}

void KeptMemory::Forget() {
  const std::lock_guard lock(mutex_);
  KeepWithin(0);
}

size_t KeptMemory::kept_bytes() const {
  const std::lock_guard lock(mutex_);
  return kept_bytes_;
}

void KeptMemory::KeepWithin(size_t limit) {
  while (kept_bytes_ > limit) {
    const auto largest = std::prev(kept_.end());
    munmap(largest->second, largest->first);
    kept_bytes_ -= largest->first;
    kept_.erase(largest);
  }
}

// Allocators of libtorch 2 copy as well, and allocating changes them: seen in
// 2.6.
#if TORCH_VERSION_MAJOR > 2 || \
    (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 6)
#define STAGE_ALLOCATOR_OF_2_6 1
#else
#define STAGE_ALLOCATOR_OF_2_6 0
#endif

#if TORCH_VERSION_MAJOR < 2 || STAGE_ALLOCATOR_OF_2_6
namespace {

/// Never destroyed: tensors of libtorch's own outlive main.
KeptMemory& Kept() {
  static auto* const kept = new KeptMemory;
  return *kept;
}

void FreeTensor(void* block) {
  if (block != nullptr && !Kept().Free(block)) {
    c10::GetDefaultCPUAllocator()->raw_deallocate(block);
  }
}

class KeepingAllocator final : public c10::Allocator {
 public:
#if STAGE_ALLOCATOR_OF_2_6
  c10::DataPtr allocate(size_t bytes) override { return Allocated(bytes); }
  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }
#else
  c10::DataPtr allocate(size_t bytes) const override {
    return Allocated(bytes);
  }
#endif
  c10::DeleterFnPtr raw_deleter() const override { return &FreeTensor; }

 private:
  static c10::DataPtr Allocated(size_t bytes) {
    if (bytes < KeptMemory::kSmallest) {
      return c10::GetDefaultCPUAllocator()->allocate(bytes);
    }
    void* const block = Kept().Allocate(bytes);
    TORCH_CHECK(block != nullptr, "not enough memory for ", bytes, " bytes");
    return {block, block, &FreeTensor, c10::DeviceType::CPU};
  }
};

}  // namespace

bool KeepFreedTensors() {
  static const bool keeps = [] {
    if (c10::GetCPUAllocator() != c10::GetDefaultCPUAllocator()) return false;
    static KeepingAllocator allocator;
    c10::SetCPUAllocator(&allocator, /*priority=*/1);
    return true;
  }();
  return keeps;
}
#else
bool KeepFreedTensors() { return false; }
#endif

}  // namespace stage::models
