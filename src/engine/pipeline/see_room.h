#pragma once

#include <string>
#include <vector>

#include "core/image.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/scene/seen_room.h"

namespace stage::engine {

/// What a class of a segmentation network is in a room, by its name as the
/// ADE20K data set (arXiv:1608.05442) has it: "floor;flooring", "windowpane;
/// window". Curtains, and what is seen through windows, are unknown.
SeenSurface SurfaceOf(const std::string& label);

/// The names of a class: of "sofa;couch;lounge" or "sofa, couch, lounge" three.
std::vector<std::string> LabelNames(const std::string& label);

/// Looks at a picture with the installed networks for segmentation and depth.
/// Empty where none is installed.
/// @param srgb  8-bit RGB analysis copy
/// @throws Error(kModel) when an installed one cannot be used
SeenRoom SeeRoom(const ImageU8& srgb, InstalledNetworks& networks);

}  // namespace stage::engine
