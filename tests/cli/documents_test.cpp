#include <doctest/doctest.h>

#include <regex>

#include "cli/command_names.h"
#include "cli/exit_code.h"
#include "cli/run_stage.h"

namespace stage::test {
namespace {

/// The manual page as plain text with roff's dressing taken off.
std::string ManualText() {
  std::string text =
      ReadFileBytes(std::filesystem::path(STAGE_SOURCE_DIR) / "man/stage.1");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"\\\\-", "-"},
                                                        {"\\\\f[BIRP]", ""},
                                                        {"\\\\&", ""},
                                                        {"\\\\\\(aq", "'"},
                                                        {"\\\\e", "\\"}}) {
    text = std::regex_replace(text, std::regex(from), to);
  }
  return text;
}

/// The part of the manual about one command: from ".SS stage X" on.
std::string ManualSection(const std::string& manual,
                          const std::string& command) {
  const std::string heading =
      command.empty() ? ".SH OPTIONS\n" : ".SS stage " + command + "\n";
  const size_t start = manual.find(heading);
  if (start == std::string::npos) return {};
  const size_t next_subsection = manual.find("\n.SS ", start + 1);
  const size_t next_section = manual.find("\n.SH ", start + 1);
  return manual.substr(start, std::min(next_subsection, next_section) - start);
}

/// The options a section of the manual describes, from its .TP tags.
std::vector<std::string> OptionsDescribedIn(const std::string& section) {
  std::vector<std::string> options;
  const auto lines = Lines(section);
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i - 1] != ".TP") continue;
    for (const std::string& option : OptionsListedIn("  " + lines[i])) {
      options.push_back(option);
    }
  }
  return options;
}

TEST_CASE("Manual: has every command, and every option of each") {
  const StageRun run;
  const std::string manual = ManualText();
  const std::string general = ManualSection(manual, "");
  for (const std::string& command : AllCommandNames(run)) {
    std::vector<std::string> words = Words(command);
    words.push_back("--help");
    const std::string help = run.Stage(words).out;
    CAPTURE(command);
    const std::string section = ManualSection(manual, command);
    REQUIRE(section != "");
    std::vector<std::string> described = OptionsDescribedIn(section);
    // Those every command has are told once, as are the photo commands'.
    for (const std::string& part :
         {general,
          ManualSection(manual, "generate, edit, declutter, upscale")}) {
      for (const std::string& option : OptionsDescribedIn(part)) {
        described.push_back(option);
      }
    }
    for (const std::string& option : OptionsListedIn(help)) {
      CAPTURE(option);
      CHECK(std::find(described.begin(), described.end(), option) !=
            described.end());
    }
  }
}

TEST_CASE("Manual: describes no option that its command lacks") {
  const StageRun run;
  const std::string manual = ManualText();
  for (const std::string& command : AllCommandNames(run)) {
    if (command.empty()) continue;
    std::vector<std::string> words = Words(command);
    words.push_back("--help");
    const auto options = OptionsListedIn(run.Stage(words).out);
    for (const std::string& option :
         OptionsDescribedIn(ManualSection(manual, command))) {
      CAPTURE(command);
      CAPTURE(option);
      CHECK(std::find(options.begin(), options.end(), option) != options.end());
    }
  }
  // What the photo commands share, all four have.
  for (const char* command : {"generate", "edit", "declutter", "upscale"}) {
    const auto options = OptionsListedIn(run.Stage({command, "--help"}).out);
    for (const std::string& option : OptionsDescribedIn(
             ManualSection(manual, "generate, edit, declutter, upscale"))) {
      CAPTURE(command);
      CAPTURE(option);
      CHECK(std::find(options.begin(), options.end(), option) != options.end());
    }
  }
}

TEST_CASE("Manual and README: list the exit codes the program has") {
  const std::string manual = ManualText();
  const size_t section = manual.find("\n.SH EXIT STATUS\n");
  REQUIRE(section != std::string::npos);
  const std::string codes = manual.substr(section);
  const std::string readme =
      ReadFileBytes(std::filesystem::path(STAGE_SOURCE_DIR) / "README.md");
  for (const cli::ExitCodeMeaning& entry : cli::AllExitCodes()) {
    const std::string number = std::to_string(static_cast<int>(entry.code));
    const std::string meaning(entry.meaning);
    CAPTURE(number);
    CHECK(codes.find(".B " + number + "\n" + meaning) != std::string::npos);
    CHECK(readme.find("| " + number + " | " + meaning + " |") !=
          std::string::npos);
  }
}

}  // namespace
}  // namespace stage::test
