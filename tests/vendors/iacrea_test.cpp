// IACrea by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/vendor_tables.h"

namespace stage::test {
namespace {

std::deque<Scenario> Operations() {
  OperationRows rows("iacrea");
  const Arguments kitchen = {"generate",
                             "$PHOTO",
                             "--room",
                             "kitchen",
                             "--mask",
                             "$MASK",
                             "--style",
                             "industrial",
                             "--url-prefix",
                             "$HOST"};
  rows.Done("a kitchen",
            kitchen,
            {{"generate",
              {{"room_type", "KITCHEN"},
               {"theme", "INDUSTRIAL"},
               {"width", 800},
               {"height", 600}}}});
  rows.Later("a kitchen", kitchen);
  Arguments with_command = {"generate",
                            "$PHOTO",
                            "--room",
                            "bathroom",
                            "--mask",
                            "$MASK",
                            "--upload-command",
                            "$PUTTER"};
  rows.Done("a bathroom, put on the web by a command",
            with_command,
            {{"generate", {{"room_type", "BATHROOM"}}}});
  Arguments shower = kitchen;
  shower[3] = "bathroom";
  shower.insert(shower.end(), {"--set", "room_type=SHOWEROOM"});
  rows.Done(
      "a shower room", shower, {{"generate", {{"room_type", "SHOWEROOM"}}}});
  Arguments two = kitchen;
  two.insert(two.end(), {"--variants", "2"});
  rows.Results("two variants, the second made from the first",
               two,
               2,
               2,
               {{"variation", {{"theme", "INDUSTRIAL"}}}});
  Arguments other = kitchen;
  other[7] = "modern";
  other.insert(other.end(), {"--set", "generation_id=$ORDER"});
  rows.Added("a variation of an earlier generation",
             kitchen,
             other,
             {{"variation", {{"theme", "MODERN"}}}});
  rows.Limited(kitchen);
  rows.Refused("a declutter", {"declutter", "$PHOTO"}, "vsai");
  rows.Refused(
      "an edit by prompt", {"edit", "$PHOTO", "--prompt", "red"}, "roomstack");
  rows.Refused("an upscale", {"upscale", "$PHOTO", "--factor", "2"}, "reroom");
  rows.Refused("an exterior", {"generate", "$PHOTO", "--exterior"}, "reroom");
  rows.Refused(
      "a sketch", {"generate", "$PHOTO", "--sketch", "drawing"}, "reroom");
  rows.Refused("reference pieces",
               {"generate", "$PHOTO", "--furniture", "$PIECE"},
               "roomstack");
  rows.Refused("emptied and furnished",
               {"generate", "$PHOTO", "--declutter-first"},
               "vsart");
  rows.Refused("subscriptions", {"webhook", "subscriptions"}, "--webhook-url");
  rows.Told("its credits", {"credits"}, "1000");
  rows.Refused("a bedroom",
               {"generate",
                "$PHOTO",
                "--room",
                "bedroom",
                "--mask",
                "$MASK",
                "--url-prefix",
                "$HOST"},
               "bedroom");
  rows.Refused("without a web address",
               {"generate", "$PHOTO", "--room", "kitchen", "--mask", "$MASK"},
               "--url-prefix");
  return rows.all();
}

FaultTarget Polled() {
  return {.vendor = "iacrea",
          .way = "polled",
          .arguments = {"generate",
                        "$PHOTO",
                        "--room",
                        "kitchen",
                        "--mask",
                        "$MASK",
                        "--url-prefix",
                        "$HOST"},
          .submit = "generate",
          .poll = {"get"},
          .download = "download",
          .refunds = true};
}

}  // namespace

VendorTables IacreaTables() { return {"iacrea", Operations(), {Polled()}}; }

TEST_CASE("IACrea: every operation does what it says") {
  CHECK(OperationProblems(IacreaTables()) == "");
}

TEST_CASE("IACrea: misfortunes cost no money and no results") {
  CHECK(FaultProblems(IacreaTables()) == "");
}

}  // namespace stage::test
