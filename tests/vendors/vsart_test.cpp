// Virtual Staging ART by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/scenario_rows.h"

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

}  // namespace

TEST_CASE("Virtual Staging ART: every operation does what it says") {
  CHECK(Told(Operations()) == "");
}

TEST_CASE("Virtual Staging ART: misfortunes cost no money and no results") {
  CHECK(Told(FaultRows(Polled())) == "");
}

}  // namespace stage::test
