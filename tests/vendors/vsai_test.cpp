// Virtual Staging AI by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/scenario_rows.h"

namespace stage::test {
namespace {

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
  rows.Done("emptied and furnished",
            {"generate", "$PHOTO", "--room", "living", "--declutter-first"},
            {{"create", {{"config", {{"type", "staging"}}}}}});
  rows.Done("day to dusk",
            {"edit", "$PHOTO", "--daylight", "sunset"},
            {{"create", {{"config", {{"type", "daytodusk"}}}}}});
  rows.Told("its credits", {"credits"}, "1000");
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

TEST_CASE("Virtual Staging AI: every operation does what it says") {
  CHECK(Told(Operations()) == "");
}

TEST_CASE("Virtual Staging AI: misfortunes cost no money and no results") {
  CHECK(Told(FaultRows(Polled())) == "");
}

}  // namespace stage::test
