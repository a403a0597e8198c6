#pragma once

#include <filesystem>

#include "engine/scene/opening_likelihood.h"

namespace stage::train {

/// Writes the networks as C++ source.
/// @throws Error(kDisk)
void WriteNetworks(const std::filesystem::path& path,
                   const engine::OpeningNetwork& windows,
                   const engine::OpeningNetwork& doors);

}  // namespace stage::train
