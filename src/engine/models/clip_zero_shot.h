#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/models/clip_text.h"
#include "engine/models/clip_vision.h"

namespace stage::models {

/// Which of several texts goes with a picture (zero-shot classification,
/// arXiv:2103.00020, section 3.1).
class ClipZeroShot {
 public:
  /// Reads a whole CLIP as transformers' CLIPModel stores it: config.json with
  /// `text_config` and `vision_config`, weights of both encoders, their
  /// projections and `logit_scale`, and the tokenizer's files.
  /// @param texts  one a class
  /// @throws Error(kModel)
  ClipZeroShot(const std::filesystem::path& folder,
               const std::vector<std::string>& texts,
               const Placement& placement);

  /// Pictures that are longer than wide, or wider than high, are looked at in
  /// two squares, at their ends.
  /// @param picture  U8 [3, h, w]
  /// @return         [texts], summing to 1
  torch::Tensor Probabilities(const torch::Tensor& picture);
  /// Unit vectors that pictures are compared with: [texts, projection_dim].
  const torch::Tensor& text_directions() const { return directions_; }

 private:
  ClipVisionModel vision_;
  torch::Tensor directions_;
  double scale_ = 100;
};

}  // namespace stage::models
