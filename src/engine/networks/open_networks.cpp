#include "engine/networks/open_networks.h"

#include <dlfcn.h>

#include <cstdlib>
#include <string>

#include "core/error.h"
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

std::unique_ptr<Networks> Load() {
  const std::filesystem::path module = FindModule();
  if (module.empty()) {
    throw Error(ErrorKind::kModel,
                "this stage was installed without its networks "
                "(libstage_networks.so): install the complete package");
  }
  void* handle = dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw Error(ErrorKind::kModel,
                "the networks cannot be loaded: " + std::string(dlerror()) +
                    "; install the libraries they need");
  }
  using OpenFunction = Networks* (*)(int);
  const auto open =
      reinterpret_cast<OpenFunction>(dlsym(handle, "stage_open_networks"));
  std::unique_ptr<Networks> networks;
  if (open != nullptr) networks.reset(open(kNetworksAbi));
  if (networks == nullptr) {
    throw Error(ErrorKind::kModel,
                module.string() +
                    " belongs to another version of stage: install all of one "
                    "package");
  }
  return networks;
}

}  // namespace

Networks& OpenNetworks() {
  // Never destroyed: libtorch's threads may outlive main.
  static Networks* const networks = Load().release();
  return *networks;
}

}  // namespace stage::engine
