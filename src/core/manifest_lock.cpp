#include "core/manifest_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "core/atomic_file.h"
#include "core/error.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

/// A lock on one byte, owned by the open file and not by the process, so that
/// two batches within a process exclude each other too.
bool SetByteLock(int descriptor, int64_t offset, short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = offset;
  lock.l_len = 1;
  return fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

}  // namespace

int LockHolder(const fs::path& file) {
  struct stat about;
  if (stat(file.c_str(), &about) != 0) return 0;
  char wanted[64];
  std::snprintf(wanted,
                sizeof wanted,
                "%02x:%02x:%lu",
                major(about.st_dev),
                minor(about.st_dev),
                static_cast<unsigned long>(about.st_ino));
  // "1: FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF" (proc(5), /proc/locks);
  // those that wait for lock 1 follow as "1: -> FLOCK ...".
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream columns(line);
    std::string number, kind, advice, mode, place;
    int pid = 0;
    columns >> number >> kind >> advice >> mode >> pid >> place;
    if (kind == "FLOCK" && place == wanted) return pid;
  }
  return 0;
}

void LockManifest(int descriptor,
                  const fs::path& manifest,
                  ManifestSharing sharing) {
  const int mode = sharing == ManifestSharing::kAlone ? LOCK_EX : LOCK_SH;
  int result;
  do {
    result = flock(descriptor, mode | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return;
  if (errno != EWOULDBLOCK) throw DiskError(manifest, "locked", errno);
  const int holder = LockHolder(manifest);
  throw Error(
      ErrorKind::kDisk,
      Utf8Path(manifest.parent_path()) +
          ": another stage works in this folder" +
          (holder > 0 ? " (process " + std::to_string(holder) + ")" : "") +
          "; wait for it, choose another --output, or share one batch "
          "with --shard");
}

int OpenClaims(const fs::path& folder) {
  const fs::path file = folder / ".stage-shards.lock";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) throw DiskError(file, "opened", errno);
  return descriptor;
}

std::unique_ptr<JobClaim> ClaimJob(int claims_descriptor,
                                   const std::string& job_id) {
  // 60 bits of the id: no two jobs of a batch share a byte by chance.
  const int64_t offset = std::stoll(job_id.substr(0, 15), nullptr, 16);
  if (!SetByteLock(claims_descriptor, offset, F_WRLCK)) return nullptr;
  return std::make_unique<JobClaim>(claims_descriptor, offset);
}

JobClaim::~JobClaim() {
  if (descriptor_ >= 0) SetByteLock(descriptor_, offset_, F_UNLCK);
}

}  // namespace stage
