#pragma once

#include "core/photo/photo.h"
#include "core/staging_job.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// The scene of a job's photo, by what EXIF and sidecar say, what the photo
/// shows and what installed networks see in it.
Scene SceneOfPhoto(const StagingJob& job,
                   const Photo& photo,
                   const ImageU8& srgb,
                   InstalledNetworks& networks);

}  // namespace stage::engine
