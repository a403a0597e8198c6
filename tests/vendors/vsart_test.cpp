// Virtual Staging ART by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/vendor_tables.h"

namespace stage::test {
namespace {

std::deque<Scenario> Operations() {
  OperationRows rows("vsart");
  rows.Done("a living room",
            {"generate", "$PHOTO", "--room", "living", "--style", "midcentury"},
            {{"request",
              {{"room_type", "living"}, {"style", "mid-century modern"}}}});
  rows.Results("five variants",
               {"generate", "$PHOTO", "--room", "bedroom", "--variants", "5"},
               5,
               1,
               {{"request", {{"number_of_renders", 5}}}});
  rows.Done("a premium style",
            {"generate",
             "$PHOTO",
             "--room",
             "living",
             "--style",
             "japandi",
             "--tier",
             "premium"},
            {{"request", {{"style", "japandi"}, {"tier", "premium"}}}});
  rows.Later("a room", {"generate", "$PHOTO", "--room", "kitchen"});
  rows.Results("fifteen variants in one group",
               {"generate", "$PHOTO", "--room", "bedroom", "--variants", "15"},
               15,
               2,
               {{"request", {{"number_of_renders", 5}}}});
  Scenario& lost = rows.Done(
      "fifteen variants, the second answer lost",
      {"generate", "$PHOTO", "--room", "bedroom", "--variants", "15"});
  lost.results = 15;
  lost.payments = 2;
  lost.faults = {{{"endpoint", "request"}, {"kind", "lost"}, {"nth", 2}}};
  Scenario& late = rows.Done("an order that only the count of its group shows",
                             {"generate", "$PHOTO", "--room", "living"});
  late.faults = {{{"endpoint", "request"}, {"kind", "lost"}}};
  late.settings = {{"vsart_hides", 1}};
  for (const char* form : {"base64", "data_url"}) {
    rows.Done(std::string("an upload as ") + form,
              {"generate",
               "$PHOTO",
               "--room",
               "living",
               "--set",
               std::string("upload=") + form});
  }
  rows.Done("notes in the premium tier",
            {"generate",
             "$PHOTO",
             "--room",
             "living",
             "--tier",
             "premium",
             "--prompt",
             "plants"},
            {{"request", {{"ai_notes", "plants"}, {"tier", "premium"}}}});
  rows.Later("an emptied room", {"declutter", "$PHOTO"});
  rows.Limited({"generate", "$PHOTO", "--room", "living"});
  rows.Account(
      "subscriptions",
      {{"webhook", "subscribe", "--url", "https://hooks.example.com/x"},
       {"webhook", "subscriptions"},
       {"webhook", "unsubscribe", "$ID"}},
      "render.succeeded");
  rows.Refused(
      "an edit by prompt", {"edit", "$PHOTO", "--prompt", "red"}, "roomstack");
  rows.Refused("an exterior",
               {"generate", "$PHOTO", "--room", "living", "--exterior"},
               "reroom");
  rows.Refused(
      "a sketch",
      {"generate", "$PHOTO", "--room", "living", "--sketch", "drawing"},
      "reroom");
  rows.Refused(
      "reference pieces",
      {"generate", "$PHOTO", "--room", "living", "--furniture", "$PIECE"},
      "roomstack");
  rows.Refused("a room in a mask",
               {"generate", "$PHOTO", "--room", "kitchen", "--mask", "$MASK"},
               "iacrea");
  rows.Refused("no room", {"generate", "$PHOTO"}, "must be told the room");
  rows.Done("emptied",
            {"declutter", "$PHOTO"},
            {{"declutter", nlohmann::json::object()}});
  rows.Done("emptied and furnished",
            {"generate", "$PHOTO", "--room", "living", "--declutter-first"},
            {{"request", {{"mode", "cleanup_and_stage"}}}});
  rows.Told("who it is", {"credits"}, "agent@example.com");
  rows.Refused("a prompt in the classic tier",
               {"generate", "$PHOTO", "--room", "living", "--prompt", "plants"},
               "premium");
  rows.Refused("an upscale",
               {"upscale", "$PHOTO", "--factor", "2"},
               "vsart has no upscale");
  return rows.all();
}

FaultTarget Polled() {
  return {.vendor = "vsart",
          .way = "polled",
          .arguments = {"generate", "$PHOTO", "--room", "living"},
          .submit = "request",
          .poll = {"check-status", "renders"},
          .download = "download",
          .upload = "upload",
          .lost = Lost::kFindable};
}

FaultTarget Declutter() {
  FaultTarget target = Polled();
  target.way = "declutter";
  target.arguments = {"declutter", "$PHOTO"};
  target.submit = "declutter";
  return target;
}

}  // namespace

VendorTables VsartTables() {
  return {"vsart", Operations(), {Polled(), Declutter()}};
}

TEST_CASE("Virtual Staging ART: every operation does what it says") {
  CHECK(OperationProblems(VsartTables()) == "");
}

TEST_CASE("Virtual Staging ART: misfortunes cost no money and no results") {
  CHECK(FaultProblems(VsartTables()) == "");
}

}  // namespace stage::test
