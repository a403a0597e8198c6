#include "engine/models/pipeline/prompt_weights.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::test {
namespace {

using models::ParsePromptWeights;
using models::WeightedText;

std::string Shown(const std::string& prompt) {
  std::string text;
  for (const WeightedText& piece : ParsePromptWeights(prompt)) {
    text += "<" + piece.text + ">" +
            std::to_string(static_cast<int>(std::lround(piece.weight * 100)));
  }
  return text;
}

TEST_CASE("PromptWeights: brackets weigh what they hold") {
  CHECK(Shown("a sofa") == "<a sofa>100");
  CHECK(Shown("a (sofa) here") == "<a >100<sofa>110< here>100");
  CHECK(Shown("a [sofa]") == "<a >100<sofa>91");
  CHECK(Shown("(oak floor:1.4), wall") == "<oak floor>140<, wall>100");
  CHECK(Shown("((a) b:2)") == "<a>220< b>200");
  CHECK(Shown("(lamp:0.5)") == "<lamp>50");
}

TEST_CASE("PromptWeights: what is no emphasis stays text") {
  CHECK(Shown("ratio 3:2") == "<ratio 3:2>100");
  CHECK(Shown("\\(1950\\)") == "<(1950)>100");
  CHECK(Shown("a) b]") == "<a) b]>100");
  CHECK(Shown("(chair: oak)") == "<chair: oak>110");
  CHECK(Shown("(open") == "<open>110");
  CHECK(Shown("").empty());
}

}  // namespace
}  // namespace stage::test
