#pragma once

#include <cstdint>
#include <vector>

#include "engine/render/film.h"
#include "engine/render/parallel.h"

namespace stage::engine {

/// How many more samples each pixel is given after a first round: in
/// proportion to the noise that will be left in the picture. Noise that the
/// denoiser removes, inside an even surface, counts less than that of edges.
/// @param film    sums of the first round, not yet normalized
/// @param budget  samples to hand out, over all pixels together
/// @param most    samples a pixel may have in the end, at most 255
/// @return one count a pixel of the film; 0 where no furniture was seen
std::vector<uint8_t> ExtraSamples(const Film& film,
                                  double budget,
                                  int most,
                                  const WorkControl& control);

}  // namespace stage::engine
