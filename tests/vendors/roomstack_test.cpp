// RoomStack by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/scenario_rows.h"

namespace stage::test {
namespace {

std::deque<Scenario> Operations() {
  OperationRows rows("roomstack");
  rows.Done("a bedroom",
            {"generate", "$PHOTO", "--room", "bedroom", "--style", "modern"},
            {{"generate", {{"roomType", "bedroom"}, {"style", "modern"}}}});
  rows.Done("a living room, every parameter",
            {"generate",
             "$PHOTO",
             "--room",
             "living",
             "--budget",
             "mid",
             "--scale",
             "wide",
             "--image-size",
             "2K",
             "--fidelity",
             "strict",
             "--room-size",
             "large",
             "--prompt",
             "two sofas",
             "--furniture",
             "$PIECE"},
            {{"generate",
              {{"roomType", "living_room"},
               {"budget", "mid"},
               {"scale", "wide"},
               {"imageSize", "2K"},
               {"roomFidelity", "strict"},
               {"roomSize", "large"},
               {"promptOverride", "two sofas"},
               {"variants", "1"}}}});
  rows.Results("three variants",
               {"generate", "$PHOTO", "--variants", "3"},
               3,
               1,
               {{"generate", {{"variants", "3"}}}});
  rows.Done("asynchronously",
            {"generate", "$PHOTO", "--set", "async=true"},
            {{"generate", {{"?async", "true"}}}});
  rows.Later("a room", {"generate", "$PHOTO"});
  rows.Told("its credits", {"credits"}, "1000");
  rows.Done("an edit",
            {"edit", "$PHOTO", "--prompt", "blue walls"},
            {{"edit", {{"editPrompt", "blue walls"}}}});
  rows.Done("an edit of named pieces",
            {"edit", "$PHOTO", "--select", "oak table", "--select", "lamp"},
            {{"edit", {{"selectedFurniture", {"oak table", "lamp"}}}}});
  rows.Done("an edit in a mask",
            {"edit",
             "$PHOTO",
             "--prompt",
             "a rug",
             "--mask",
             "$MASK",
             "--set",
             "maskField=mask"});
  rows.Refused("an upscale",
               {"upscale", "$PHOTO", "--factor", "2"},
               "roomstack has no upscale");
  rows.Refused("an exterior",
               {"generate", "$PHOTO", "--exterior"},
               "roomstack has no --exterior");
  rows.Refused("a setting that it lacks",
               {"generate", "$PHOTO", "--set", "seed=1"},
               "seed");
  return rows.all();
}

FaultTarget AtOnce() {
  return {.vendor = "roomstack",
          .way = "at once",
          .arguments = {"generate", "$PHOTO"},
          .submit = "generate"};
}

FaultTarget Async() {
  return {.vendor = "roomstack",
          .way = "async",
          .arguments = {"generate", "$PHOTO", "--set", "async=true"},
          .submit = "generate",
          .poll = {"generation"},
          .download = "image"};
}

}  // namespace

TEST_CASE("RoomStack: every operation does what it says") {
  CHECK(Told(Operations()) == "");
}

TEST_CASE("RoomStack: misfortunes at once cost no money and no results") {
  CHECK(Told(FaultRows(AtOnce())) == "");
}

TEST_CASE("RoomStack: misfortunes in between cost no money and no results") {
  CHECK(Told(FaultRows(Async())) == "");
}

}  // namespace stage::test
