#include "core/disclosure.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "photo/photo_fixture.h"

using namespace stage;
using namespace stage::test;

namespace {

std::vector<DisclosureRule> ShippedRules() {
  return LoadDisclosureRules({STAGE_SOURCE_DIR "/presets"});
}

const DisclosureRule& Rule(const std::vector<DisclosureRule>& rules,
                           const std::string& name) {
  for (const DisclosureRule& rule : rules) {
    if (rule.name == name) return rule;
  }
  FAIL("no rule " << name);
  return rules.front();
}

std::string UsageError(const std::vector<std::string>& words) {
  try {
    CheckDisclosureWords(words, ShippedRules());
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kUsage);
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("DisclosureRule: every shipped rule is whole and dated") {
  const auto rules = ShippedRules();
  CHECK(rules.size() >= 12);
  for (const DisclosureRule& rule : rules) {
    CAPTURE(rule.name);
    CHECK_FALSE(rule.title.empty());
    CHECK_FALSE(rule.sources.empty());
    for (const DisclosureSource& source : rule.sources) {
      CHECK(source.url.rfind("https://", 0) == 0);
      CHECK(source.read.size() == 10);
    }
    CHECK((rule.label || rule.caption));
  }
}

TEST_CASE("DisclosureRule: rules that bar words on photos publish clean ones") {
  const auto rules = ShippedRules();
  for (const char* name : {"stellar", "realtracs", "mls-now"}) {
    CHECK_FALSE(Rule(rules, name).publishes_labelled);
    CHECK_FALSE(Rule(rules, name).label);
    CHECK(Rule(rules, name).caption);
  }
  for (const char* name : {"smartmls", "rmls", "canopy", "har"}) {
    CHECK(Rule(rules, name).publishes_labelled);
  }
  for (const char* name :
       {"california-ab723", "crmls", "realtracs", "canopy"}) {
    CHECK(Rule(rules, name).pair);
  }
}

TEST_CASE("PlanDisclosure: words and rules add up, wordings do not repeat") {
  const auto rules = ShippedRules();
  const auto plain =
      PlanDisclosure({"metadata"}, rules, Alteration::kRendered, "Staged");
  CHECK_FALSE(plain.label);
  CHECK_FALSE(plain.caption);
  CHECK_FALSE(plain.pair);
  const auto label =
      PlanDisclosure({"label"}, rules, Alteration::kRendered, "Virtual dusk");
  CHECK(label.label_text == "Virtual dusk");
  const auto both = PlanDisclosure({"smartmls", "rmls", "pair"},
                                   rules,
                                   Alteration::kRendered,
                                   "Virtually staged");
  CHECK(both.label);
  CHECK(both.pair);
  CHECK(both.label_text == "Virtually Staged");
  CHECK(both.rules.size() == 2);
}

TEST_CASE("PlanDisclosure: rules spare photos that are merely enhanced") {
  const auto rules = ShippedRules();
  const auto plan = PlanDisclosure({"california-ab723", "caption"},
                                   rules,
                                   Alteration::kEnhanced,
                                   "Digitally enhanced");
  CHECK_FALSE(plan.label);
  CHECK_FALSE(plan.pair);
  CHECK(plan.caption);
  CHECK(plan.caption_text == "Digitally enhanced");
}

TEST_CASE("CheckDisclosureWords: a wrong word gets a hint, none stands alone") {
  CHECK(UsageError({"metadata", "label", "california-ab723"}) == "accepted");
  CHECK(UsageError({"californa-ab723"}).find("california-ab723") !=
        std::string::npos);
  CHECK(UsageError({"none", "label"}).find("none") != std::string::npos);
}

TEST_CASE("LoadDisclosureRules: a user's rule replaces a shipped one") {
  const TempFolder folder;
  std::filesystem::create_directories(folder / "disclosure");
  const nlohmann::json rule = {
      {"title", "Ours"},
      {"region", "Here"},
      {"sources", {{{"url", "https://example.org"}, {"read", "2026-01-01"}}}},
      {"writes", {"label"}},
      {"publish", "labelled"},
      {"label", "{what} by us"}};
  std::ofstream(folder / "disclosure/smartmls.json") << rule;
  const auto rules = LoadDisclosureRules(
      {STAGE_SOURCE_DIR "/presets", folder.path(), "/no/such/folder"});
  CHECK(Rule(rules, "smartmls").title == "Ours");
  CHECK(PlanDisclosure({"smartmls"}, rules, Alteration::kVendorAi, "Staged")
            .label_text == "Staged by us");
}

TEST_CASE("LoadDisclosureRules: a wrong file is named with its key") {
  const TempFolder folder;
  std::filesystem::create_directories(folder / "disclosure");
  const auto refusal = [&](const std::string& text) -> std::string {
    std::ofstream(folder / "disclosure/x.json") << text;
    try {
      LoadDisclosureRules({folder.path()});
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  };
  CHECK(refusal("{").find("x.json: not a JSON object") != std::string::npos);
  CHECK(refusal("{}").find("\"title\" is missing") != std::string::npos);
  CHECK(refusal(R"({"title":"t","region":"r","sources":
      [{"url":"https://a","read":"2026-01-01"}],"writes":["lable"],
      "publish":"clean"})")
            .find("label") != std::string::npos);
}

TEST_CASE("Companion names: keep folder, stem and the right extension") {
  CHECK(LabelledPath("out/a.b.jpg") == "out/a.b-labelled.jpg");
  CHECK(OriginalCopyPath("out/kitchen.jpg", "in/kitchen.HEIC") ==
        "out/kitchen-original.HEIC");
  CHECK(CaptionsPath("out/kitchen.jpg") == "out/captions.csv");
}
