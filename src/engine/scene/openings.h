#pragma once

#include <vector>

#include "core/image.h"
#include "engine/scene/analyze_scene.h"
#include "engine/scene/line_segments.h"

namespace stage::engine {

/// Finds windows, doors and passages in the visible walls of a room.
/// @param srgb      8-bit RGB, long edge ≤ 1536 px
/// @param segments  line segments in pixels of the working picture
/// @param working   the scene's camera for the working picture (its width and
///        height are those the segments refer to)
/// @param scene     camera, room and free_floor are final, in metres
/// @param hints     where it lists openings, these are used and nothing is
///        detected
/// @return openings in metres on `scene.room.Walls()`
std::vector<Opening> DetectOpenings(const ImageU8& srgb,
                                    const std::vector<LineSegment>& segments,
                                    const Camera& working,
                                    const Scene& scene,
                                    const SceneHints& hints);

}  // namespace stage::engine
