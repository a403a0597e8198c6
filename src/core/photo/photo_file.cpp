#include "core/photo/photo_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "core/photo/photo_format.h"

namespace stage {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void Refuse(const std::filesystem::path& path,
                         const std::string& why) {
  throw Error(ErrorKind::kInput, path.string() + ": " + why);
}

std::vector<uint8_t> ReadWhole(const std::filesystem::path& path) {
  constexpr int64_t kMaxFileBytes = int64_t{4} << 30;
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    Refuse(path, std::string("cannot be read: ") + std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) Refuse(path, "a folder, not a photo");
  if (!S_ISREG(status.st_mode)) Refuse(path, "not a file; give a photo");
  if (status.st_size == 0) {
    Refuse(path, "the file is empty; export or copy it again");
  }
  if (status.st_size > kMaxFileBytes) {
    Refuse(path, "larger than 4 GB; export it smaller");
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(status.st_size));
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count =
        ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      Refuse(path, std::string("cannot be read: ") + std::strerror(errno));
    }
    if (count == 0) break;  // became shorter meanwhile
    filled += static_cast<size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

PhotoFile LoadPhotoFile(const std::filesystem::path& path) {
  PhotoFile file;
  file.bytes = ReadWhole(path);
  const auto format = DetectPhotoFormat(file.bytes);
  if (!format || IsRawFileName(path)) {
    const std::string kind = DescribeForeignFile(file.bytes, path);
    Refuse(path,
           (kind.empty() ? std::string("not a photo that stage knows")
                         : kind + ", not a photo that stage reads") +
               "; export it as JPEG, PNG, WebP, TIFF or HEIC");
  }
  file.format = *format;
  const auto promised = PhotoFormatOfName(path);
  file.name_misleads = promised && *promised != *format;
  return file;
}

}  // namespace stage
