#include <doctest/doctest.h>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("Install: the installed tree works by itself") {
  const StageRun run;
  const fs::path prefix = run.folder() / "usr";
  const RunResult install = run.Program(
      {"cmake", "--install", STAGE_BINARY_DIR, "--prefix", prefix.string()});
  CAPTURE(install.err);
  REQUIRE(install.exit_code == 0);

  const std::string program = (prefix / "bin/stage").string();
  CHECK(run.Program({program, "--version"}).exit_code == 0);
  // Presets come from the installed folder, not from the source tree.
  const RunResult preset = run.Program({program, "presets", "show", "modern"});
  CHECK(preset.exit_code == 0);
  CHECK(preset.out.find((prefix / "share/stage/presets").string()) !=
        std::string::npos);
  for (const char* file : {"share/man/man1/stage.1",
                           "share/bash-completion/completions/stage",
                           "share/zsh/vendor-completions/_stage",
                           "share/fish/vendor_completions.d/stage.fish"}) {
    CAPTURE(file);
    CHECK(fs::file_size(prefix / file) > 1000);
  }
  const std::string libraries = run.Program({"ldd", program}).out;
  CHECK(
      libraries.find((prefix / "bin/../lib/stage/libstage_core.so").string()) !=
      std::string::npos);
  CHECK(libraries.find("not found") == std::string::npos);
  const fs::path module = prefix / "lib/stage/libstage_engine.so";
  if (fs::exists(module)) {
    const std::string needed = run.Program({"ldd", module.string()}).out;
    CHECK(needed.find((prefix / "lib/stage/libstage_photo.so").string()) !=
          std::string::npos);
    CHECK(needed.find("not found") == std::string::npos);
    // libtorch is loaded for diffusion models and networks alone.
    CHECK(needed.find("torch") == std::string::npos);
    const std::string diffusion =
        run.Program(
               {"ldd", (prefix / "lib/stage/libstage_diffusion.so").string()})
            .out;
    CHECK(diffusion.find("torch") != std::string::npos);
    CHECK(diffusion.find("not found") == std::string::npos);
    const std::string networks =
        run.Program(
               {"ldd", (prefix / "lib/stage/libstage_networks.so").string()})
            .out;
    CHECK(networks.find("torch") != std::string::npos);
    CHECK(networks.find("not found") == std::string::npos);
    CHECK(fs::file_size(prefix / "share/stage/weights/compact-x2.safetensors") >
          10'000);
  }
}

}  // namespace
}  // namespace stage::test
