#include <doctest/doctest.h>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

/// The names of all shared objects the dynamic loader touched.
std::string LoadedBy(const std::vector<std::string>& arguments) {
  StageRun run;
  run.WritePhoto("staged/a.jpg");
  run.Write("staged/manifest.jsonl",
            "{\"record\":\"batch\",\"schema\":1,\"stage\":\"0.1.0\"}\n");
  run.SetVariable("LD_DEBUG", "files");
  run.SetVariable("LD_DEBUG_OUTPUT", (run.folder() / "loader").string());
  run.Stage(arguments);
  std::string log;
  for (const auto& entry : std::filesystem::directory_iterator(run.folder())) {
    if (entry.path().filename().string().starts_with("loader")) {
      log += ReadFileBytes(entry.path());
    }
  }
  return log;
}

TEST_CASE("EngineLoading: commands that need no engine load none") {
  const std::vector<std::vector<std::string>> commands = {
      {"--help"},
      {"generate", "--help"},
      {"--version"},
      {"presets", "list"},
      {"status", "."},
      {"credits"},
      {"models", "list"},
      {"completions", "bash"},
      {"generate", "staged/a.jpg", "--dry-run"}};
  for (const auto& command : commands) {
    CAPTURE(command);
    const std::string loaded = LoadedBy(command);
    REQUIRE(loaded.find("libstage_core") != std::string::npos);
    for (const char* heavy : {"libstage_engine",
                              "libstage_photo",
                              "opencv",
                              "embree",
                              "assimp",
                              "torch",
                              "libexiv2"}) {
      CAPTURE(heavy);
      CHECK(loaded.find(heavy) == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace stage::test
