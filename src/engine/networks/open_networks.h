#pragma once

#include "engine/networks/networks.h"

namespace stage::engine {

/// The networks' module, opened at the first call: STAGE_NETWORKS_MODULE, else
/// libstage_networks.so beside the engine's own module. Thread-safe.
/// @throws Error(kModel) when it is not installed
Networks& OpenNetworks();

}  // namespace stage::engine
