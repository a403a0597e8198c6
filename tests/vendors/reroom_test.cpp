// ReRoom by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/scenario_rows.h"

namespace stage::test {
namespace {

std::deque<Scenario> Operations() {
  OperationRows rows("reroom");
  rows.Done("a bedroom",
            {"generate", "$PHOTO", "--room", "bedroom", "--style", "modern"},
            {{"render",
              {{"tool", "virtual-staging"},
               {"action", "preset"},
               {"type", "bedroom"},
               {"style", "modern"}}}});
  rows.Results("two variants are two renders",
               {"generate", "$PHOTO", "--room", "living", "--variants", "2"},
               2,
               2);
  rows.Later("an exterior", {"generate", "$PHOTO", "--exterior"});
  rows.Done("an exterior",
            {"generate", "$PHOTO", "--exterior"},
            {{"render", {{"?field", "exterior"}}}});
  rows.Done("a sketch",
            {"generate", "$PHOTO", "--sketch", "floorplan"},
            {{"render", {{"tool", "sketch"}, {"view", "floorplan"}}}});
  rows.Done("emptied",
            {"declutter", "$PHOTO"},
            {{"render", {{"tool", "empty-room"}}}});
  Scenario& both = rows.Done(
      "emptied and furnished",
      {"generate", "$PHOTO", "--room", "living", "--declutter-first"});
  both.payments = 2;
  both.undelivered = 1;
  rows.Done("something removed",
            {"edit", "$PHOTO", "--remove", "--mask", "$MASK"},
            {{"render", {{"tool", "edit"}, {"action", "remove"}}}});
  rows.Done("another material",
            {"edit", "$PHOTO", "--material", "oak", "--mask", "$MASK"},
            {{"render", {{"action", "material"}, {"material", "oak"}}}});
  rows.Done(
      "an object in a box",
      {"edit",
       "$PHOTO",
       "--object",
       "creature:dog",
       "--mask",
       "100,100,300,200"},
      {{"render", {{"object", {{"category", "creature"}, {"name", "dog"}}}}}});
  rows.Done("a prompt in a mask",
            {"edit", "$PHOTO", "--prompt", "a fireplace", "--mask", "$MASK"},
            {{"render", {{"action", "prompt"}, {"prompt", "a fireplace"}}}});
  rows.Done("larger",
            {"upscale", "$PHOTO", "--short-edge", "1536"},
            {{"upscale", nlohmann::json::object()}});
  rows.Told("its credits", {"credits"}, "1000");
  rows.Refused(
      "an object that is in no list",
      {"edit", "$PHOTO", "--object", "creature:dragon", "--mask", "$MASK"},
      "dragon");
  return rows.all();
}

FaultTarget Polled() {
  return {.vendor = "reroom",
          .way = "polled",
          .arguments = {"generate", "$PHOTO", "--exterior"},
          .submit = "render",
          .poll = {"get"},
          .download = "download",
          .upload = "upload"};
}

}  // namespace

TEST_CASE("ReRoom: every operation does what it says") {
  CHECK(Told(Operations()) == "");
}

TEST_CASE("ReRoom: misfortunes cost no money and no results") {
  CHECK(Told(FaultRows(Polled())) == "");
}

}  // namespace stage::test
