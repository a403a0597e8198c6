#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stage::engine {

/// A read-only tree of files that furniture is read from: a zip archive or a
/// folder. Names use '/', are relative to the root and never leave it; a name
/// with "..", a drive or a leading '/' in an archive is not listed. Nothing is
/// ever written to disk. Thread-safe.
class FileTree {
 public:
  /// What one file may unpack to, whatever the archive claims.
  static constexpr uint64_t kMaxFileBytes = uint64_t{1} << 28;
  static constexpr size_t kMaxFiles = 200'000;

  virtual ~FileTree() = default;

  const std::filesystem::path& origin() const { return origin_; }
  /// All files, sorted.
  const std::vector<std::string>& names() const { return names_; }

  /// The listed name that `reference` means when a file in `folder` says it:
  /// '\' is '/', "." and ".." are resolved inside the tree, upper and lower
  /// case are the same when there is no exact match. nullopt: no such file.
  std::optional<std::string> Resolve(std::string_view folder,
                                     std::string_view reference) const;

  /// A whole file.
  /// @param name  one of `names()`
  /// @throws Error(kModel) naming archive and file when it is damaged, absent
  ///         or larger than kMaxFileBytes
  std::vector<uint8_t> Read(const std::string& name) const {
    return ReadStart(name, std::numeric_limits<uint64_t>::max());
  }
  /// The first `count` bytes of a file, or all when it is shorter. Throws as
  /// Read does, but for damage further on.
  virtual std::vector<uint8_t> ReadStart(const std::string& name,
                                         uint64_t count) const = 0;

 protected:
  explicit FileTree(std::filesystem::path origin)
      : origin_(std::move(origin)) {}
  /// Takes the listing; drops names that leave the tree.
  void SetNames(std::vector<std::string> names);

 private:
  std::filesystem::path origin_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, size_t> by_lower_case_;
};

/// The folder part of a name: "a/b" for "a/b/c.obj", "" at the root.
std::string FolderOf(std::string_view name);

/// `path` without "." and ".." and empty parts; nullopt when it leaves the
/// tree or is absolute.
std::optional<std::string> NormalName(std::string_view path);

/// "%20" and the like resolved.
std::string UnescapedUri(std::string_view uri);

/// @throws Error(kModel) for a file that is missing, truncated or no archive
std::shared_ptr<const FileTree> OpenZip(const std::filesystem::path& path);

/// The given files of a folder and no others; those that are absent or outside
/// the folder are left out.
/// @throws Error(kModel) for a folder that cannot be opened
std::shared_ptr<const FileTree> OpenFiles(
    const std::filesystem::path& folder, const std::vector<std::string>& names);

/// Links that lead out of the folder are not followed.
/// @throws Error(kModel) for a folder that cannot be listed
std::shared_ptr<const FileTree> OpenFolder(const std::filesystem::path& path);

}  // namespace stage::engine
