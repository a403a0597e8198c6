#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/diffusion_parameters.h"
#include "core/image.h"
#include "core/photo/photo.h"

namespace stage::engine {

/// A rendered plan for a model to work over.
struct RefineRequest {
  const ImageF& coverage;  ///< of furniture, 0..1, at render size
  const ImageF& depth;     ///< metres, of the same size
  /// RGB in ADE20K's colours, of any size; or null.
  const ImageU8* segmentation = nullptr;
  /// Where the model may furnish beside what is rendered: not 0 in it, at
  /// render size; or null.
  const ImageU8* free_mask = nullptr;
  std::string prompt;
  std::string negative_prompt;
  double strength = 0.5;  ///< 0..1: how far it may depart from the render
  DiffusionParameters parameters;  ///< its strength, where set, counts
  uint64_t seed = 0;
  std::vector<std::filesystem::path> furniture;      ///< pictures to follow
  std::function<void(double fraction)> on_fraction;  ///< may throw to stop
  std::function<void(const std::string& warning)> on_warning;
};

/// Works furniture over that was rendered into a photo. Thread-safe; one photo
/// at a time.
class Refiner {
 public:
  virtual ~Refiner() = default;
  /// @param staged  the photo with rendered furniture, worked over in place;
  ///                where the mask is 0 it keeps its bits
  /// @return        the mask of what may have changed, at render size
  /// @throws Error(kModel), Error(kDevice)
  virtual ImageU8 Refine(const RefineRequest& request,
                         const ColorConverter& converter,
                         Photo& staged) = 0;
  /// What a manifest says of the models.
  virtual nlohmann::json ModelRecords() const = 0;
  /// What a manifest says of how a picture was made; null before the first.
  virtual nlohmann::json Settings(const RefineRequest& request) const = 0;
};

}  // namespace stage::engine
