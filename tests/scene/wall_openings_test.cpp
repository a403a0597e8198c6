#include "engine/scene/wall_openings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "scene/drawn_room.h"

namespace stage::engine {
namespace {

double BoxIou(const std::vector<double>& a, const std::vector<double>& b) {
  const double w = std::min(a[0] + a[2], b[0] + b[2]) - std::max(a[0], b[0]);
  const double h = std::min(a[1] + a[3], b[1] + b[3]) - std::max(a[1], b[1]);
  if (w <= 0 || h <= 0) return 0;
  return w * h / (a[2] * a[3] + b[2] * b[3] - w * h);
}

bool IsWindow(const Opening& opening) {
  return opening.kind == OpeningKind::kWindow;
}

struct Tally {
  int truths = 0, found = 0, predictions = 0, right = 0;
};

// A truth counts when enough of it is in the picture to be told by a person.
void Count(const testing::DrawnRoom& drawn, bool windows, Tally& tally) {
  const std::vector<Opening> predicted =
      FindWallOpenings(drawn.srgb, drawn.camera, drawn.room).openings;
  std::vector<std::vector<double>> truths, guesses;
  for (const Opening& opening : drawn.openings) {
    const auto box = testing::OpeningBoxPx(drawn.camera, drawn.room, opening);
    if (IsWindow(opening) == windows && box[2] > 25 && box[3] > 60) {
      truths.push_back(box);
    }
  }
  for (const Opening& opening : predicted) {
    if (IsWindow(opening) == windows) {
      guesses.push_back(
          testing::OpeningBoxPx(drawn.camera, drawn.room, opening));
    }
  }
  const auto matches = [](const auto& box, const auto& others) {
    return std::any_of(others.begin(), others.end(), [&](const auto& other) {
      return BoxIou(box, other) >= 0.5;
    });
  };
  tally.truths += static_cast<int>(truths.size());
  tally.predictions += static_cast<int>(guesses.size());
  for (const auto& box : truths) tally.found += matches(box, guesses);
  for (const auto& box : guesses) tally.right += matches(box, truths);
}

}  // namespace

TEST_CASE("FindWallOpenings: finds windows and doors of drawn rooms") {
  Tally windows, doors;
  for (uint32_t seed = 1; seed <= 24; ++seed) {
    const testing::DrawnRoom drawn = testing::DrawRoom(seed);
    Count(drawn, true, windows);
    Count(drawn, false, doors);
  }
  MESSAGE("windows " << windows.found << " of " << windows.truths << ", "
                     << windows.right << " of " << windows.predictions
                     << " right; doors " << doors.found << " of "
                     << doors.truths << ", " << doors.right << " of "
                     << doors.predictions << " right");
  REQUIRE(windows.truths > 15);
  REQUIRE(doors.truths > 15);
  CHECK(windows.found >= 0.85 * windows.truths);
  CHECK(windows.right >= 0.85 * windows.predictions);
  CHECK(doors.found >= 0.8 * doors.truths);
  CHECK(doors.right >= 0.8 * doors.predictions);
}

TEST_CASE("FindWallOpenings: sees nothing in bare walls") {
  for (uint32_t seed = 1; seed <= 6; ++seed) {
    testing::DrawnRoom drawn = testing::DrawRoom(seed, {.openings = false});
    CHECK(FindWallOpenings(drawn.srgb, drawn.camera, drawn.room)
              .openings.empty());
  }
}

TEST_CASE("FindWallOpenings: doors correct the scale of a room") {
  constexpr double kWrong = 1.2, kLogSigma = 0.16;
  int rooms = 0, corrected = 0;
  for (uint32_t seed = 1; seed <= 24; ++seed) {
    testing::DrawnRoom drawn = testing::DrawRoom(seed);
    const auto whole_doors = std::ranges::count_if(
        FindWallOpenings(drawn.srgb, drawn.camera, drawn.room).openings,
        [](const Opening& o) { return !IsWindow(o) && o.confidence > 0.65; });
    if (whole_doors == 0) continue;
    ++rooms;
    drawn.room.Scale(kWrong);
    drawn.camera.position *= kWrong;
    const double scale =
        FindWallOpenings(drawn.srgb, drawn.camera, drawn.room, kLogSigma).scale;
    corrected += std::abs(scale * kWrong - 1) < 0.1;
    CHECK(FindWallOpenings(drawn.srgb, drawn.camera, drawn.room).scale == 1);
  }
  MESSAGE(corrected << " of " << rooms << " rooms");
  REQUIRE(rooms > 8);
  CHECK(corrected >= 0.75 * rooms);
}

}  // namespace stage::engine
