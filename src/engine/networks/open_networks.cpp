#include "engine/networks/open_networks.h"

#include <cstdlib>

#include "core/open_module.h"
#include "core/program_files.h"

namespace stage::engine {
namespace {

constexpr auto kModuleName = "libstage_networks.so";

std::filesystem::path FindModule() {
  if (const char* named = std::getenv("STAGE_NETWORKS_MODULE");
      named != nullptr && *named != '\0') {
    return named;
  }
  return FindProjectLibrary(kModuleName);
}

}  // namespace

Networks& OpenNetworks() {
  // Never destroyed: libtorch's threads may outlive main.
  static Networks* const networks =
      OpenModule<Networks>({.file = FindModule(),
                            .what = "networks",
                            .file_name = kModuleName,
                            .entry = "stage_open_networks"},
                           kNetworksAbi)
          .release();
  return *networks;
}

}  // namespace stage::engine
