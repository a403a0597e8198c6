#pragma once

#include <torch/types.h>

#include <array>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "engine/models/depth_estimation.h"

namespace stage::models {

/// How a depth network takes pictures; field names match its
/// preprocessor_config.json (transformers' DPTImageProcessor).
struct DepthPreprocessing {
  int64_t height = 518, width = 518;
  bool keep_aspect_ratio = true;
  int64_t ensure_multiple_of = 14;
  std::array<double, 3> image_mean = {0.485, 0.456, 0.406};
  std::array<double, 3> image_std = {0.229, 0.224, 0.225};

  /// @throws Error(kModel)
  static DepthPreprocessing FromJson(const nlohmann::json& json);
  /// @param picture  U8 [3, h, w]
  /// @return         [1, 3, ~height, ~width]
  torch::Tensor Pixels(const torch::Tensor& picture) const;
};

/// A depth network with what it needs to look at pictures.
class DepthEstimation {
 public:
  /// Reads a published folder: config, preprocessor_config and weights.
  /// @throws Error(kModel)
  DepthEstimation(const std::filesystem::path& folder,
                  const Placement& placement);
  DepthKind kind() const { return network_->config().kind; }
  /// @param picture  U8 [3, h, w]
  /// @return         [h, w]; see DepthKind
  torch::Tensor Estimate(const torch::Tensor& picture);

 private:
  DepthModel network_;
  DepthPreprocessing preprocessing_;
  torch::Device device_;
};

}  // namespace stage::models
