#include "core/program_files.h"

namespace stage {

namespace fs = std::filesystem;

fs::path ProgramFile() {
  std::error_code problem;
  return fs::read_symlink("/proc/self/exe", problem);
}

fs::path FindProjectLibrary(std::string_view file_name) {
  const fs::path prefix = ProgramFile().parent_path().parent_path();
  for (const char* folder : {"lib/stage", "lib"}) {
    const fs::path library = prefix / folder / file_name;
    std::error_code problem;
    if (fs::exists(library, problem)) return library;
  }
  return {};
}

}  // namespace stage
