#pragma once

#include <string>
#include <vector>

#include "engine/clutter/loose_things.h"
#include "engine/networks/networks.h"

namespace stage::engine {

/// What becomes of a class of a segmentation network when a room is emptied.
enum class ThingClass {
  kRoom,       ///< floor, walls, openings, and what nobody knows
  kFixture,    ///< built in or fixed: stays
  kFurniture,  ///< goes
  kRug,
  kCurtain,
  kLamp,
  kArt,
  kAppliance,
  kPlant,
};

/// By a class's name, as the ADE20K data set (arXiv:1608.05442) and models
/// trained on it have it: "chest of drawers", "painting;picture", ...
ThingClass ClassOf(const std::string& label);

/// The connected parts of what a network takes for furniture and the like.
/// Fixtures, curtains and appliances always stay, `keep` names more.
/// @param keep  words of --keep
/// @return a map of the picture's size; each thing with its class's name
ThingMap SegmentedThings(const LabelledPicture& picture,
                         const std::vector<std::string>& labels,
                         const std::vector<std::string>& keep);

}  // namespace stage::engine
