#include "core/presets.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "core/error.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

const fs::path kShipped = fs::path(STAGE_SOURCE_DIR) / "presets";

/// A folder of a user's own presets that goes away with the test.
class UserFolder {
 public:
  UserFolder()
      : path_(fs::temp_directory_path() /
              ("stage-presets-" + std::to_string(getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_ / "styles");
    fs::create_directories(path_ / "rooms");
  }
  ~UserFolder() { fs::remove_all(path_); }
  void Write(const std::string& name, const nlohmann::json& json) const {
    std::ofstream(path_ / name) << json.dump();
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

nlohmann::json Modern() {
  std::ifstream file(kShipped / "styles/modern.json");
  return nlohmann::json::parse(file);
}

TEST_CASE("Presets: all that are shipped are there and sound") {
  const PresetLibrary presets = PresetLibrary::Load({kShipped});
  CHECK(presets.StyleNames().size() >= 12);
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
    CHECK(presets.FindStyle(style) != nullptr);
  }
  for (const char* room : {"living",
                           "bedroom",
                           "kids",
                           "dining",
                           "kitchen",
                           "office",
                           "bathroom",
                           "studio",
                           "entrance",
                           "outdoor"}) {
    CHECK(presets.FindRoom(room) != nullptr);
  }
}

TEST_CASE("Presets: vendors' words are those of their documentation") {
  const PresetLibrary presets = PresetLibrary::Load({kShipped});
  CHECK(presets.Style("mid-century").vendors.at("vsart").word ==
        "mid-century modern");
  CHECK(presets.Style("luxury").vendors.at("iacrea").word == "LUXURIOUS");
  CHECK_FALSE(presets.Style("coastal").vendors.at("reroom").exact);
  CHECK(presets.Style("japandi").vendors.at("vsart").tier == "premium");
  CHECK_FALSE(presets.Style("japandi").vendors.contains("vsai"));
  CHECK(presets.Room("bedroom").vendors.at("vsai").word == "bed");
  CHECK(presets.Room("kids").vendors.at("vsai").word == "kids_room");
  CHECK_FALSE(presets.Room("kids").vendors.contains("vsart"));
}

TEST_CASE("Presets: names are found in any spelling and by alias") {
  const PresetLibrary presets = PresetLibrary::Load({kShipped});
  CHECK(presets.Style("Mid_Century").name == "mid-century");
  CHECK(presets.Style("midcentury").name == "mid-century");
  CHECK(presets.Room("living_room").name == "living");
  CHECK_THROWS_WITH_AS(presets.Style("scandinavain"),
                       doctest::Contains("did you mean 'scandinavian'?"),
                       Error);
  CHECK_THROWS_AS(presets.Room("ballroom"), Error);
}

TEST_CASE("Presets: a user's folder adds and replaces") {
  const UserFolder folder;
  nlohmann::json own = Modern();
  own["name"] = "my-brand";
  folder.Write("styles/brand.json", own);
  own["name"] = "modern";
  own["label"] = "Our modern";
  folder.Write("styles/modern.json", own);
  const PresetLibrary presets =
      PresetLibrary::Load({kShipped, folder.path(), "/no/such/folder"});
  CHECK(presets.FindStyle("my-brand") != nullptr);
  CHECK(presets.Style("modern").label == "Our modern");
  CHECK(presets.FindStyle("coastal") != nullptr);
}

TEST_CASE("Presets: a wrong file is named with its key") {
  const UserFolder folder;
  const auto message = [&folder](const nlohmann::json& json) -> std::string {
    folder.Write("styles/wrong.json", json);
    try {
      PresetLibrary::Load({folder.path()});
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::kInput);
      CHECK(std::string(error.what()).find("wrong.json") != std::string::npos);
      return error.what();
    }
    return "accepted";
  };
  const auto says = [&](const nlohmann::json& json, const std::string& word) {
    INFO(word);
    CHECK(message(json).find(word) != std::string::npos);
  };
  nlohmann::json json = Modern();
  json["palette"]["ivory"] = "ivory";
  says(json, "palette.ivory");
  json = Modern();
  json["materials"]["wood"][0]["color"] = "nowhere";
  says(json, "materials.wood");
  json = Modern();
  json["materials"]["wood"][0]["kind"] = "cheese";
  says(json, "cheese");
  json = Modern();
  json["pieces"]["sofa"] = nlohmann::json::array();
  says(json, "pieces.sofa");
  json = Modern();
  json["vendors"]["someone"] = {{"word", "x"}};
  says(json, "someone");
  json = Modern();
  json.erase("prompts");
  says(json, "prompts");
  says(nlohmann::json::array(), "(file)");
}

}  // namespace
}  // namespace stage
