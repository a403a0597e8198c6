#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

class CatalogRun : public StageRun {
 public:
  CatalogRun() { SetVariable("STAGE_ENGINE_MODULE", STAGE_FAKE_ENGINE); }
};

TEST_CASE("Catalog: lists pieces, filtered by function and style") {
  const CatalogRun run;
  const RunResult all = run.Stage({"catalog", "list"});
  CHECK(all.exit_code == 0);
  CHECK(Lines(all.out).size() == 2);
  CHECK(all.out.find("200x90x80 cm") != std::string::npos);
  CHECK(all.err.find("2 of 2 pieces") != std::string::npos);
  const auto beds = nlohmann::json::parse(
      run.Stage({"catalog", "list", "--function", "bed", "--json"}).out);
  REQUIRE(beds.size() == 1);
  CHECK(beds[0]["id"] == "test#bed");
  CHECK(
      Lines(run.Stage({"catalog", "list", "--style", "coastal"}).out).size() ==
      1);
}

TEST_CASE("Catalog: shows one piece, and suggests the id that was meant") {
  const CatalogRun run;
  CHECK(run.Stage({"catalog", "show", "test#bed"}).out.find("CC-BY 3.0") !=
        std::string::npos);
  const RunResult wrong = run.Stage({"catalog", "show", "test#bad"});
  CHECK(wrong.exit_code == 2);
  CHECK(wrong.err.find("did you mean 'test#bed'?") != std::string::npos);
}

TEST_CASE("Catalog: draws a contact sheet where it is told to") {
  const CatalogRun run;
  const RunResult result = run.Stage(
      {"catalog", "preview", "--function", "sofa", "-o", "sheet.png"});
  CHECK(result.exit_code == 0);
  CHECK(ReadFileBytes(run.folder() / "sheet.png") == "sheet of sofa");
}

}  // namespace
}  // namespace stage::test
