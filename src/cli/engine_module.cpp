#include "cli/engine_module.h"

#include <dlfcn.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "core/error.h"
#include "core/program_files.h"

namespace stage::cli {
namespace {

constexpr auto kModuleName = "libstage_engine.so";

std::unique_ptr<LocalEngine> Load() {
  const std::filesystem::path module = FindEngineModule();
  if (module.empty()) {
    throw Error(ErrorKind::kModel,
                "this stage was built or installed without its local engine "
                "(libstage_engine.so): install the complete package, or build "
                "with -DSTAGE_ENGINE=ON");
  }
  void* handle = dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw Error(ErrorKind::kModel,
                "the local engine cannot be loaded: " + std::string(dlerror()) +
                    "; install the libraries it needs");
  }
  using OpenFunction = LocalEngine* (*)(int);
  const auto open =
      reinterpret_cast<OpenFunction>(dlsym(handle, "stage_open_local_engine"));
  std::unique_ptr<LocalEngine> engine;
  if (open != nullptr) engine.reset(open(kLocalEngineAbi));
  if (engine == nullptr) {
    throw Error(ErrorKind::kModel,
                module.string() +
                    " belongs to another version of stage: install both from "
                    "one package");
  }
  return engine;
}

}  // namespace

std::filesystem::path FindEngineModule() {
  if (const char* named = std::getenv("STAGE_ENGINE_MODULE");
      named != nullptr && *named != '\0') {
    return named;
  }
  return FindProjectLibrary(kModuleName);
}

LocalEngine& OpenLocalEngine() {
  // Never destroyed: a render thread may still be in it when the process ends.
  static LocalEngine* const engine = Load().release();
  return *engine;
}

}  // namespace stage::cli
