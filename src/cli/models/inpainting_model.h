#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/staging_job.h"
#include "core/weights/model_store.h"
#include "engine/diffusion_engine.h"

namespace stage::cli {

/// A model and where it is.
struct ModelInUse {
  std::string name;
  /// A folder, or one file that `--model FILE` named.
  std::filesystem::path path;
  /// Of a repository its commit, of a file or folder its identity.
  std::string version;
  const ModelEntry* entry = nullptr;  ///< null of a file or folder
  InstalledModel installed;           ///< empty of a file or folder

  std::string Identity() const { return name + "@" + version; }
  /// What a manifest says of it: name, commit, and the digest of its network
  /// where the cache tells it.
  nlohmann::json Record() const;
};

/// A ControlNet that goes with a model.
struct ControlInUse {
  ControlKind kind;
  ModelInUse model;
};

/// The model that diffusion work on this machine uses, and what goes with it
/// of what is installed.
struct InpaintingModel {
  ModelInUse base;
  std::string_view family = {};  ///< "sd15", ...; empty when it is not known
  std::vector<ControlInUse> controls;
  std::optional<ModelInUse> latent_refiner;  ///< makes an XL model's last steps
  std::optional<ModelInUse> image_adapter;
  /// For a base in one file: a folder with CLIP's vocabulary.
  std::filesystem::path tokenizer;

  /// The identities of what a job's picture comes from, the base first.
  std::vector<std::string> WeightNames(const StagingJob& job) const;
};

/// The model that was asked for (a refiner stands for the largest of its family
/// with it), else of those that are installed the largest;
/// nullopt when it is not installed.
/// @throws Error(kUsage) for a model that is not known, or for another task;
///         Error(kModel) for a file that cannot be used
std::optional<InpaintingModel> InstalledInpaintingModel(
    const DiffusionParameters& asked);

/// The same, where it must be there.
/// @param purpose  what needs it, for the message
/// @throws Error(kModel) with the command that installs it (without a wish the
///         smallest), and its size
InpaintingModel FindInpaintingModel(const std::string& purpose,
                                    const DiffusionParameters& asked);

/// The same for a job: with pictures to follow (--furniture) the adapter for
/// them must be there too.
InpaintingModel FindModelFor(const StagingJob& job, const std::string& purpose);

}  // namespace stage::cli
