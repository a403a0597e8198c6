#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace stage {

inline constexpr int kManifestSchema = 1;

/// `<folder>/manifest.jsonl`.
std::filesystem::path ManifestPath(const std::filesystem::path& folder);

/// True when the folder holds a manifest that stage wrote.
bool HasManifest(const std::filesystem::path& folder);

/// The lines of a manifest from a byte offset on.
struct ManifestLines {
  std::vector<nlohmann::json> records = {};  ///< in file order; objects
  int64_t end = 0;         ///< offset behind the last whole line
  bool torn_tail = false;  ///< bytes without a line end follow
  int damaged = 0;         ///< whole lines that were no JSON object
};

/// Reads whole lines; a torn last line and damaged lines are left out. No file
/// is no lines.
/// @throws Error(kDisk) when it cannot be read, or has a newer schema
ManifestLines ReadManifestLines(const std::filesystem::path& file,
                                int64_t offset = 0);

/// Names of labelled files, copies of originals and the like that the
/// manifest of this very folder lists directly in it.
std::set<std::string> CompanionsListedIn(const std::filesystem::path& folder);

/// How a path is written in the manifest of `folder`: relative to it when it
/// lies below the folder's parent, so that a listing can be moved as a whole,
/// else absolute.
std::string ManifestPathText(const std::filesystem::path& folder,
                             const std::filesystem::path& path);
/// The reverse of ManifestPathText.
std::filesystem::path ResolveManifestPath(const std::filesystem::path& folder,
                                          const std::string& text);

}  // namespace stage
