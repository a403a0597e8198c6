#pragma once

#include "core/image.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {

/// Finds windows, doors and passages in the visible walls of a room, and by
/// the height of its doors corrects the scale of the scene.
/// @param srgb   8-bit RGB, long edge ≤ 1536 px
/// @param hints  where it lists openings, these are used and nothing is
///        detected
/// @param log_sigma  how far the scale is known, of its logarithm; 0: exactly
/// @param scene  camera, room and obstacles in metres; gets openings on
///        `scene.room.Walls()`, and another scale where doors ask for it
void FindOpenings(const ImageU8& srgb,
                  const SceneHints& hints,
                  double log_sigma,
                  Scene& scene);

}  // namespace stage::engine
