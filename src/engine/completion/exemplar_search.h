#pragma once

#include <cstdint>
#include <vector>

#include "core/image.h"
#include "engine/completion/patch_field.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// A flat surface with a hole.
struct HoledSurface {
  ImageF detail;     ///< 3 channels: display values without the smooth base
  ImageU8 hole;      ///< 255: to be filled
  ImageU8 usable;    ///< 255: known, may be copied from; never in the hole
  ImageF sharpness;  ///< log2 photo pixels a surface pixel; or empty
};

/// Where each pixel of a hole is to be copied from.
struct CopyMap {
  std::vector<int>
      source;  ///< y * width + x of the source; -1 outside the hole
};

/// Whether any whole patch may be copied from.
bool HasPatch(const ImageU8& usable);

/// Exemplar-based completion, coarse to fine: matches and estimate are
/// improved in turns at every level of a pyramid (Wexler et al. 2007; the
/// texture channel after Newson et al. 2014, doi:10.1137/140954933).
/// Deterministic for a seed, whatever the number of threads.
/// @throws Error(kInput) when there is nothing to copy from
CopyMap FindExemplars(const HoledSurface& surface,
                      const CopyCost& cost,
                      uint64_t seed,
                      const WorkControl& work);

}  // namespace stage::engine
