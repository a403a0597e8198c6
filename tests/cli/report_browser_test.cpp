#include <doctest/doctest.h>

#include "cli/run_stage.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;

/// The page's document after its scripts ran, as headless Chromium has it.
RunResult OpenInBrowser(const StageRun& run, const fs::path& page) {
  return run.Program({"chromium",
                      "--headless",
                      "--no-sandbox",
                      "--disable-gpu",
                      "--disable-background-networking",
                      "--disable-component-update",
                      "--disable-sync",
                      "--no-first-run",
                      "--user-data-dir=" + (run.folder() / "browser").string(),
                      "--virtual-time-budget=2000",
                      "--dump-dom",
                      "file://" + page.string()});
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A report page with a script at its end that plays the reader and writes
/// what comes of it into the title.
fs::path PageWithReader(const StageRun& run, const std::string& script) {
  run.WritePhoto("listing/kitchen.jpg");
  run.Stage({"generate", "listing", "--variants", "2"});
  run.Stage({"report", "listing"});
  std::string page = ReadFileBytes(run.folder() / "listing/staged/report.html");
  const size_t end = page.find("</body>");
  REQUIRE(end != std::string::npos);
  page.insert(end, "<script>" + script + "</script>");
  return run.Write("page.html", page);
}

TEST_CASE("Report in a browser: slider and choice of results work") {
  StageRun run;
  run.SetVariable("STAGE_ENGINE_MODULE", STAGE_FAKE_ENGINE);
  const fs::path page = PageWithReader(run, R"js(
    const slider = document.querySelector("input[type=range]");
    const before = document.querySelector(".before");
    const notes = [];
    slider.value = 80;
    slider.dispatchEvent(new Event("input"));
    notes.push(getComputedStyle(before).clipPath);
    notes.push(slider.getAttribute("aria-valuetext"));
    slider.focus();
    notes.push(document.activeElement === slider);
    const box = slider.getBoundingClientRect();
    const frame = slider.parentElement.getBoundingClientRect();
    notes.push(box.width === frame.width && box.height === frame.height);
    document.querySelectorAll("input[type=radio]")[1].click();
    const shown = [...document.querySelectorAll(".after")].map((p) => !p.hidden);
    notes.push(shown.join());
    notes.push([...document.images].every((i) => i.naturalWidth === 8));
    notes.push(performance.getEntriesByType("resource")
      .filter((e) => !e.name.startsWith("data:")).length);
    document.title = notes.join(" | ");
  )js");
  const RunResult result = OpenInBrowser(run, page);
  if (result.exit_code == 127 || result.out.empty()) {
    MESSAGE("chromium does not run here; the page is not checked in it");
    return;
  }
  CHECK(Has(result.out,
            "<title>inset(0px 20% 0px 0px) | 80 % original, 20 % result | true "
            "| true | false,true | true | 0</title>"));
}

}  // namespace
}  // namespace stage::test
