#pragma once

#include <nlohmann/json.hpp>

#include "core/photo/photo.h"
#include "core/staging_job.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {

/// Long edge of the copy that scenes are understood on; AnalyzeScene's limit.
inline constexpr int kAnalysisLongEdgePx = 1536;

/// What EXIF, the sidecar and the flags say about the scene; a flag wins over
/// the sidecar, the sidecar over EXIF.
SceneHints CollectHints(const Photo& photo,
                        const nlohmann::json& sidecar,
                        std::optional<double> camera_height_m,
                        std::optional<double> ceiling_height_m);

}  // namespace stage::engine
