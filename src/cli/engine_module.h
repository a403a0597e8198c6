#pragma once

#include <filesystem>

#include "engine/local_engine.h"

namespace stage::cli {

/// The local engine, from the shared module libstage_engine.so, which is
/// loaded at the first call and stays loaded. Looked for at
/// STAGE_ENGINE_MODULE, beside the program's libraries (`../lib/stage`), and in
/// a build tree's
/// `../lib`.
/// @throws Error(kModel) when there is none, or one of another version
LocalEngine& OpenLocalEngine();

/// Where the module is, or an empty path. Loads nothing.
std::filesystem::path FindEngineModule();

}  // namespace stage::cli
