#pragma once

#include <filesystem>
#include <optional>
#include <utility>

namespace stage {

/// An exclusive flock(2) on a file that is made for it, held while it lives.
/// The file stays behind: deleting it would let two processes hold "it".
class FileLock {
 public:
  /// nullopt when another process (or another part of this one) holds it.
  /// @throws Error(kDisk)
  static std::optional<FileLock> Try(const std::filesystem::path& file);

  FileLock(FileLock&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace stage
