#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/weights/file_identity.h"
#include "core/weights/hub_cache.h"
#include "core/weights/model_registry.h"

namespace stage {

/// Where weights lie on this machine.
struct ModelFolders {
  std::filesystem::path hub_cache;  ///< of repositories, see HubCacheFolder
  /// Of files that come from elsewhere, a folder a model: STAGE_MODELS_DIR,
  /// else XDG_DATA_HOME/stage/models, else ~/.local/share/stage/models.
  std::filesystem::path own;
};
/// @throws Error(kUsage) when no variable says where, nor HOME
ModelFolders FindModelFolders(
    const EnvironmentLookup& environment = Environment);

/// A model all files of which are here.
struct InstalledModel {
  std::filesystem::path folder;    ///< holds them under their names
  std::string commit;              ///< of a repository
  std::vector<std::string> files;  ///< in the order of ModelEntry::files
  int64_t bytes = 0;
};

/// The model where it is installed, by whatever tool: the snapshot of its own
/// revision, else the latest that is complete. Digests are not checked.
std::optional<InstalledModel> FindInstalled(const ModelEntry& model,
                                            const ModelFolders& folders);

/// The names under which a model's files lie in a folder; empty when one is
/// missing.
std::vector<std::string> FilesThere(const ModelEntry& model,
                                    const std::filesystem::path& folder);

/// How files of a model that is in no repository were when they were fetched,
/// kept beside them.
struct PulledFile {
  std::string name;
  std::string url;
  FileIdentity identity;
};
std::vector<PulledFile> ReadPulledFiles(const std::filesystem::path& folder);
/// @throws Error(kDisk)
void WritePulledFiles(const std::filesystem::path& folder,
                      const std::vector<PulledFile>& files);

/// The commit that the registry's revision stands for on this machine: itself,
/// or what a branch or tag was when it was fetched; nullopt when that is not
/// known.
std::optional<std::string> ExpectedCommit(const ModelEntry& model,
                                          const ModelFolders& folders);

/// What a check of an installed model found.
struct ModelCheck {
  /// Where the installed commit is another than expected: that one.
  std::string expected_commit;
  std::vector<std::string> right;      ///< as published
  std::vector<std::string> unknown;    ///< there, but nothing to compare with
  std::vector<std::string> deviating;  ///< "unet/x.safetensors has another ..."
};
/// Reads every file of a model and compares it with its digest.
/// @throws Error(kInput) when a file cannot be read
ModelCheck CheckModel(const ModelEntry& model,
                      const InstalledModel& installed,
                      const ModelFolders& folders);

/// Deletes a model's files, complete or not, except those that another
/// installed model of the registry needs too.
/// @return bytes that became free; nullopt when nothing of it was here
/// @throws Error(kDisk); also when one of its files is being fetched
std::optional<int64_t> RemoveModel(const ModelEntry& model,
                                   const ModelRegistry& registry,
                                   const ModelFolders& folders);

/// The error for work that needs a model: says what it is needed for, the
/// command that fetches it and how much that is.
/// @param purpose  completes "... needs", such as "--engine diffusion"
Error MissingModel(const std::string& purpose, const ModelEntry& model);
/// The same of several that are needed together.
/// @param models  at least one
Error MissingModels(const std::string& purpose,
                    const std::vector<const ModelEntry*>& models);

}  // namespace stage
