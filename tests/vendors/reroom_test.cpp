// ReRoom by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/vendor_tables.h"

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
  rows.Later("a bedroom", {"generate", "$PHOTO", "--room", "bedroom"});
  Scenario& again = rows.Done(
      "an upload that is gone by the second render",
      {"generate", "$PHOTO", "--room", "living", "--variants", "2", "-j", "1"});
  again.results = again.payments = 2;
  again.faults = {{{"endpoint", "render"},
                   {"kind", "status"},
                   {"status", 400},
                   {"text", "Invalid filename"},
                   {"nth", 2}}};
  rows.Done("a furnished room, rendered anew",
            {"generate",
             "$PHOTO",
             "--room",
             "living",
             "--prompt",
             "warmer",
             "--fidelity",
             "strict",
             "--set",
             "color=airy-neutrals"},
            {{"render",
              {{"?field", "interior"},
               {"creativity", "precise"},
               {"color", "airy-neutrals"},
               {"prompt", "warmer"}}}});
  rows.Done(
      "pieces to furnish with, on the web",
      {"generate", "$PHOTO", "--furniture", "$PIECE", "--url-prefix", "$HOST"},
      {{"render", {{"tool", "virtual-staging"}, {"action", "reference"}}}});
  rows.Done(
      "pieces to furnish with, by address",
      {"generate", "$PHOTO", "--set", "reference_file_urls=$HOST/room1.jpg"},
      {{"render", {{"action", "reference"}}}});
  rows.Done("a sketch of a house",
            {"generate", "$PHOTO", "--exterior", "--sketch", "elevation"},
            {{"render", {{"?field", "exterior"}, {"view", "elevation"}}}});
  rows.Done(
      "a house by night",
      {"edit", "$PHOTO", "--daylight", "night", "--sky", "clear"},
      {{"render",
        {{"daylight", "night"}, {"sky", "clear"}, {"creativity", "precise"}}}});
  rows.Done("a house in winter",
            {"edit", "$PHOTO", "--season", "winter"},
            {{"render", {{"season", "winter"}}}});
  rows.Done("emptied in a mask",
            {"declutter", "$PHOTO", "--mask", "$MASK"},
            {{"render", {{"tool", "edit"}, {"action", "remove"}}}});
  rows.Done("emptied in a box",
            {"declutter",
             "$PHOTO",
             "--mask",
             "100,100,300,200",
             "--set",
             "mask_change=black"},
            {{"render", {{"tool", "edit"}, {"action", "remove"}}}});
  rows.Done("a mask whose black is changed",
            {"edit",
             "$PHOTO",
             "--remove",
             "--mask",
             "0,0,800,100",
             "--set",
             "mask_change=black"},
            {{"render", {{"action", "remove"}}}});
  rows.Done("the whole photo by a prompt",
            {"edit", "$PHOTO", "--prompt", "white walls"},
            {{"render", {{"action", "prompt"}, {"prompt", "white walls"}}}});
  rows.Later("an upscale", {"upscale", "$PHOTO", "--short-edge", "1536"});
  rows.Limited({"upscale", "$PHOTO", "--short-edge", "1536"}, 4);
  rows.Refused("a limit for what costs nobody knows how much",
               {"generate", "$PHOTO", "--room", "living", "--max-credits", "9"},
               "credits_per_render");
  rows.Refused("no room", {"generate", "$PHOTO"}, "must be told the room");
  rows.Refused("a room in a mask",
               {"generate", "$PHOTO", "--room", "kitchen", "--mask", "$MASK"},
               "iacrea");
  rows.Refused("subscriptions", {"webhook", "subscriptions"}, "no webhooks");
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
  rows.Refused("a factor",
               {"upscale", "$PHOTO", "--factor", "2"},
               "only --backend local has it");
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

/// Staging, whose answer is the finished picture.
FaultTarget AtOnce() {
  return {.vendor = "reroom",
          .way = "at once",
          .arguments = {"generate", "$PHOTO", "--room", "living"},
          .submit = "render",
          .download = "download",
          .upload = "upload",
          .settings = {{"reroom_shape", "flat"}}};
}

FaultTarget Upscale() {
  return {.vendor = "reroom",
          .way = "upscale",
          .arguments = {"upscale", "$PHOTO", "--short-edge", "1536"},
          .submit = "upscale",
          .poll = {"get"},
          .download = "download",
          .upload = "upload"};
}

}  // namespace

VendorTables ReRoomTables() {
  return {"reroom", Operations(), {Polled(), AtOnce(), Upscale()}};
}

TEST_CASE("ReRoom: every operation does what it says") {
  CHECK(OperationProblems(ReRoomTables()) == "");
}

TEST_CASE("ReRoom: misfortunes cost no money and no results") {
  CHECK(FaultProblems(ReRoomTables()) == "");
}

}  // namespace stage::test
