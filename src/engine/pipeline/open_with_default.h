#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/catalogue/catalogue.h"

namespace stage::engine {

/// Opens the user's catalogues besides the installed one, where there is one.
/// @throws Error(kModel) naming a catalogue that cannot be opened
std::shared_ptr<Catalogue> OpenWithDefault(
    const std::vector<std::string>& sources);

}  // namespace stage::engine
