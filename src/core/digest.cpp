#include "core/digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "core/error.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

std::string ToHex(const unsigned char* bytes, size_t count) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(count * 2);
  for (size_t i = 0; i < count; ++i) {
    hex += kDigits[bytes[i] >> 4];
    hex += kDigits[bytes[i] & 15];
  }
  return hex;
}

/// Closes the descriptor when it goes out of scope.
struct OpenFile {
  int descriptor;
  ~OpenFile() {
    if (descriptor >= 0) close(descriptor);
  }
};

Error CannotRead(const fs::path& path, int reason) {
  return Error(ErrorKind::kInput,
               path.string() + ": cannot be read: " + std::strerror(reason));
}

/// One of OpenSSL's digests, fed piece by piece.
class Digest {
 public:
  explicit Digest(const EVP_MD* kind) {
    if (EVP_DigestInit_ex(evp_, kind, nullptr) != 1) {
      EVP_MD_CTX_free(evp_);
      throw Error(ErrorKind::kUnexpected, "OpenSSL lacks a digest");
    }
  }
  ~Digest() { EVP_MD_CTX_free(evp_); }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void Update(const void* data, size_t size) {
    EVP_DigestUpdate(evp_, data, size);
  }
  /// @throws Error(kInput) when the file cannot be read
  void UpdateWithFile(const fs::path& path) {
    const OpenFile file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.descriptor < 0) throw CannotRead(path, errno);
    std::vector<char> piece(1 << 18);
    while (true) {
      const ssize_t count = read(file.descriptor, piece.data(), piece.size());
      if (count == 0) return;
      if (count > 0) {
        Update(piece.data(), static_cast<size_t>(count));
      } else if (errno != EINTR) {
        throw CannotRead(path, errno);
      }
    }
  }
  std::string HexDigest() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned int count = 0;
    EVP_DigestFinal_ex(evp_, bytes.data(), &count);
    return ToHex(bytes.data(), count);
  }

 private:
  EVP_MD_CTX* evp_ = EVP_MD_CTX_new();
};

std::string DigestOfFolder(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::recursive_directory_iterator entry(folder, failure), end;
       !failure && entry != end;
       entry.increment(failure)) {
    if (entry->is_regular_file()) files.push_back(entry->path());
  }
  if (failure) throw CannotRead(folder, failure.value());
  std::sort(files.begin(), files.end());
  Sha256 all;
  for (const fs::path& file : files) {
    all.Update(file.lexically_relative(folder).string());
    all.Update("\n" + Sha256OfFile(file) + "\n");
  }
  return all.HexDigest();
}

}  // namespace

struct Sha256::Context {
  Digest digest{EVP_sha256()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}

Sha256::~Sha256() = default;

void Sha256::Update(const void* data, size_t size) {
  context_->digest.Update(data, size);
}

std::string Sha256::HexDigest() { return context_->digest.HexDigest(); }

std::string Sha256Hex(std::string_view text) {
  Sha256 digest;
  digest.Update(text);
  return digest.HexDigest();
}

std::string Sha256OfFile(const fs::path& path) {
  Digest digest(EVP_sha256());
  digest.UpdateWithFile(path);
  return digest.HexDigest();
}

std::string GitBlobIdOfFile(const fs::path& path) {
  std::error_code failure;
  const uintmax_t size = fs::file_size(path, failure);
  if (failure) throw CannotRead(path, failure.value());
  Digest digest(EVP_sha1());
  std::string heading = "blob ";
  heading += std::to_string(size);
  digest.Update(heading.c_str(), heading.size() + 1);  // with its final zero
  digest.UpdateWithFile(path);
  return digest.HexDigest();
}

std::string FileDigests::Of(const fs::path& path) {
  const std::lock_guard lock(mutex_);
  const auto known = digests_.find(path);
  if (known != digests_.end()) return known->second;
  std::string digest =
      fs::is_directory(path) ? DigestOfFolder(path) : Sha256OfFile(path);
  digests_.emplace(path, digest);
  return digest;
}

}  // namespace stage
