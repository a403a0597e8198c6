#include "core/adjustments.h"

#include <doctest/doctest.h>

#include <string>

#include "core/error.h"

namespace stage {
namespace {

std::string Refusal(const std::string& text) {
  try {
    ParseAdjustments(text);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kUsage);
    return error.what();
  }
  return "";
}

TEST_CASE("Adjustments: names, signs and blanks are read") {
  const Adjustments read =
      ParseAdjustments("warm=+10, exposure=-0.3 ,verticals=auto");
  CHECK(read.warm == 10);
  CHECK(read.exposure == -0.3);
  CHECK(read.verticals);
  CHECK(read.contrast == 0);
  CHECK(read.ChangesTones());
  CHECK_FALSE(ParseAdjustments("verticals=auto").ChangesTones());
}

TEST_CASE("Adjustments: every name can be given and is a change") {
  for (const std::string& name : AdjustmentNames()) {
    CAPTURE(name);
    const Adjustments read =
        ParseAdjustments(name + (name == "verticals" ? "=auto" : "=1"));
    CHECK_FALSE(read == Adjustments());
  }
}

TEST_CASE("Adjustments: an unknown name gets a suggestion") {
  CHECK(Refusal("exposur=1").find("did you mean 'exposure'") !=
        std::string::npos);
}

TEST_CASE("Adjustments: what is out of range or no number names the range") {
  CHECK(Refusal("exposure=6").find("-5 to 5") != std::string::npos);
  for (const char* text : {"warm=101",
                           "warm=nan",
                           "warm=",
                           "warm=1x",
                           "warm=+-3",
                           "verticals=on",
                           "warm",
                           "warm=1,",
                           ",",
                           "=1"}) {
    CAPTURE(text);
    CHECK(Refusal(text) != "");
  }
}

TEST_CASE("Adjustments: a name twice and a text without effect are refused") {
  CHECK(Refusal("warm=1,warm=2").find("more than once") != std::string::npos);
  CHECK(Refusal("warm=0,contrast=0").find("changes nothing") !=
        std::string::npos);
}

}  // namespace
}  // namespace stage
