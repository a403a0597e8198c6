#include <doctest/doctest.h>

#include <regex>

#include "cli/report/report_page.h"
#include "cli/run_stage.h"
#include "core/base64.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

class ReportRun : public StageRun {
 public:
  ReportRun() { SetVariable("STAGE_ENGINE_MODULE", STAGE_FAKE_ENGINE); }
  /// Stages three photos, of which one fails, and returns the page.
  std::string StageAndReport() const {
    WritePhoto("listing/kitchen.jpg");
    WritePhoto("listing/odd & bright.jpg", "2");
    WritePhoto("listing/too dark.jpg", "3");
    Stage({"generate", "listing", "--variants", "2", "--retries", "0"});
    const RunResult result = Stage({"report", "listing"});
    CAPTURE(result.err);
    REQUIRE(result.exit_code == 0);
    CHECK(result.out ==
          (folder() / "listing/staged/report.html").string() + "\n");
    return ReadFileBytes(folder() / "listing/staged/report.html");
  }
};

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("Report: shows each photo with slider, facts, errors and licences") {
  const std::string page = ReportRun().StageAndReport();
  CHECK(Has(page, "<h2>kitchen.jpg</h2>"));
  CHECK(Has(page, "<h2>odd &amp; bright.jpg</h2>"));
  CHECK(Has(page, "type=\"range\""));
  CHECK(Has(page, "aria-label=\"Original or result of kitchen.jpg\""));
  CHECK(Has(page, "modern 2"));
  CHECK(Has(page, "no room to be seen"));
  CHECK(Has(page, "the ceiling is a guess"));
  CHECK(Has(page, "Sofa &lt;two seats&gt;, A. Author, CC-BY 3.0"));
  CHECK(Has(page, "render 1.5 s"));
}

TEST_CASE("Report: asks nothing of any other place") {
  const std::string page = ReportRun().StageAndReport();
  const std::regex reference("(src|href|url)\\s*[=(]\\s*[\"']?(?!data:)[a-z./]",
                             std::regex::icase);
  std::smatch found;
  CHECK_MESSAGE(!std::regex_search(page, found, reference), found.str());
  CHECK(Has(page, "default-src 'none'"));
}

TEST_CASE("Report: pictures are in the page") {
  const std::string page = ReportRun().StageAndReport();
  CHECK(Has(page, "data:image/jpeg;base64," + Base64(SmallJpeg())));
}

TEST_CASE(
    "Report: a result that a later run replaced is not shown as its own") {
  const ReportRun run;
  run.WritePhoto("listing/kitchen.jpg");
  run.Stage({"generate", "listing", "--seed", "1"});
  run.Stage({"generate", "listing", "--seed", "2"});
  run.Stage({"report", "listing"});
  const std::string page =
      ReadFileBytes(run.folder() / "listing/staged/report.html");
  CHECK(Has(page, "replaced by a later run"));
  CHECK_FALSE(Has(page, "data-result=\"1\""));
}

TEST_CASE("Report: works without the engine by embedding small files") {
  ReportRun run;
  run.StageAndReport();
  StageRun plain;
  const RunResult result =
      plain.Stage({"report",
                   (run.folder() / "listing").string(),
                   "-o",
                   (plain.folder() / "page.html").string()});
  CHECK(result.exit_code == 0);
  CHECK(Has(ReadFileBytes(plain.folder() / "page.html"), "data:image/jpeg"));
}

TEST_CASE("Report: a folder without a batch is wrong usage") {
  const StageRun run;
  run.WritePhoto("listing/a.jpg");
  const RunResult result = run.Stage({"report", "listing"});
  CHECK(result.exit_code == 2);
  CHECK(Has(result.err, "listing"));
}

TEST_CASE("Base64: follows the test vectors of RFC 4648") {
  CHECK(Base64("") == "");
  CHECK(Base64("f") == "Zg==");
  CHECK(Base64("fo") == "Zm8=");
  CHECK(Base64("foo") == "Zm9v");
  CHECK(Base64("foob") == "Zm9vYg==");
  CHECK(Base64("fooba") == "Zm9vYmE=");
  CHECK(Base64("foobar") == "Zm9vYmFy");
}

}  // namespace
}  // namespace stage::test
