#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "core/image.h"
#include "core/photo/photo.h"

namespace stage::engine {

/// A rendered plan for a model to work over.
struct RefineRequest {
  const ImageF& coverage;  ///< of furniture, 0..1, at render size
  const ImageF& depth;     ///< metres, of the same size
  std::string prompt;
  std::string negative_prompt;
  double strength = 0.5;  ///< 0..1: how far it may depart from the render
  uint64_t seed = 0;
  std::function<void(double fraction)> on_fraction;  ///< may throw to stop
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
};

}  // namespace stage::engine
