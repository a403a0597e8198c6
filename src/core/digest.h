#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace stage {

/// SHA-256 fed piece by piece (OpenSSL).
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(const void* data, size_t size);
  void Update(std::string_view text) { Update(text.data(), text.size()); }
  /// 64 lower-case hexadecimal digits; call once, last.
  std::string HexDigest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// SHA-256 of a text as 64 hexadecimal digits.
std::string Sha256Hex(std::string_view text);

/// SHA-256 of a file's bytes as 64 hexadecimal digits, read in pieces.
/// @throws Error(kInput) naming the file when it cannot be read
std::string Sha256OfFile(const std::filesystem::path& path);

/// The name git gives a file's content: SHA-1 of "blob <size>\0" and the
/// bytes, 40 hexadecimal digits.
/// @throws Error(kInput) naming the file when it cannot be read
std::string GitBlobIdOfFile(const std::filesystem::path& path);

/// Digests of files that many jobs share (masks, furniture, catalogues), each
/// read once. A folder's digest covers names and contents below it.
/// Thread-safe.
class FileDigests {
 public:
  /// @throws Error(kInput) when something cannot be read
  std::string Of(const std::filesystem::path& path);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::string> digests_;
};

}  // namespace stage
