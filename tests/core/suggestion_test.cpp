#include "core/suggestion.h"

#include <doctest/doctest.h>

namespace stage {
namespace {

const std::vector<std::string> kStyles = {
    "modern", "contemporary", "scandinavian", "mid-century", "coastal"};

TEST_CASE("Suggestion: a slip of one letter finds the word") {
  CHECK(Suggest("moden", kStyles) == "modern");
  CHECK(Suggest("modren", kStyles) == "modern");
  CHECK(Suggest("scandinavain", kStyles) == "scandinavian");
}

TEST_CASE("Suggestion: the beginning of one word stands for it") {
  CHECK(Suggest("scandi", kStyles) == "scandinavian");
  CHECK(Suggest("mid", kStyles) == "mid-century");
}

TEST_CASE("Suggestion: spelling of case and separators does not matter") {
  CHECK(Suggest("Mid Century", kStyles) == "mid-century");
  CHECK(Suggest("mid_century", kStyles) == "mid-century");
}

TEST_CASE("Suggestion: nothing is suggested for a word that is far from all") {
  CHECK(Suggest("gothic", kStyles).empty());
  CHECK(Suggest("", kStyles).empty());
  CHECK(Suggest("x", {}).empty());
}

TEST_CASE("Suggestion: the message names the near word, or all of them") {
  CHECK(UnknownWordMessage("style", "scandi", kStyles) ==
        "unknown style 'scandi', did you mean 'scandinavian'?");
  CHECK(UnknownWordMessage("engine", "torch", {"auto", "render"}) ==
        "unknown engine 'torch': use auto or render");
}

}  // namespace
}  // namespace stage
