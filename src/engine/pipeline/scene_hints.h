#pragma once

#include <nlohmann/json.hpp>

#include "core/photo/photo.h"
#include "core/staging_job.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {

/// The copy of a photo that scenes are understood on: 8-bit sRGB, long edge at
/// most 1536 px, AnalyzeScene's limit.
/// @throws Error(kInput) naming the photo when so few pixels show no room
ImageU8 AnalysisCopy(const Photo& photo, const ColorConverter& converter);

/// What EXIF, the sidecar and the flags say about the scene; a flag wins over
/// the sidecar, the sidecar over EXIF.
SceneHints CollectHints(const Photo& photo,
                        const nlohmann::json& sidecar,
                        std::optional<double> camera_height_m,
                        std::optional<double> ceiling_height_m);

}  // namespace stage::engine
