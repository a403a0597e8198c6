#include <doctest/doctest.h>

#include <set>
#include <string>

#include "core/presets.h"
#include "engine/catalogue/catalogue.h"
#include "engine/catalogue/procedural/procedural_pieces.h"
#include "engine/plan/group_template.h"

namespace stage {
namespace {

PresetLibrary Presets() {
  return PresetLibrary::Load({std::string(STAGE_SOURCE_DIR) + "/presets"});
}

TEST_CASE("Presets: every piece a style names is in the catalogues") {
  if (engine::InstalledCatalogues().empty()) {
    MESSAGE("sweethome3d-furniture is not installed");
    return;
  }
  const auto catalogue = engine::OpenCatalogue({});
  const PresetLibrary presets = Presets();
  for (const std::string& name : presets.StyleNames()) {
    for (const auto& [function, choices] :
         presets.Style(name).document.at("pieces").items()) {
      for (const auto& choice : choices) {
        const std::string id = choice.at("id");
        if (id.starts_with("procedural#")) continue;
        INFO(name, " ", function, " ", id);
        CHECK(catalogue->Find(id) != nullptr);
      }
    }
  }
}

TEST_CASE("Presets: made-to-measure pieces exist and know their parameters") {
  const PresetLibrary presets = Presets();
  std::set<std::string> made;
  for (const engine::Piece& piece : engine::ProceduralPieces()) {
    made.insert(piece.id);
  }
  for (const std::string& name : presets.StyleNames()) {
    for (const auto& [function, choices] :
         presets.Style(name).document.at("pieces").items()) {
      for (const auto& choice : choices) {
        const std::string id = choice.at("id");
        if (!id.starts_with("procedural#")) continue;
        INFO(name, " ", function, " ", id);
        REQUIRE(made.contains(id));
        const nlohmann::json known = engine::ProceduralParameters(id);
        const nlohmann::json given =
            choice.value("parameters", nlohmann::json::object());
        for (const auto& [parameter, value] : given.items()) {
          INFO(parameter);
          CHECK(known.contains(parameter));
        }
        if (choice.contains("colors")) CHECK(known.contains("palette"));
      }
    }
  }
}

TEST_CASE("Presets: every room has a ladder of groups down to one piece") {
  const PresetLibrary presets = Presets();
  for (const std::string& name : presets.RoomNames()) {
    const engine::RoomTemplates room =
        engine::ReadRoomTemplates(presets.Room(name));
    INFO(name);
    CHECK(!room.groups.empty());
    // The last rung of the ladder is small enough for any room.
    CHECK(room.groups.back().members.empty());
    for (const engine::GroupTemplate& group : room.groups) {
      CHECK((group.at_wall || group.along_wall || group.floating ||
             group.in_corner || group.at_island));
      CHECK(group.min_room_m2 < group.max_room_m2);
      std::set<std::string> roles{group.anchor.role};
      for (const engine::MemberSpec& member : group.members) {
        roles.insert(member.role);
        INFO(group.name, " ", member.role);
        if (!member.on.empty()) CHECK(roles.contains(member.on));
      }
    }
  }
}

}  // namespace
}  // namespace stage
