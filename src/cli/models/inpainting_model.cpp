#include "cli/models/inpainting_model.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "cli/models/checkpoint_file.h"
#include "cli/models/model_folder.h"
#include "core/error.h"
#include "core/weights/hub_cache.h"

namespace stage::cli {
namespace {

namespace fs = std::filesystem;

/// What goes with the models of one family.
struct Family {
  std::string_view name;  ///< as a file's, see CheckpointFamily
  std::array<std::pair<ControlKind, std::string_view>, 3> controls;
  std::string_view image_adapter;
  std::string_view latent_refiner = {};
};
constexpr auto kFamilies = std::to_array<Family>({
    {"sdxl",
     {{{ControlKind::kDepth, "sdxl-controlnet-depth"}}},
     "sdxl-ip-adapter",
     "sdxl-refiner"},
    {"sd2", {}, ""},
    {"sd15",
     {{{ControlKind::kDepth, "controlnet-depth"},
       {ControlKind::kSegmentation, "controlnet-seg"},
       {ControlKind::kLines, "controlnet-lineart"}}},
     "ip-adapter"},
});

struct Base {
  std::string_view name;
  std::string_view family;
};
// The better first; what follows `kSmallest` is used when it is asked for.
constexpr auto kBases = std::to_array<Base>({
    {"sdxl-inpainting", "sdxl"},
    {"sd2-inpainting", "sd2"},
    {"sd15-inpainting", "sd15"},
    {"sdxl", "sdxl"},
    {"sd15", "sd15"},
});
constexpr size_t kSmallest = 2;

std::optional<ModelInUse> Find(std::string_view name,
                               const ModelFolders& folders) {
  const ModelEntry& entry = KnownModels().Get(name);
  auto installed = FindInstalled(entry, folders);
  if (!installed) return std::nullopt;
  const fs::path folder = installed->folder;
  const std::string commit = installed->commit;
  return ModelInUse{entry.name, folder, commit, &entry, std::move(*installed)};
}

const Family* FamilyNamed(std::string_view name) {
  for (const Family& family : kFamilies) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

/// The model with what else is installed for its family.
InpaintingModel Complete(ModelInUse base,
                         std::string_view family_name,
                         const ModelFolders& folders) {
  InpaintingModel model{.base = std::move(base)};
  const Family* family = FamilyNamed(family_name);
  if (family == nullptr) return model;
  model.family = family->name;
  for (const auto& [kind, name] : family->controls) {
    if (name.empty()) continue;
    if (auto found = Find(name, folders)) {
      model.controls.push_back({kind, std::move(*found)});
    }
  }
  if (!family->latent_refiner.empty()) {
    model.latent_refiner = Find(family->latent_refiner, folders);
  }
  if (!family->image_adapter.empty()) {
    model.image_adapter = Find(family->image_adapter, folders);
  }
  return model;
}

/// The family that a model of the registry is the refiner of, or null.
const Family* FamilyRefinedBy(std::string_view name) {
  for (const Family& family : kFamilies) {
    if (!name.empty() && family.latent_refiner == name) return &family;
  }
  return nullptr;
}

/// The first model of a family that is installed, with its refiner.
std::optional<InpaintingModel> RefinedModel(const Family& family,
                                            const ModelFolders& folders) {
  for (const Base& base : kBases) {
    if (base.family != family.name) continue;
    if (auto found = Find(base.name, folders)) {
      InpaintingModel model = Complete(std::move(*found), family.name, folders);
      if (model.latent_refiner) return model;
    }
  }
  return std::nullopt;
}

/// What is missing where a refiner was asked for: it, its base, or both.
Error MissingRefiner(const std::string& purpose, const Family& family) {
  const ModelFolders folders = FindModelFolders();
  std::vector<const ModelEntry*> missing;
  std::string_view first;
  bool has_base = false;
  for (const Base& base : kBases) {
    if (base.family != family.name) continue;
    if (first.empty()) first = base.name;
    has_base |= Find(base.name, folders).has_value();
  }
  if (!has_base) missing.push_back(&KnownModels().Get(first));
  if (!Find(family.latent_refiner, folders)) {
    missing.push_back(&KnownModels().Get(family.latent_refiner));
  }
  return MissingModels(purpose, missing);
}

std::string_view FamilyOfBase(std::string_view name) {
  for (const Base& base : kBases) {
    if (base.name == name) return base.family;
  }
  return {};
}

/// @throws Error(kUsage)
const ModelEntry& AskedFor(const std::string& name) {
  const ModelEntry& entry = KnownModels().Get(name);
  if (FamilyRefinedBy(name) != nullptr) return entry;
  if (entry.task == "inpainting" || entry.task == "text-to-image") return entry;
  throw Error(ErrorKind::kUsage,
              "--model " + name + ": is for " + entry.task +
                  "; this work needs one for inpainting or text-to-image, see "
                  "'stage models list'");
}

/// CLIP's vocabulary, of any model that brings it.
fs::path FindTokenizer(const ModelFolders& folders) {
  for (const Base& base : kBases) {
    if (const auto model = Find(base.name, folders)) {
      const fs::path tokenizer = model->path / "tokenizer";
      if (fs::exists(tokenizer / "vocab.json")) return tokenizer;
    }
  }
  return {};
}

InpaintingModel ModelOfFolder(const fs::path& path,
                              const ModelFolders& folders) {
  const ModelFolder folder = ReadModelFolder(path);
  return Complete(
      {folder.path.filename().string(), folder.path, folder.identity},
      folder.family,
      folders);
}

InpaintingModel ModelOfFile(const fs::path& file, const ModelFolders& folders) {
  InpaintingModel model =
      Complete({file.filename().string(), file, FileIdentityText(file)},
               CheckpointFamily(file),
               folders);
  model.tokenizer = FindTokenizer(folders);
  if (model.tokenizer.empty()) {
    throw Error(ErrorKind::kModel,
                file.string() +
                    ": has no vocabulary, as a model in one file never has; "
                    "'stage models pull sd15-inpainting' brings it");
  }
  return model;
}

/// A model in a folder or file. What a path came to is remembered: it is asked
/// for with every photo, and telling takes reading the ends of its weights.
InpaintingModel ModelOfPath(const std::string& path,
                            const ModelFolders& folders) {
  static std::mutex mutex;
  static std::map<std::string, InpaintingModel> known;
  const std::lock_guard lock(mutex);
  const auto found = known.find(path);
  if (found != known.end()) return found->second;
  return known
      .emplace(path,
               fs::is_directory(path) ? ModelOfFolder(path, folders)
                                      : ModelOfFile(path, folders))
      .first->second;
}

}  // namespace

nlohmann::json ModelInUse::Record() const {
  nlohmann::json record = {{"name", name}};
  if (entry == nullptr) {
    record[fs::is_directory(path) ? "folder" : "file"] =
        path.filename().string();
    record["identity"] = version;
    return record;
  }
  record["repository"] = entry->repository;
  record["commit"] = version;
  const HubRepository repository(FindModelFolders().hub_cache,
                                 entry->repository);
  for (const std::string& file : installed.files) {
    const std::string id = repository.BlobOf(installed.folder / file);
    if (file.find("diffusion_pytorch_model") != std::string::npos &&
        !file.starts_with("vae/") && id.size() == 64) {
      record["sha256"] = id;
    }
  }
  return record;
}

std::vector<std::string> InpaintingModel::WeightNames(
    const StagingJob& job) const {
  std::vector<std::string> names = {base.Identity()};
  if (latent_refiner) names.push_back(latent_refiner->Identity());
  // An edit has no plan that could tell depths and pieces.
  if (job.operation != Operation::kGenerate) return names;
  for (const ControlInUse& control : controls) {
    names.push_back(control.model.Identity());
  }
  if (image_adapter && !job.generate.furniture.empty()) {
    names.push_back(image_adapter->Identity());
  }
  return names;
}

std::optional<InpaintingModel> InstalledInpaintingModel(
    const DiffusionParameters& asked) {
  const ModelFolders folders = FindModelFolders();
  if (IsModelPath(asked.model)) return ModelOfPath(asked.model, folders);
  if (const Family* refined = FamilyRefinedBy(asked.model)) {
    return RefinedModel(*refined, folders);
  }
  if (!asked.model.empty()) {
    auto base = Find(AskedFor(asked.model).name, folders);
    if (!base) return std::nullopt;
    return Complete(std::move(*base), FamilyOfBase(asked.model), folders);
  }
  for (size_t i = 0; i <= kSmallest; ++i) {
    if (auto base = Find(kBases[i].name, folders)) {
      return Complete(std::move(*base), kBases[i].family, folders);
    }
  }
  return std::nullopt;
}

InpaintingModel FindInpaintingModel(const std::string& purpose,
                                    const DiffusionParameters& asked) {
  if (auto model = InstalledInpaintingModel(asked)) return std::move(*model);
  if (const Family* refined = FamilyRefinedBy(asked.model)) {
    throw MissingRefiner(purpose, *refined);
  }
  throw MissingModel(purpose,
                     asked.model.empty()
                         ? KnownModels().Get(kBases[kSmallest].name)
                         : AskedFor(asked.model));
}

InpaintingModel FindModelFor(const StagingJob& job,
                             const std::string& purpose) {
  InpaintingModel model = FindInpaintingModel(purpose, job.diffusion);
  if (job.operation != Operation::kGenerate || job.generate.furniture.empty() ||
      model.image_adapter) {
    return model;
  }
  const Family* family = FamilyNamed(model.family);
  if (family == nullptr || family->image_adapter.empty()) {
    throw Error(ErrorKind::kModel,
                "--furniture: there is no adapter for pictures of furniture "
                "that goes with " +
                    model.base.name + "; use --model sd15-inpainting");
  }
  throw MissingModel("--furniture", KnownModels().Get(family->image_adapter));
}

}  // namespace stage::cli
