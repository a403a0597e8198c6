#pragma once

#include "core/photo/photo.h"
#include "engine/render/render.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Puts the layers into the photo at its own resolution, in place: grain,
/// sharpness and tone matched, things of `scene.foreground` kept in front.
/// Every pixel that furniture does not cover and whose light changes by less
/// than 2 % keeps its exact value.
void Compose(const Scene& scene,
             const RenderLayers& layers,
             const ColorConverter& converter,
             Photo& photo);

}  // namespace stage::engine
