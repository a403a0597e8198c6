#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/image.h"
#include "engine/networks/networks.h"

namespace stage::engine {

/// The networks that `stage models` has installed, each opened when it is
/// first asked for. Not for several threads at once.
class InstalledNetworks {
 public:
  /// @param threads  processor threads that they use
  explicit InstalledNetworks(int threads) : threads_(threads) {}

  /// LaMa; null where it is not installed.
  /// @throws Error(kModel) when its files cannot be used
  Filler* filler();
  /// SegFormer, the better one; null where none is installed.
  /// @throws Error(kModel) likewise
  Segmenter* segmenter();
  /// What it sees in a picture; looked at once where the same picture is asked
  /// for again. Null where none is installed.
  /// @param srgb  8-bit RGB
  const LabelledPicture* Segmented(const ImageU8& srgb);
  /// Depth Anything in metres, else in relative depths, else DPT; null where
  /// none is installed.
  /// @throws Error(kModel) likewise
  DepthEstimator* depth_estimator();
  /// CLIP; null where it is not installed.
  /// @param texts  what it chooses among; those of the first call stay
  /// @throws Error(kModel) likewise
  Recogniser* recogniser(const std::vector<std::string>& texts);

  /// What a manifest says of those that were opened.
  const nlohmann::json& records() const { return records_; }

 private:
  int threads_;
  bool looked_for_filler_ = false, looked_for_segmenter_ = false,
       looked_for_recogniser_ = false, looked_for_depth_ = false;
  std::unique_ptr<Filler> filler_;
  std::unique_ptr<Segmenter> segmenter_;
  std::unique_ptr<DepthEstimator> depth_estimator_;
  std::unique_ptr<Recogniser> recogniser_;
  ImageU8 segmented_picture_;  ///< what `segmented_` is of
  LabelledPicture segmented_;
  nlohmann::json records_ = nlohmann::json::array();
};

/// Weights that were asked for by name.
struct NamedWeights {
  std::filesystem::path file;
  nlohmann::json record;  ///< for the manifest
};

/// @param name  of an installed model of that task, or a file
/// @throws Error(kModel) when there is no such model or file, saying what
///         installs it; Error(kUsage) for a model of another task
NamedWeights FindWeights(const std::string& name, const std::string& task);

/// Whether a model that tells things apart is installed.
bool HasSegmenter();

}  // namespace stage::engine
