#include "cli/engine_module.h"

#include <cstdlib>

#include "core/open_module.h"
#include "core/program_files.h"

namespace stage::cli {
namespace {

constexpr auto kModuleName = "libstage_engine.so";

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
  static LocalEngine* const engine =
      OpenModule<LocalEngine>({.file = FindEngineModule(),
                               .what = "local engine",
                               .file_name = kModuleName,
                               .entry = "stage_open_local_engine"},
                              kLocalEngineAbi)
          .release();
  return *engine;
}

}  // namespace stage::cli
