#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"

namespace stage {

/// A file that appears whole or not at all: written beside its target, then
/// fsync'd and renamed over it. Without Commit nothing is left behind.
///
///     AtomicFile file(path);
///     Encode(pixels, file.temporary());
///     file.Commit();
class AtomicFile {
 public:
  /// Makes the target's folder when it is missing.
  /// @throws Error(kDisk)
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Where to write; in the target's folder, with the target's extension.
  const std::filesystem::path& temporary() const { return temporary_; }
  /// @throws Error(kDisk) when the bytes do not reach the disk
  void Commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

/// Writes a whole small file through AtomicFile.
/// @throws Error(kDisk)
void WriteFileAtomically(const std::filesystem::path& path,
                         std::string_view bytes);

/// Copies a file to another name, which appears whole; a hard link is not
/// made, so that editing one never changes the other.
/// @throws Error(kDisk)
void CopyFileAtomically(const std::filesystem::path& from,
                        const std::filesystem::path& to);

/// Makes a folder with its parents.
/// @throws Error(kDisk)
void MakeFolder(const std::filesystem::path& folder);

/// Makes renames and new names in a folder survive a power cut.
void SyncFolder(const std::filesystem::path& folder);

/// Deletes what killed processes left half-written directly in a folder.
/// Only for the process that holds the folder's lock.
void RemoveAbandonedParts(const std::filesystem::path& folder);

/// The error for a failed system call on a file: a full disk says what to do.
/// @param action  completes "cannot be ...", such as "written"
Error DiskError(const std::filesystem::path& path,
                std::string_view action,
                int reason);

}  // namespace stage
