#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "core/staging_job.h"

namespace stage {

/// `<photo>.stage.json` (kitchen.jpg.stage.json), else `<stem>.stage.json`
/// (kitchen.stage.json) beside the photo, else an empty path.
std::filesystem::path SidecarOf(const std::filesystem::path& photo);

/// The sidecar's content; an empty object for an empty path.
/// @throws Error(kInput) naming the file when it is not a JSON object
nlohmann::json ReadSidecar(const std::filesystem::path& sidecar);

/// Applies what the sidecar says about the job itself: "room" and "style" as
/// words, and any other of JobFieldNames(). Geometry (floor_polygon, openings,
/// camera, "room" as an object, ...) is left for the engine, which reads the
/// file itself; "room_type", which `analyze` guesses, counts only where no room
/// was asked for.
/// @throws Error(kInput) naming the file when it is not a JSON object or a
///         value cannot be used
void ApplySidecar(const std::filesystem::path& sidecar, StagingJob& job);

}  // namespace stage
