#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/run_stage.h"
#include "core/photo/photo.h"
#include "engine/cluttered_room.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("stage declutter --mask: the thing goes, the room stays") {
  const StageRun run;
  const Cluttered room(run.folder());
  const std::vector<std::string> command = {
      "declutter", "home", "--mask", "masks", "--json"};
  const RunResult planned =
      run.Stage({"declutter", "home", "--mask", "masks", "--dry-run"});
  CHECK(planned.exit_code == 0);
  CHECK_FALSE(fs::exists(run.folder() / "home/staged"));
  const RunResult result = run.Stage(command);
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const nlohmann::json record = nlohmann::json::parse(Lines(result.out)[0]);
  CHECK(record["operation"] == "declutter");
  CHECK(record["engine"]["name"] == "completion");
  const Photo emptied = ReadPhoto(run.folder() / "home/staged/room.png");
  CHECK(emptied.metadata.xmp.find("DigitalSourceType") != std::string::npos);
  CHECK(emptied.metadata.xmp.find("composite") != std::string::npos);
  CHECK(room.Error(emptied) < 0.02 * room.Error(room.room));
  int changed = 0, far_away = 0;
  for (int y = 0; y < room.room.height(); ++y) {
    for (int x = 0; x < room.room.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        if (emptied.pixels8.at(x, y, c) == room.room.pixels8.at(x, y, c)) {
          continue;
        }
        ++changed;
        const double u = static_cast<double>(x) / room.room.width();
        const double v = static_cast<double>(y) / room.room.height();
        far_away += u < 0.14 || u > 0.38 || v < 0.62 || v > 0.92;
      }
    }
  }
  CHECK(changed > 1000);
  CHECK(far_away == 0);
  const RunResult again = run.Stage(command);
  CHECK(again.exit_code == 0);
  CHECK(again.err.find("finished before") != std::string::npos);
}

TEST_CASE("stage declutter, edit --remove: a box does as well as a mask") {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"declutter"}, {"edit", "--remove"}}) {
    CAPTURE(command.front());
    const StageRun run;
    const Cluttered room(run.folder());
    const int width = room.room.width(), height = room.room.height();
    const std::string box = std::to_string(width * 19 / 100) + "," +
                            std::to_string(height * 67 / 100) + "," +
                            std::to_string(width * 14 / 100) + "," +
                            std::to_string(height * 18 / 100);
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"home/room.png", "--mask", box});
    const RunResult result = run.Stage(arguments);
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(room.Error(ReadPhoto(run.folder() / "home/staged/room.png")) <
          0.02 * room.Error(room.room));
  }
}

TEST_CASE("stage declutter: what it cannot do it says, with the remedy") {
  const StageRun run;
  const Cluttered room(run.folder());
  const RunResult kinds = run.Stage({"declutter", "home", "--keep", "lamps"});
  CHECK(kinds.exit_code == 13);
  CHECK(kinds.err.find("segformer-b0") != std::string::npos);
  CHECK(kinds.err.find("--mask") != std::string::npos);
  const RunResult growth = run.Stage(
      {"declutter", "home", "--mask", "masks", "--mask-grow", "wide"});
  CHECK(growth.exit_code == 2);
  CHECK(growth.err.find("--mask-grow") != std::string::npos);
  const RunResult keep =
      run.Stage({"declutter", "home", "--mask", "masks", "--keep", "rugs"});
  CHECK(keep.exit_code == 2);
  CHECK(keep.err.find("--keep") != std::string::npos);
  Photo narrow;
  narrow.pixels8 = ImageU8(40, 90, 3, 255);
  Keep(narrow, run.folder() / "narrow.png");
  const RunResult shape =
      run.Stage({"declutter", "home", "--mask", "narrow.png"});
  CHECK(shape.exit_code == 3);
  CHECK(shape.err.find("does not fit") != std::string::npos);
}

TEST_CASE("stage declutter: what is surely loose goes, without a mask") {
  const StageRun run;
  const Cluttered room(run.folder());
  const RunResult result = run.Stage({"declutter", "home", "--json"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const Photo emptied = ReadPhoto(run.folder() / "home/staged/room.png");
  CHECK(room.Error(emptied) < 0.03 * room.Error(room.room));
  const nlohmann::json things =
      nlohmann::json::parse(Lines(result.out)[0])["details"]["things"];
  const auto removed = std::count_if(
      things.begin(), things.end(), [](const nlohmann::json& thing) {
        return thing["removed"].get<bool>();
      });
  CHECK(removed == 1);
  int far_away = 0;
  for (int y = 0; y < emptied.height(); ++y) {
    for (int x = 0; x < emptied.width(); ++x) {
      const double u = static_cast<double>(x) / emptied.width();
      const double v = static_cast<double>(y) / emptied.height();
      if (u > 0.14 && u < 0.38 && v > 0.62 && v < 0.92) continue;
      for (int c = 0; c < 3; ++c) {
        far_away +=
            emptied.pixels8.at(x, y, c) != room.room.pixels8.at(x, y, c);
      }
    }
  }
  CHECK(far_away == 0);
}

TEST_CASE("stage declutter: an empty room stays as it is, and is told of") {
  const StageRun run;
  const Cluttered room(run.folder());
  Keep(room.empty, run.folder() / "empty.png");
  const RunResult result = run.Stage({"declutter", "empty.png", "--json"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  const Photo left = ReadPhoto(run.folder() / "staged/empty.png");
  CHECK(left.pixels8 == room.empty.pixels8);
  CHECK(left.metadata.xmp.find("composite") == std::string::npos);
  const nlohmann::json record = nlohmann::json::parse(Lines(result.out)[0]);
  for (const nlohmann::json& thing : record["details"]["things"]) {
    CHECK_FALSE(thing["removed"].get<bool>());
    CHECK(thing["left_because"].get<std::string>().size() > 3);
  }
  CHECK(record["warnings"].size() == 1);
}

TEST_CASE(
    "stage declutter: a frame goes where no room is made out, and warns") {
  const StageRun run;
  Photo wall;
  wall.pixels8 = ImageU8(480, 320, 3);
  const auto light = [](int x) { return static_cast<uint8_t>(160 + x / 12); };
  for (int y = 0; y < 320; ++y) {
    for (int x = 0; x < 480; ++x) {
      const int out = std::max(std::abs(x - 240), std::abs(y - 160));
      const bool rim = out >= 32 && out < 40;
      for (int c = 0; c < 3; ++c) {
        wall.pixels8.at(x, y, c) = rim ? 30 : light(x);
      }
    }
  }
  Keep(wall, run.folder() / "wall.png");
  const RunResult result = run.Stage({"declutter", "wall.png"});
  CAPTURE(result.err);
  REQUIRE(result.exit_code == 0);
  CHECK(result.err.find("could not be understood") != std::string::npos);
  const Photo bare = ReadPhoto(run.folder() / "staged/wall.png");
  int off = 0;
  for (int y = 0; y < 320; ++y) {
    for (int x = 0; x < 480; ++x) {
      off += std::abs(bare.pixels8.at(x, y, 1) - light(x)) > 6;
    }
  }
  CHECK(off == 0);
}

TEST_CASE("stage declutter: much of a room that is not understood stays") {
  const StageRun run;
  Photo fog, mask;
  fog.pixels8 = ImageU8(240, 160, 3, 150);
  mask.pixels8 = ImageU8(240, 160, 3, 0);
  for (int y = 40; y < 120; ++y) {
    for (int x = 60; x < 180; ++x) {
      for (int c = 0; c < 3; ++c) {
        mask.pixels8.at(x, y, c) = 255;
        fog.pixels8.at(x, y, c) = 60;
      }
    }
  }
  Keep(fog, run.folder() / "fog.png");
  Keep(mask, run.folder() / "mask.png");
  const RunResult result =
      run.Stage({"declutter", "fog.png", "--mask", "mask.png"});
  CHECK(result.exit_code == 3);
  CHECK(result.err.find("floor_polygon") != std::string::npos);
  CHECK(result.err.find("--backend") != std::string::npos);
  CHECK_FALSE(fs::exists(run.folder() / "staged/fog.png"));
}

}  // namespace
}  // namespace stage::test
