#pragma once

#include <nlohmann/json.hpp>

#include "core/image.h"
#include "core/stager.h"
#include "engine/clutter/loose_things.h"

namespace stage::engine {

/// The things that lie on a floor that is to be furnished, and stay in view.
/// @return the sure ones among `found`, without those that something hides
ThingMap ThingsOnFloor(ThingMap found);

/// Has furniture keep clear of them: each becomes an obstacle, as low as what
/// lies on floors is.
void KeepClearOf(const ThingMap& things, Scene& scene);

/// What furniture did to each: "box" in pixels of the photo, "covered" 0..1.
/// @param coverage  0..1, what furniture hides of each pixel, any size
nlohmann::json ThingsInViewJson(const ThingMap& things,
                                const ImageF& coverage,
                                int photo_width);

/// Warns people of those that stay in view.
/// @param emptied  whether --declutter-first was asked for
void NoteThingsInView(const nlohmann::json& things,
                      bool emptied,
                      StageResult& result);

}  // namespace stage::engine
