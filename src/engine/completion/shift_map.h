#pragma once

#include <vector>

#include "engine/completion/patch_field.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// Fills a hole with few large copies, so that joints and patterns are whole:
/// shifts that carry the hole's surroundings onto what looks like them are
/// candidates, and a graph cut chooses among them where seams show least (He
/// and Sun 2012, doi:10.1007/978-3-642-33709-3_2; Boykov et al. 2001,
/// doi:10.1109/34.969114). Deterministic.
/// @param level  of a size at which a hole has some ten thousand pixels
/// @return for each pixel of the level where it is copied from, as an index
///         y * width + x; -1 outside the hole and where no shift leads to
///         anything usable
std::vector<int> ShiftMap(const PatchLevel& level,
                          const CopyCost& cost,
                          const WorkControl& work);

}  // namespace stage::engine
