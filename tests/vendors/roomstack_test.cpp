// RoomStack by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/vendor_tables.h"

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
  rows.Limited({"generate", "$PHOTO", "--room", "living"});
  rows.Told("its credits", {"credits"}, "1000");
  rows.Told("its usage", {"credits", "--json"}, "creditsUsed");
  rows.Done("a room that the vendor could not store",
            {"generate", "$PHOTO", "--set", "style=modern"})
      .faults = {{{"endpoint", "generate"}, {"kind", "not_stored"}}};
  for (const char* polls : {"works", "404"}) {
    Scenario& row = rows.Done(
        std::string("three rooms one after the other, polls: ") + polls,
        {"generate", "$PHOTOS", "--room", "living", "--jobs", "1"});
    row.settings = {{"roomstack_poll", polls}};
    row.photos = row.results = row.payments = 3;
    // Polled as soon as that is known to work.
    if (std::string(polls) == "works") {
      row.sent = {{"generate", {{"?async", "true"}}}};
    }
  }
  for (const char* status : {"401", "404"}) {
    Scenario& row = rows.Done(
        std::string("left to the webhook, polls refused with ") + status,
        {"generate", "$PHOTO", "--set", "async=true"});
    row.settings = {{"roomstack_poll", status}};
    row.ending = Ending::kPaid;
    row.results = 0;
    row.says = "webhook";
  }
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
  rows.Results("an edit, not waited for",
               {"edit", "$PHOTO", "--prompt", "a plant", "--no-wait"},
               1,
               1);
  rows.Refused("a declutter", {"declutter", "$PHOTO"}, "vsai");
  rows.Refused("an edit by material",
               {"edit", "$PHOTO", "--material", "oak", "--mask", "$MASK"},
               "reroom");
  rows.Refused(
      "an edit by object",
      {"edit", "$PHOTO", "--object", "furniture:sofa", "--mask", "$MASK"},
      "reroom");
  rows.Refused(
      "a removal", {"edit", "$PHOTO", "--remove", "--mask", "$MASK"}, "vsai");
  rows.Refused(
      "another light", {"edit", "$PHOTO", "--daylight", "sunset"}, "vsai");
  rows.Refused(
      "another season", {"edit", "$PHOTO", "--season", "winter"}, "reroom");
  rows.Refused(
      "a sketch", {"generate", "$PHOTO", "--sketch", "drawing"}, "reroom");
  rows.Refused("emptied and furnished",
               {"generate", "$PHOTO", "--declutter-first"},
               "vsart");
  rows.Refused("a room in a mask",
               {"generate", "$PHOTO", "--room", "kitchen", "--mask", "$MASK"},
               "iacrea");
  rows.Refused("subscriptions", {"webhook", "subscriptions"}, "dashboard");
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
          .submit = "generate",
          .embeds = true};
}

FaultTarget Edit() {
  return {.vendor = "roomstack",
          .way = "edit",
          .arguments = {"edit", "$PHOTO", "--prompt", "a rug"},
          .submit = "edit",
          .embeds = true};
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

VendorTables RoomStackTables() {
  return {"roomstack", Operations(), {AtOnce(), Edit(), Async()}};
}

TEST_CASE("RoomStack: every operation does what it says") {
  CHECK(OperationProblems(RoomStackTables()) == "");
}

TEST_CASE("RoomStack: misfortunes cost no money and no results") {
  CHECK(FaultProblems(RoomStackTables()) == "");
}

}  // namespace stage::test
