#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <unordered_map>

namespace stage::models {

/// Large blocks of memory that are kept when they are freed: the kernel takes
/// longer to hand out fresh pages than many layers take to fill them. What is
/// kept and what is in use are together never more than was once in use, so
/// keeping costs no memory at the peak. Thread-safe.
class KeptMemory {
 public:
  static constexpr size_t kSmallest = size_t{1} << 20;  ///< bytes

  KeptMemory() = default;
  ~KeptMemory() { Forget(); }
  KeptMemory(const KeptMemory&) = delete;
  KeptMemory& operator=(const KeptMemory&) = delete;

  /// @return  aligned to a page, of any contents; nullptr when there is no more
  void* Allocate(size_t bytes);
  /// @return  whether the block was one of this object's
  bool Free(void* block);
  /// Gives back what is kept.
  void Forget();
  size_t kept_bytes() const;

 private:
  void KeepWithin(size_t limit);

  mutable std::mutex mutex_;
  std::unordered_map<void*, size_t> used_;
  std::multimap<size_t, void*> kept_;  ///< by size
  size_t used_bytes_ = 0;
  size_t kept_bytes_ = 0;
  size_t most_used_bytes_ = 0;
};

/// Has libtorch's large tensors on the processor come from a KeptMemory from
/// now on, unless something else than its own allocator is at work already.
/// @return  whether they do; libtorch 2.0 to 2.5 are left as they are
bool KeepFreedTensors();

}  // namespace stage::models
