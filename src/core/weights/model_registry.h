#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stage {

/// Whether a model's licence lets a business use it.
enum class CommercialUse {
  kYes,
  kConditions,  ///< with restrictions on what it may be used for
  kNo,
};
/// "yes", "conditions" or "no".
std::string_view CommercialUseName(CommercialUse use);

/// One file of a model.
struct ModelFile {
  /// Where it lies below the model's folder; of several, the first that the
  /// repository has is fetched, and any that is there already will do.
  std::vector<std::string> names;
  std::string url;     ///< of models that are in no repository
  std::string sha256;  ///< 64 lower-case digits where it is published, or empty
  int64_t bytes = -1;  ///< where it is published, or -1
};

/// What is known of one model before it is fetched.
struct ModelEntry {
  std::string name;
  std::string task;  ///< such as "inpainting"
  std::string description;
  std::string repository;  ///< "organisation/name" on Hugging Face, or empty
  std::string revision;    ///< branch, tag or commit of the repository
  std::string license;
  CommercialUse commercial_use = CommercialUse::kNo;
  int64_t bytes = 0;         ///< about, of the files that are fetched
  int64_t memory_bytes = 0;  ///< about, of its weights in float32
  std::vector<ModelFile> files;
  std::filesystem::path source;  ///< the registry file it stands in
};

/// The models that `stage models` knows by name, in the files' order.
class ModelRegistry {
 public:
  /// Reads `models/*.json` below folders of presets; later entries replace
  /// earlier ones of the same name.
  /// @throws Error(kInput) naming file and key for what is not as it should be:
  ///         a file name that leaves its folder, a digest that is none, ...
  static ModelRegistry Load(const std::vector<std::filesystem::path>& folders);

  const std::vector<ModelEntry>& entries() const { return entries_; }
  const ModelEntry* Find(std::string_view name) const;
  /// @throws Error(kUsage) with a suggestion when there is none
  const ModelEntry& Get(std::string_view name) const;

 private:
  std::vector<ModelEntry> entries_;
};

/// The registry of PresetFolders(), read once.
const ModelRegistry& KnownModels();

/// True for a path that stays below the folder it is put into: no leading
/// slash, no empty, "." or ".." part, no backslash or control character.
bool IsPlainRelativePath(std::string_view path);

/// True for "organisation/name" as Hugging Face allows it.
bool IsRepositoryName(std::string_view name);

/// True for a branch, tag or commit that is safe as a file's name.
bool IsRevision(std::string_view revision);

}  // namespace stage
