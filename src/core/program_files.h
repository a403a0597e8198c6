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

}  // namespace stage
