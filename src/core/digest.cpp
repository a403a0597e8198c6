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
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorKind::kUnexpected, "OpenSSL offers no SHA-256");
  }
}

Sha256::~Sha256() = default;

void Sha256::Update(const void* data, size_t size) {
  EVP_DigestUpdate(context_->evp, data, size);
}

std::string Sha256::HexDigest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int count = 0;
  EVP_DigestFinal_ex(context_->evp, bytes.data(), &count);
  return ToHex(bytes.data(), count);
}

std::string Sha256Hex(std::string_view text) {
  Sha256 digest;
  digest.Update(text);
  return digest.HexDigest();
}

std::string Sha256OfFile(const fs::path& path) {
  const OpenFile file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.descriptor < 0) throw CannotRead(path, errno);
  Sha256 digest;
  std::vector<char> piece(1 << 18);
  while (true) {
    const ssize_t count = read(file.descriptor, piece.data(), piece.size());
    if (count == 0) return digest.HexDigest();
    if (count > 0) {
      digest.Update(piece.data(), static_cast<size_t>(count));
    } else if (errno != EINTR) {
      throw CannotRead(path, errno);
    }
  }
}

std::string FileDigests::Of(const fs::path& path) {
  const std::lock_guard lock(mutex_);
  const auto known = digests_.find(path);
  if (known != digests_.end()) return known->second;
  const std::string digest =
      fs::is_directory(path) ? DigestOfFolder(path) : Sha256OfFile(path);
  digests_.emplace(path, digest);
  return digest;
}

}  // namespace stage
