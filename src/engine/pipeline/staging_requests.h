#pragma once

#include <cstdint>
#include <string>

#include "core/photo/photo.h"
#include "core/stager.h"
#include "engine/refiner.h"
#include "engine/render/render.h"

namespace stage::engine {

// What a `generate` job asks of the parts of the engine.

/// Views of one room share the seed, so that they share pieces and colours.
uint64_t SeedFor(const StagingJob& job);

/// `--room auto`: the file's name first, then what the planner sees ("auto").
std::string RoomFor(const StagingJob& job);

/// The job's output options, reduced to --image-size.
OutputOptions OutputFor(const StagingJob& job);

/// The words of the presets for a model, and how far it may depart from the
/// render, by --fidelity.
/// @param layers  must outlive the request
RefineRequest RefineRequestFor(const StagingJob& job,
                               const std::string& room,
                               const RenderLayers& layers);

}  // namespace stage::engine
