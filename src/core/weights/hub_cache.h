#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/shard.h"

namespace stage {

/// Where Hugging Face's tools keep what they download: HF_HUB_CACHE, else
/// HF_HOME/hub, else XDG_CACHE_HOME/huggingface/hub, else
/// ~/.cache/huggingface/hub.
/// @throws Error(kUsage) when none of these is set, nor HOME
std::filesystem::path HubCacheFolder(
    const EnvironmentLookup& environment = Environment);

/// HF_HOME, or what stands for it; where the token of a login is kept.
std::filesystem::path HubHome(const EnvironmentLookup& environment);

/// One model repository in that cache. The layout is shared with other tools
/// (Hugging Face, "Understand caching"):
///
///     models--ORG--NAME/blobs/ID            contents, named by their ETag
///     models--ORG--NAME/refs/REVISION       the commit it stood for
///     models--ORG--NAME/snapshots/COMMIT/…  links to blobs, by file name
///     .locks/models--ORG--NAME/ID.lock      held while a blob is fetched
class HubRepository {
 public:
  /// @param name  "ORG/NAME", see IsRepositoryName
  HubRepository(const std::filesystem::path& cache, std::string_view name);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path Blob(const std::string& id) const;
  /// What is fetched of a blob so far.
  std::filesystem::path Incomplete(const std::string& id) const;
  std::filesystem::path Lock(const std::string& id) const;
  std::filesystem::path Reference(const std::string& revision) const;
  std::filesystem::path Snapshot(const std::string& commit) const;

  /// The commit that a revision stands for here, or nullopt.
  std::optional<std::string> CommitOf(const std::string& revision) const;
  /// Commits that have a snapshot, the latest first.
  std::vector<std::string> Commits() const;

  /// Makes a snapshot's file a relative link to a blob, at once.
  /// @throws Error(kDisk)
  void LinkFile(const std::string& commit,
                const std::string& file,
                const std::string& id) const;
  /// The id of the blob that a snapshot's file is; empty when it is no link
  /// into this repository's blobs.
  std::string BlobOf(const std::filesystem::path& file) const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path locks_;
};

}  // namespace stage
