#pragma once

namespace stage::engine {

/// presets/catalogue/sweethome3d.json, built in by CMake: it belongs to this
/// version of the code as its source files do.
extern const char* const kBuiltInTable;

}  // namespace stage::engine
