#include "engine/pipeline/installed_networks.h"

#include <optional>
#include <string_view>

#include "core/digest.h"
#include "core/error.h"
#include "core/weights/model_store.h"
#include "engine/networks/open_networks.h"
#include "engine/pipeline/planar_image.h"

namespace stage::engine {
namespace {

constexpr std::string_view kRecognisers[] = {"clip"};
constexpr std::string_view kFillers[] = {"lama"};
// The better first.
constexpr std::string_view kSegmenters[] = {"segformer-b4", "segformer-b0"};
constexpr std::string_view kDepthEstimators[] = {
    "depth-anything-metric", "depth-anything", "dpt"};

struct Found {
  const ModelEntry* entry;
  InstalledModel model;
};

template <size_t kCount>
std::optional<Found> FirstInstalled(const std::string_view (&names)[kCount]) {
  std::optional<ModelFolders> folders;
  try {
    folders = FindModelFolders();
  } catch (const Error&) {
    return std::nullopt;  // nowhere to look
  }
  for (const std::string_view name : names) {
    const ModelEntry* entry = KnownModels().Find(name);
    if (entry == nullptr) continue;
    if (auto model = FindInstalled(*entry, *folders)) {
      return Found{entry, std::move(*model)};
    }
  }
  return std::nullopt;
}

nlohmann::json RecordOf(const Found& found) {
  nlohmann::json record = {{"name", found.entry->name}};
  if (!found.model.commit.empty()) {
    record["repository"] = found.entry->repository;
    record["commit"] = found.model.commit;
  } else {  // of what is used, which need not be what was published
    record["sha256"] =
        Sha256OfFile(found.model.folder / found.model.files.front());
  }
  return record;
}

/// Opens a network; what is wrong with its files is told with the remedy.
template <typename Open>
auto Opened(const Found& found, const Open& open) {
  try {
    return open();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kModel) throw;
    const std::string& name = found.entry->name;
    throw Error(ErrorKind::kModel,
                name + ": " + error.what() + "; 'stage models verify " + name +
                    "' tells whether it is damaged, 'stage models pull " +
                    name + "' mends it");
  }
}

}  // namespace

bool HasSegmenter() { return FirstInstalled(kSegmenters).has_value(); }

Filler* InstalledNetworks::filler() {
  if (looked_for_filler_) return filler_.get();
  if (const auto found = FirstInstalled(kFillers)) {
    filler_ = Opened(*found, [&] {
      return OpenNetworks().OpenFiller(
          found->model.folder / found->model.files.front(), threads_);
    });
    records_.push_back(RecordOf(*found));
  }
  looked_for_filler_ = true;
  return filler_.get();
}

NamedWeights FindWeights(const std::string& name, const std::string& task) {
  const ModelEntry* entry = KnownModels().Find(name);
  if (entry == nullptr) {
    if (std::filesystem::is_regular_file(name)) {
      return {name,
              {{"name", std::filesystem::path(name).filename().string()},
               {"sha256", Sha256OfFile(name)}}};
    }
    throw Error(ErrorKind::kModel,
                "--model " + name +
                    ": neither a file nor a model; `stage models list --task " +
                    task + "` shows what there is");
  }
  if (entry->task != task) {
    throw Error(
        ErrorKind::kUsage,
        "--model " + name + " is for " + entry->task + ", not for " + task);
  }
  auto installed = FindInstalled(*entry, FindModelFolders());
  if (!installed) {
    throw Error(ErrorKind::kModel,
                "--model " + name +
                    " is not installed: run 'stage models pull " + name + "'");
  }
  const Found found{entry, std::move(*installed)};
  return {found.model.folder / found.model.files.front(), RecordOf(found)};
}

Recogniser* InstalledNetworks::recogniser(
    const std::vector<std::string>& texts) {
  if (looked_for_recogniser_) return recogniser_.get();
  if (const auto found = FirstInstalled(kRecognisers)) {
    recogniser_ = Opened(*found, [&] {
      return OpenNetworks().OpenRecogniser(
          found->model.folder, texts, threads_);
    });
    records_.push_back(RecordOf(*found));
  }
  looked_for_recogniser_ = true;
  return recogniser_.get();
}

Segmenter* InstalledNetworks::segmenter() {
  if (looked_for_segmenter_) return segmenter_.get();
  if (const auto found = FirstInstalled(kSegmenters)) {
    segmenter_ = Opened(*found, [&] {
      return OpenNetworks().OpenSegmenter(found->model.folder, threads_);
    });
    records_.push_back(RecordOf(*found));
  }
  looked_for_segmenter_ = true;
  return segmenter_.get();
}

const LabelledPicture* InstalledNetworks::Segmented(const ImageU8& srgb) {
  Segmenter* const network = segmenter();
  if (network == nullptr) return nullptr;
  if (segmented_picture_ != srgb) {
    segmented_ = network->Segment(PlanarOf(srgb));
    segmented_picture_ = srgb;
  }
  return &segmented_;
}

DepthEstimator* InstalledNetworks::depth_estimator() {
  if (looked_for_depth_) return depth_estimator_.get();
  if (const auto found = FirstInstalled(kDepthEstimators)) {
    depth_estimator_ = Opened(*found, [&] {
      return OpenNetworks().OpenDepthEstimator(found->model.folder, threads_);
    });
    records_.push_back(RecordOf(*found));
  }
  looked_for_depth_ = true;
  return depth_estimator_.get();
}

}  // namespace stage::engine
