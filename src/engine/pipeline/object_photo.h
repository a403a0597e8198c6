#pragma once

#include "core/staging_job.h"
#include "engine/catalogue/catalogue.h"
#include "engine/pipeline/edit_outcome.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// `edit --object --mask`: one piece, rendered as `generate` renders its own.
/// @throws Error(kInput) for a mask that cannot be used, Error as PlaceObject
EditOutcome PutObject(const StagingJob& job,
                      int variant,
                      const Photo& original,
                      const Catalogue& catalogue,
                      InstalledNetworks& networks,
                      const WorkControl& control);

}  // namespace stage::engine
