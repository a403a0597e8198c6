#pragma once

#include <string>

#include "core/stager.h"
#include "engine/plan/plan.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

// What `generate` refuses, and what to do about it.

/// Refused rather than ignored: nobody should publish a picture that honours
/// half of the request.
/// @param refines  whether a diffusion model is at hand
/// @throws Error(kModel) for what this engine does not do
void CheckStagingJob(const StagingJob& job, bool refines);

/// @throws Error(kGeometry) always, as those below
[[noreturn]] void ThrowNoGeometry(const StagingJob& job, const Scene& scene);
/// @param why  what the photo seems to show instead
[[noreturn]] void ThrowElsewhere(const StagingJob& job, const std::string& why);
/// After --declutter-first: furniture never goes over furniture.
/// @param taken  share of the floor that what is left takes
[[noreturn]] void ThrowStillFurnished(const StagingJob& job, double taken);
/// After --declutter-first: two readings of the room contradict each other.
[[noreturn]] void ThrowReadingsDisagree(const StagingJob& job,
                                        const Scene& emptied,
                                        const Scene& around);
[[noreturn]] void ThrowNothingFits(const StagingJob& job, const Plan& plan);

}  // namespace stage::engine
