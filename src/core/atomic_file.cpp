#include "core/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

namespace stage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPartPrefix = ".stage-part-";

fs::path TemporaryBeside(const fs::path& target) {
  static std::atomic<unsigned> next{0};
  return target.parent_path() /
         (std::string(kPartPrefix) + std::to_string(getpid()) + "-" +
          std::to_string(next++) + target.extension().string());
}

/// A descriptor whose close is part of the write: it can fail on NFS.
class Descriptor {
 public:
  /// @param name  what the file is called in messages
  Descriptor(const fs::path& path, int flags, const fs::path& name)
      : name_(name), value_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (value_ < 0) throw DiskError(name_, "opened", errno);
  }
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  void Write(const char* data, size_t size) {
    while (size > 0) {
      const ssize_t count = write(value_, data, size);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw DiskError(name_, "written", errno);
      data += count;
      size -= static_cast<size_t>(count);
    }
  }
  size_t Read(char* data, size_t size) {
    while (true) {
      const ssize_t count = read(value_, data, size);
      if (count >= 0) return static_cast<size_t>(count);
      if (errno != EINTR) throw DiskError(name_, "read", errno);
    }
  }
  void SyncAndClose() {
    if (fsync(value_) != 0) throw DiskError(name_, "written", errno);
    const int closed = close(value_);
    value_ = -1;
    if (closed != 0) throw DiskError(name_, "written", errno);
  }

 private:
  fs::path name_;
  int value_;
};

}  // namespace

AtomicFile::AtomicFile(fs::path target)
    : target_(std::move(target)), temporary_(TemporaryBeside(target_)) {
  if (target_.has_parent_path()) MakeFolder(target_.parent_path());
}

AtomicFile::~AtomicFile() {
  if (!committed_) unlink(temporary_.c_str());
}

void AtomicFile::Commit() {
  Descriptor(temporary_, O_RDWR, target_).SyncAndClose();
  if (rename(temporary_.c_str(), target_.c_str()) != 0) {
    throw DiskError(target_, "written", errno);
  }
  committed_ = true;
  SyncFolder(target_.parent_path());
}

void WriteFileAtomically(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  Descriptor(file.temporary(), O_WRONLY | O_CREAT | O_TRUNC, path)
      .Write(bytes.data(), bytes.size());
  file.Commit();
}

void CopyFileAtomically(const fs::path& from, const fs::path& to) {
  AtomicFile file(to);
  Descriptor source(from, O_RDONLY, from);
  Descriptor target(file.temporary(), O_WRONLY | O_CREAT | O_TRUNC, to);
  std::vector<char> piece(1 << 18);
  while (const size_t count = source.Read(piece.data(), piece.size())) {
    target.Write(piece.data(), count);
  }
  file.Commit();
}

void MakeFolder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw DiskError(folder, "made", failure.value());
}

void SyncFolder(const fs::path& folder) {
  const int descriptor = open(folder.empty() ? "." : folder.c_str(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  // Some network file systems refuse to sync folders; their rename is durable.
  fsync(descriptor);
  close(descriptor);
}

void RemoveAbandonedParts(const fs::path& folder) {
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end;
       !failure && entry != end;
       entry.increment(failure)) {
    if (entry->path().filename().string().starts_with(kPartPrefix)) {
      std::error_code ignored;
      fs::remove(entry->path(), ignored);
    }
  }
}

Error DiskError(const fs::path& path, std::string_view action, int reason) {
  std::string message = path.string() + ": cannot be " + std::string(action);
  if (reason == ENOSPC || reason == EDQUOT) {
    message +=
        ": the disk is full; free some space and run the same command again, "
        "finished photos are kept";
  } else if (reason == EFBIG) {
    message += ": larger than the file size limit (ulimit -f)";
  } else {
    message += std::string(": ") + std::strerror(reason);
    const bool is_forbidden = reason == EACCES || reason == EROFS;
    if (reason == ENOTDIR) {
      message += "; there is a file in the place of a folder, choose another";
    } else if (is_forbidden && action != "read") {
      message += "; choose another folder, or allow writing there";
    }
  }
  return Error(ErrorKind::kDisk, message);
}

}  // namespace stage
