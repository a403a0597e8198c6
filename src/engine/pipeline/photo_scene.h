#pragma once

#include "core/photo/photo.h"
#include "core/staging_job.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// The scene of a job's photo, by what EXIF and sidecar say and the photo
/// shows.
Scene SceneOfPhoto(const StagingJob& job,
                   const Photo& photo,
                   const ImageU8& srgb);

}  // namespace stage::engine
