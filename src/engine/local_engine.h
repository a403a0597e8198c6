#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/stager.h"

namespace stage {

namespace engine {
class Refiner;
}

struct LocalEngineOptions {
  int threads = 0;            ///< 0: all the process may use
  int samples_per_pixel = 0;  ///< 0: default quality
  /// Works over rendered furniture, for `--engine diffusion`; or null.
  std::shared_ptr<engine::Refiner> refiner;
};

struct AnalyzeRequest {
  std::filesystem::path photo;
  std::filesystem::path sidecar;  ///< or empty
  std::filesystem::path overlay;  ///< file to draw to, or empty
  /// File for the mask of what would be removed, when there is any; or empty.
  std::filesystem::path furniture_mask;
  std::optional<double> camera_height_m;
  std::optional<double> ceiling_height_m;
};

struct PairRequest {
  std::filesystem::path first, second;
  std::filesystem::path first_sidecar, second_sidecar;  ///< or empty
};

struct ThumbnailRequest {
  std::filesystem::path photo;
  int long_edge_px = 1400;  ///< never enlarged
  int quality = 82;         ///< JPEG, 1..100
};

struct CataloguePreviewRequest {
  std::vector<std::string> ids;  ///< empty: all that match `function`
  std::string function;
  std::string style;
  std::filesystem::path output;  ///< picture file
};

/// The local engine as the command line sees it. Lives in a shared module
/// that is opened on demand; see OpenLocalEngine in cli/engine_module.h.
class LocalEngine {
 public:
  virtual ~LocalEngine() = default;
  virtual std::unique_ptr<Stager> MakeStager(
      const LocalEngineOptions& options) = 0;
  /// The object design.md describes for `stage analyze --json`.
  virtual nlohmann::json Analyze(const AnalyzeRequest& request) = 0;
  /// Whether two photos are views of one room: {"compatible",
  /// "hard_rejected", "rejection_reason", "matches", "consistent",
  /// "turn_deg"?}.
  virtual nlohmann::json ComparePair(const PairRequest& request) = 0;
  /// Every piece as JSON: id, name, function, styles, grade, size, licence...
  virtual nlohmann::json ListCatalogue(
      const std::vector<std::filesystem::path>& sources) = 0;
  virtual void PreviewCatalogue(
      const std::vector<std::filesystem::path>& sources,
      const CataloguePreviewRequest& request) = 0;
  /// A small upright sRGB JPEG of a photo, without metadata, for reports.
  /// @return the file's bytes
  virtual std::string MakeThumbnail(const ThumbnailRequest& request) = 0;
};

/// Bumped when the classes above change shape.
inline constexpr int kLocalEngineAbi = 4;

}  // namespace stage

/// The module's only exported entry; nullptr when `abi` does not match.
extern "C" stage::LocalEngine* stage_open_local_engine(int abi);
