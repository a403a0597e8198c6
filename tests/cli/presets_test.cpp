#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

TEST_CASE("Presets: lists the styles and rooms of the design") {
  const StageRun run;
  const std::string styles = run.Stage({"presets", "list", "styles", "-q"}).out;
  const std::string rooms = run.Stage({"presets", "list", "rooms", "-q"}).out;
  const auto has = [](const std::string& list, const std::string& name) {
    return ("\n" + list).find("\n" + name + "\n") != std::string::npos;
  };
  for (const char* style : {"modern",
                            "contemporary",
                            "scandinavian",
                            "industrial",
                            "coastal",
                            "luxury",
                            "mid-century",
                            "farmhouse",
                            "minimalist",
                            "japandi",
                            "bohemian",
                            "traditional"}) {
    CAPTURE(style);
    CHECK(has(styles, style));
    CHECK_FALSE(has(rooms, style));
  }
  for (const char* room : {"living",
                           "bedroom",
                           "dining",
                           "kitchen",
                           "office",
                           "bathroom",
                           "studio"}) {
    CAPTURE(room);
    CHECK(has(rooms, room));
  }
}

TEST_CASE("Presets: shows what a style means per backend") {
  const StageRun run;
  const RunResult text = run.Stage({"presets", "show", "scandinavian"});
  CHECK(text.exit_code == 0);
  CHECK(text.out.find("vsai: ") != std::string::npos);
  const auto json = nlohmann::json::parse(
      run.Stage({"presets", "show", "living", "--json"}).out);
  CHECK(json[0]["kind"] == "room");
  CHECK(json[0]["document"].is_object());
}

TEST_CASE("Presets: an unknown name gets a suggestion") {
  const RunResult result = StageRun().Stage({"presets", "show", "costal"});
  CHECK(result.exit_code == 2);
  CHECK(result.err.find("did you mean 'coastal'?") != std::string::npos);
}

TEST_CASE("Presets: a folder of one's own adds styles") {
  const StageRun run;
  const std::string coastal = ReadFileBytes(
      std::filesystem::path(STAGE_SOURCE_DIR) / "presets/styles/coastal.json");
  auto mine = nlohmann::json::parse(coastal);
  mine["name"] = "our-agency";
  mine["aliases"] = nlohmann::json::array();
  run.Write("mine/styles/our-agency.json", mine.dump());
  CHECK(run.Stage({"presets", "list", "styles", "-q", "--presets-dir", "mine"})
            .out.find("our-agency") != std::string::npos);
  run.WritePhoto("a.jpg");
  CHECK(run.Stage({"generate",
                   "a.jpg",
                   "-n",
                   "--style",
                   "our-agency",
                   "--presets-dir",
                   "mine"})
            .exit_code == 0);
  CHECK(run.Stage({"presets", "list", "--presets-dir", "none"}).exit_code == 2);
}

}  // namespace
}  // namespace stage::test
