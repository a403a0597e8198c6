#pragma once

#include <string>
#include <vector>

#include "core/image.h"
#include "engine/pipeline/installed_networks.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What `--select` can name without a mask: the floor, and where a
/// segmentation model is installed whatever that knows.
/// @throws Error(kModel) for all else, saying what installs one
void CheckSelection(const std::vector<std::string>& names);

/// The parts of a photo that show what is named: the free floor, up to where
/// its look ends, by the scene; all else by the segmentation model.
/// @param srgb  8-bit RGB copy of the photo, reduced
/// @return  255 or 0, one channel, of the photo's size
/// @throws Error(kGeometry) when the floor is not sure, Error(kUsage) for what
///         the model has no word for, Error(kInput) for what it does not see
ImageU8 SelectedParts(const std::vector<std::string>& names,
                      const Scene& scene,
                      const ImageU8& srgb,
                      const std::string& photo_name,
                      InstalledNetworks& networks);

/// The class of a segmentation network that a name speaks of: the one with the
/// longest name in it, "dining table" of "oak dining table"; -1: none.
/// @param labels  names of classes, with synonyms: "sofa;couch;lounge"
int ClassNamedIn(const std::string& name,
                 const std::vector<std::string>& labels);

}  // namespace stage::engine
