// IACrea by the real program: every operation, every misfortune.

#include <doctest/doctest.h>

#include "vendors/scenario_rows.h"

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

TEST_CASE("IACrea: every operation does what it says") {
  CHECK(Told(Operations()) == "");
}

TEST_CASE("IACrea: misfortunes cost no money and no results") {
  CHECK(Told(FaultRows(Polled())) == "");
}

}  // namespace stage::test
