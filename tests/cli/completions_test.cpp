#include <doctest/doctest.h>

#include "cli/command_names.h"
#include "cli/run_stage.h"

namespace stage::test {
namespace {

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What bash offers after these words; the last may be half typed.
std::string BashOffers(const StageRun& run, const std::string& words) {
  run.Write("stage.bash", run.Stage({"completions", "bash"}).out);
  const RunResult result = run.Program(
      {"bash",
       "-c",
       "shopt -u progcomp_alias; source ./stage.bash; stage() { " STAGE_PROGRAM
       " \"$@\"; }; COMP_WORDS=(" +
           words +
           "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _stage; printf '%s ' "
           "\"${COMPREPLY[@]}\""});
  CAPTURE(result.err);
  CHECK(result.exit_code == 0);
  return " " + result.out;
}

TEST_CASE("Completions: bash offers commands, options, words and files") {
  const StageRun run;
  CHECK(Has(BashOffers(run, "stage ''"), " generate "));
  CHECK(Has(BashOffers(run, "stage gen"), " generate "));
  CHECK(Has(BashOffers(run, "stage presets ''"), " list show "));
  CHECK(Has(BashOffers(run, "stage generate --sty"), " --style "));
  CHECK(Has(BashOffers(run, "stage generate --fidelity ''"),
            " strict balanced creative "));
  CHECK(Has(BashOffers(run, "stage generate --style coas"), " coastal "));
  CHECK(Has(BashOffers(run, "stage models pull lam"), " lama "));
  run.WritePhoto("kitchen.jpg");
  CHECK(Has(BashOffers(run, "stage generate kit"), " kitchen.jpg "));
}

TEST_CASE("Completions: every option of every command is in every shell's") {
  const StageRun run;
  const std::string bash = run.Stage({"completions", "bash"}).out;
  const std::string zsh = run.Stage({"completions", "zsh"}).out;
  const std::string fish = run.Stage({"completions", "fish"}).out;
  for (const std::string& command : AllCommandNames(run)) {
    std::vector<std::string> words = Words(command);
    words.push_back("--help");
    for (const std::string& option : OptionsListedIn(run.Stage(words).out)) {
      if (!option.starts_with("--")) continue;
      CAPTURE(option);
      CHECK(Has(bash, option));
      CHECK(Has(zsh, option));
      CHECK(Has(fish, " -l " + option.substr(2)));
    }
  }
}

TEST_CASE("Completions: an unknown shell is refused") {
  const RunResult result = StageRun().Stage({"completions", "tcsh"});
  CHECK(result.exit_code == 2);
  CHECK(Has(result.err, "bash, zsh or fish"));
}

}  // namespace
}  // namespace stage::test
