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

fs::path FindProjectData(std::string_view file) {
  const fs::path prefix = ProgramFile().parent_path().parent_path();
  for (const fs::path& folder :
       {prefix / "share/stage", fs::path(STAGE_DATA_SOURCE)}) {
    std::error_code problem;
    if (fs::exists(folder / file, problem)) return folder / file;
  }
  return {};
}

}  // namespace stage
