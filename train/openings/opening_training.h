#pragma once

#include <vector>

#include "engine/scene/opening_likelihood.h"
#include "openings/opening_examples.h"

namespace stage::train {

/// Fits a network to examples by cross entropy (Adam, arXiv:1412.6980, with
/// decoupled weight decay, arXiv:1711.05101). The same examples give the same
/// network.
engine::OpeningNetwork TrainOpeningNetwork(
    const std::vector<OpeningExample>& examples);

}  // namespace stage::train
