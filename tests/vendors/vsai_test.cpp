// Virtual Staging AI by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/vendor_tables.h"

namespace stage::test {
namespace {

/// The vendor's bulk requests, whose list the user names.
void AddBulk(OperationRows& rows) {
  const nlohmann::json named = {{"vsai_bulk", "orders"}};
  const Arguments living = {
      "generate", "$PHOTO", "--room", "living", "--set", "bulk=orders"};
  rows.Done("a room by the bulk request", living).settings = named;
  Scenario& lost =
      rows.Done("a room by the bulk request, its answer lost", living);
  lost.settings = named;
  lost.faults = {{{"endpoint", "bulk"}, {"kind", "lost"}}};
  Arguments more = living;
  more.insert(more.end(), {"--style", "coastal", "--set", "render_id=$ORDER"});
  rows.Added("more of an earlier render, in bulk", living, more).settings =
      named;
  Scenario& lost_more = rows.Added(
      "more of an earlier render, in bulk, its answer lost", living, more);
  lost_more.settings = named;
  lost_more.faults = {{{"endpoint", "variations-bulk"}, {"kind", "lost"}}};
  rows.Refused(
      "a list that is another field",
      {"generate", "$PHOTO", "--room", "living", "--set", "bulk=webhook_url"},
      "another");
}

std::deque<Scenario> Operations() {
  OperationRows rows("vsai");
  rows.Done("a living room",
            {"generate", "$PHOTO", "--room", "living", "--style", "coastal"},
            {{"create",
              {{"config",
                {{"type", "staging"},
                 {"add_furniture",
                  {{"room_type", "living"}, {"style", "coastal"}}}}}}}});
  rows.Results("four variants",
               {"generate", "$PHOTO", "--room", "bedroom", "--variants", "4"},
               4,
               1,
               {{"create", {{"variation_count", 4}}}});
  rows.Later("a room", {"generate", "$PHOTO", "--room", "office"});
  rows.Done(
      "emptied",
      {"declutter", "$PHOTO"},
      {{"create",
        {{"config",
          {{"type", "staging"}, {"remove_furniture", {{"mode", "on"}}}}}}}});
  rows.Done("emptied in a mask", {"declutter", "$PHOTO", "--mask", "$MASK"});
  rows.Done(
      "emptied in a box",
      {"declutter", "$PHOTO", "--mask", "100,100,300,200"},
      {{"create", {{"config", {{"remove_furniture", {{"mode", "on"}}}}}}}});
  rows.Done("emptied and furnished",
            {"generate", "$PHOTO", "--room", "living", "--declutter-first"},
            {{"create", {{"config", {{"type", "staging"}}}}}});
  rows.Done("day to dusk",
            {"edit", "$PHOTO", "--daylight", "sunset"},
            {{"create", {{"config", {{"type", "daytodusk"}}}}}});
  rows.Done("a watermark and a size",
            {"generate",
             "$PHOTO",
             "--room",
             "living",
             "--set",
             "add_virtually_staged_watermark=true",
             "--set",
             "output_resolution=2048"},
            {{"create",
              {{"config",
                {{"add_virtually_staged_watermark", true},
                 {"output_resolution", 2048}}}}}});
  rows.Done(
      "furniture removed in a mask",
      {"edit", "$PHOTO", "--remove", "--mask", "$MASK"},
      {{"create", {{"config", {{"remove_furniture", {{"mode", "on"}}}}}}}});
  rows.Results(
      "two styles in one render",
      {"generate",
       "$PHOTO",
       "--room",
       "living",
       "--variants",
       "3",
       "--set",
       "styles=modern,coastal"},
      3,
      1,
      {{"create",
        {{"configs",
          {{{"type", "staging"},
            {"variation_count", 2},
            {"add_furniture", {{"room_type", "living"}, {"style", "modern"}}}},
           {{"type", "staging"},
            {"variation_count", 1},
            {"add_furniture",
             {{"room_type", "living"}, {"style", "coastal"}}}}}}}}});
  Scenario& styles = rows.Done("two styles in one render, found again",
                               {"generate",
                                "$PHOTO",
                                "--room",
                                "living",
                                "--variants",
                                "2",
                                "--set",
                                "styles=modern,coastal"});
  styles.results = 2;
  styles.faults = {{{"endpoint", "create"}, {"kind", "lost"}}};
  rows.Done("a golden sky",
            {"edit", "$PHOTO", "--daylight", "sunset", "--sky", "golden"},
            {{"create", {{"config", {{"sky_style", "golden"}}}}}});
  const Arguments living = {"generate", "$PHOTO", "--room", "living"};
  const Arguments more = {"generate",
                          "$PHOTO",
                          "--room",
                          "living",
                          "--style",
                          "coastal",
                          "--set",
                          "render_id=$ORDER"};
  rows.Added(
      "more of an earlier render",
      living,
      more,
      {{"more", {{"config", {{"add_furniture", {{"style", "coastal"}}}}}}}});
  rows.Added("more of an earlier render, its answer lost", living, more)
      .faults = {{{"endpoint", "more"}, {"kind", "lost"}}};
  rows.Added("more of an earlier render, not taken", living, more).faults = {
      {{"endpoint", "more"}, {"kind", "reset_read"}}};
  rows.Done("a room, found again in the list",
            {"generate", "$PHOTO", "--room", "kitchen"})
      .faults = {{{"endpoint", "create"}, {"kind", "lost"}}};
  AddBulk(rows);
  rows.Limited({"generate", "$PHOTO", "--room", "living"});
  rows.Told("its credits", {"credits"}, "1000");
  rows.Told("a furniture mask", {"analyze", "$PHOTO"}, "12.5 % furniture");
  rows.last().payments = 1;  // free, but an order
  rows.Told("two views of a room",
            {"analyze", "--pair", "$PHOTO", "$PHOTO"},
            "can be staged as views of one room");
  rows.Account("a webhook secret",
               {{"webhook", "secret", "--secret-env", "HOOK"},
                {"webhook", "secret", "--remove"}},
               "secret");
  rows.Refused(
      "an edit by prompt", {"edit", "$PHOTO", "--prompt", "red"}, "roomstack");
  rows.Refused("an edit by material",
               {"edit", "$PHOTO", "--material", "oak", "--mask", "$MASK"},
               "reroom");
  rows.Refused(
      "an edit by object",
      {"edit", "$PHOTO", "--object", "furniture:sofa", "--mask", "$MASK"},
      "reroom");
  rows.Refused(
      "another season", {"edit", "$PHOTO", "--season", "winter"}, "reroom");
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
  rows.Refused("subscriptions", {"webhook", "subscriptions"}, "--webhook-url");
  rows.Refused("a prompt",
               {"generate", "$PHOTO", "--room", "living", "--prompt", "red"},
               "roomstack");
  rows.Refused("an upscale",
               {"upscale", "$PHOTO", "--factor", "2"},
               "vsai has no upscale");
  return rows.all();
}

FaultTarget Polled() {
  return {.vendor = "vsai",
          .way = "polled",
          .arguments = {"generate", "$PHOTO", "--room", "living"},
          .submit = "create",
          .poll = {"render"},
          .download = "download",
          .lost = Lost::kFindable};
}

}  // namespace

VendorTables VsaiTables() { return {"vsai", Operations(), {Polled()}}; }

TEST_CASE("Virtual Staging AI: every operation does what it says") {
  CHECK(OperationProblems(VsaiTables()) == "");
}

TEST_CASE("Virtual Staging AI: misfortunes cost no money and no results") {
  CHECK(FaultProblems(VsaiTables()) == "");
}

}  // namespace stage::test
