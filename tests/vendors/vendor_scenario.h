#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace stage::test {

/// One run of `stage` in a scenario.
struct ScenarioStep {
  std::vector<std::string> arguments;
  int exit_code = 0;
};

/// How the jobs of a scenario must end.
enum class Ending {
  kDone,     ///< results on disk; delivered once each
  kDoubt,    ///< `submitting`: may have been paid, and it says so
  kPaid,     ///< the vendor has it: submitted or fetching, not done
  kPartly,   ///< some done, the rest failed or never begun
  kFailed,   ///< failed, nothing is owed
  kRefused,  ///< nothing was sent at all
};

/// A row of the suite: what is run against which misfortune, and what must
/// come of it. In arguments stand $PHOTOS for the folder of photos, $PHOTO for
/// the first, $MASK for a mask of its size, $PIECE for a picture of furniture,
/// $HOST for the address where $PHOTOS is on the web, $PUTTER for a command
/// that prints a file's address there, $STAGED for the folder of results,
/// $ORDER for the vendor's id of the last job's order, $ID for the last id that
/// was printed. $LOG for a file of logs. HOOK in the environment is a secret.
struct Scenario {
  std::string name;
  std::string vendor;
  std::vector<ScenarioStep> steps;
  Ending ending = Ending::kDone;
  std::vector<nlohmann::json> faults = {};
  nlohmann::json settings = nlohmann::json::object();  ///< of the server
  int photos = 1;
  int results = 1;      ///< files of all photos together
  int payments = 1;     ///< of all photos together
  int undelivered = 0;  ///< results paid for that nobody fetches
  /// Endpoint, then fields that one request to it must have had.
  std::map<std::string, nlohmann::json> sent = {};
  /// What output, log or manifest must say.
  std::string says = {};
  int render_ms = 100;
};

/// What came of running scenarios.
struct ScenarioReport {
  std::string problems;             ///< empty: all is as it must be
  std::set<std::string> endpoints;  ///< of the vendors, that were called
};

/// Runs each with a server and a folder of its own, several at a time: they
/// mostly wait.
ScenarioReport RunScenarios(const std::deque<Scenario>& scenarios);
/// The problems alone.
std::string Told(const std::deque<Scenario>& scenarios);

}  // namespace stage::test
