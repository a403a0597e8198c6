#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace stage {

/// What the bytes of a published file must be.
struct FileIdentity {
  /// As Hugging Face names contents: 64 hexadecimal digits are a SHA-256, 40
  /// the id of a git blob; empty when it is not published.
  std::string id;
  int64_t bytes = -1;  ///< -1: not known
};

/// True for 40 or 64 lower-case hexadecimal digits.
bool IsContentId(std::string_view text);

/// True for git's id of a commit: 40 lower-case hexadecimal digits.
inline bool IsCommit(std::string_view text) {
  return text.size() == 40 && IsContentId(text);
}

/// Bytes of a file; 0 when there is none.
int64_t FileBytes(const std::filesystem::path& file);

/// What is wrong with a file, such as "has 5 bytes, not 6" or "has another
/// SHA-256 than the published one"; empty when nothing is.
/// @throws Error(kInput) when it cannot be read
std::string Deviation(const std::filesystem::path& file,
                      const FileIdentity& identity);

}  // namespace stage
