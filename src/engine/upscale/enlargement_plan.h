#pragma once

#include <string>

#include "core/staging_job.h"

namespace stage::engine {

/// How a photo gets the size that was asked for.
struct EnlargementPlan {
  int width = 0;  ///< of the result
  int height = 0;
  int passes = 0;  ///< of the network; what is too much is taken off again
};

/// Times as wide and high that a photo can become.
inline constexpr int kLargestEnlargement = 8;

/// The exact size for `asked`, and how often a network that enlarges by
/// `network_factor` must work on the photo to reach it; 0 when the photo has
/// that size already.
/// @param name  of the photo, for messages
/// @throws Error(kInput) when the photo would become more than eight times as
///         large, or larger than a photo can be
EnlargementPlan PlanEnlargement(const std::string& name,
                                int width,
                                int height,
                                const UpscaleParameters& asked,
                                int network_factor);

}  // namespace stage::engine
