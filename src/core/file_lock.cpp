#include "core/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "core/atomic_file.h"

namespace stage {

std::optional<FileLock> FileLock::Try(const std::filesystem::path& file) {
  if (file.has_parent_path()) MakeFolder(file.parent_path());
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) throw DiskError(file, "opened", errno);
  FileLock lock(descriptor);
  int result;
  do {
    result = flock(descriptor, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return lock;
  if (errno != EWOULDBLOCK) throw DiskError(file, "locked", errno);
  return std::nullopt;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace stage
