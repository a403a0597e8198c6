#pragma once

#include <filesystem>
#include <string_view>

namespace stage {

/// The running program's own file.
std::filesystem::path ProgramFile();

/// A library of the project that is opened on demand: in `../lib/stage` of an
/// installed program, in `../lib` of a build tree. Empty when there is none.
/// Loads nothing.
std::filesystem::path FindProjectLibrary(std::string_view file_name);

/// A data file of the project: below `../share/stage` of an installed program,
/// else in the source tree. Empty when there is none.
/// @param file  such as "weights/compact-x2.safetensors"
std::filesystem::path FindProjectData(std::string_view file);

}  // namespace stage
