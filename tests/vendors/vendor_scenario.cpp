#include "vendors/vendor_scenario.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <regex>
#include <set>
#include <thread>

#include "cli/run_stage.h"
#include "vendors/server/picture.h"
#include "vendors/server/text_codes.h"
#include "vendors/vendor_process.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Rows wait for renders, retries and polls far more than they compute.
constexpr size_t kAtOnce = 24;
constexpr int kWidth = 800;
constexpr int kHeight = 600;

std::string Picture(uint32_t seed, vendors::PictureFormat format) {
  return vendors::EncodePicture(vendors::EmptyRoom(kWidth, kHeight, seed),
                                format);
}

std::string Mask() {
  return vendors::EncodePicture(vendors::MiddleMask(kWidth, kHeight),
                                vendors::PictureFormat::kPng);
}

std::string Replaced(std::string text,
                     const std::string& name,
                     const std::string& value) {
  for (size_t at = text.find(name); at != std::string::npos;
       at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
  return text;
}

/// A scenario's folder, server and what came of it.
class Stage {
 public:
  explicit Stage(const Scenario& scenario)
      : scenario_(scenario),
        server_({"--render-ms",
                 std::to_string(scenario.render_ms),
                 "--host-folder",
                 (run_.folder() / "photos").string()}) {
    for (int i = 0; i < scenario.photos; ++i) {
      const std::string name = "photos/room" + std::to_string(i + 1) + ".jpg";
      originals_[run_.Write(
          name, Picture(uint32_t(i) + 1, vendors::PictureFormat::kJpeg))] =
          Picture(uint32_t(i) + 1, vendors::PictureFormat::kJpeg);
    }
    run_.Write("photos/masks/mask.png", Mask());
    run_.Write("photos/pieces/piece.jpg",
               Picture(99, vendors::PictureFormat::kJpeg));
    // Prints where on the web the file behind it is.
    run_.Write("put-on-web",
               "#!/bin/sh\nprintf '%s/%s\\n' '" + server_.storage() +
                   "/host' \"${1#" + (run_.folder() / "photos").string() +
                   "/}\"\n");
    fs::permissions(run_.folder() / "put-on-web", fs::perms::owner_all);
    run_.SetVariable("HOOK", "s3cret-word");
    std::string upper = scenario.vendor;
    std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
    const std::string& vendor = scenario.vendor;
    run_.SetVariable("STAGE_" + upper + "_KEY", server_.key(vendor));
    run_.SetVariable("STAGE_" + upper + "_URL", server_.base_url(vendor));
    run_.SetVariable("STAGE_IACREA_USER_ID", server_.user_id("iacrea"));
    if (!scenario.settings.empty()) server_.Set(scenario.settings);
    for (json fault : scenario.faults) {
      fault["vendor"] = vendor;
      server_.Plan(fault);
    }
  }

  std::set<std::string> Endpoints() const {
    std::set<std::string> names;
    for (const json& request : server_.Records("request", scenario_.vendor)) {
      names.insert(request.at("endpoint").get<std::string>());
    }
    return names;
  }

  std::vector<std::string> Problems() {
    for (const ScenarioStep& step : scenario_.steps) RunStep(step);
    CheckJobs();
    CheckMoney();
    CheckRequests();
    CheckOriginals();
    CheckSecrets();
    if (!scenario_.says.empty() &&
        said_.find(scenario_.says) == std::string::npos) {
      Complain("nobody says '" + scenario_.says + "'");
    }
    if (!problems_.empty()) problems_.push_back(said_);
    return problems_;
  }

 private:
  void Complain(const std::string& problem) { problems_.push_back(problem); }

  fs::path OutputFolder() const { return run_.folder() / "photos/staged"; }

  void RunStep(const ScenarioStep& step) {
    std::vector<std::string> arguments;
    for (std::string argument : step.arguments) {
      const std::pair<const char*, std::string> values[] = {
          {"$PHOTOS", (run_.folder() / "photos").string()},
          {"$PHOTO", (run_.folder() / "photos/room1.jpg").string()},
          {"$MASK", (run_.folder() / "photos/masks/mask.png").string()},
          {"$PIECE", (run_.folder() / "photos/pieces/piece.jpg").string()},
          {"$HOST", server_.storage() + "/host"},
          {"$PUTTER", (run_.folder() / "put-on-web").string()},
          {"$STAGED", OutputFolder().string()},
          {"$ORDER", LastOrder()},
          {"$ID", LastId()},
          {"$LOG", (run_.folder() / "log").string()},
      };
      for (const auto& [name, value] : values) {
        argument = Replaced(argument, name, value);
      }
      arguments.push_back(argument);
    }
    const RunResult result = run_.Stage(arguments);
    said_ += "$ stage";
    for (const std::string& argument : arguments) said_ += " " + argument;
    said_ += "\n" + result.out + result.err;
    if (result.exit_code != step.exit_code) {
      Complain("exit code " + std::to_string(result.exit_code) + ", not " +
               std::to_string(step.exit_code));
    }
  }

  /// The vendor's id of the order that the manifest names last.
  std::string LastOrder() const {
    std::string order;
    for (const std::string& line :
         Lines(ReadFileBytes(OutputFolder() / "manifest.jsonl"))) {
      const json record = json::parse(line, nullptr, false);
      if (!record.is_object()) continue;
      order = record.value("remote", json::object()).value("id", order);
    }
    return order;
  }

  std::string LastId() const {
    static const std::regex form("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    std::string id;
    for (std::sregex_iterator at(said_.begin(), said_.end(), form), end;
         at != end;
         ++at) {
      id = at->str();
    }
    return id;
  }

  /// The last record of each job.
  std::map<std::string, json> Jobs() {
    const std::string manifest =
        ReadFileBytes(OutputFolder() / "manifest.jsonl");
    std::map<std::string, json> jobs;
    for (const std::string& line : Lines(manifest)) {
      const json record = json::parse(line);
      if (record.value("record", "") == "job") {
        jobs[record.at("input").dump()] = record;
      }
    }
    for (const auto& [input, record] : jobs) said_ += record.dump() + "\n";
    return jobs;
  }

  bool IsExpected(const std::string& state) const {
    switch (scenario_.ending) {
      case Ending::kDone:
        return state == "done";
      case Ending::kDoubt:
        return state == "submitting";
      case Ending::kPaid:
        return state == "submitted" || state == "fetching";
      case Ending::kPartly:
        return state == "done" || state == "failed" || state == "planned";
      case Ending::kFailed:
      case Ending::kRefused:
        return state == "failed" || state == "planned";
    }
    return false;
  }

  void CheckJobs() {
    const std::map<std::string, json> jobs = Jobs();
    const size_t expected =
        scenario_.ending == Ending::kRefused ? 0 : size_t(scenario_.photos);
    if (jobs.size() != expected) {
      Complain(std::to_string(jobs.size()) + " jobs, not " +
               std::to_string(expected));
    }
    int pictures = 0;
    for (const auto& [input, record] : jobs) {
      const std::string state = record.value("state", "");
      if (!IsExpected(state)) Complain("state " + state);
      if (state != "done") continue;
      for (const json& output : record.value("outputs", json::array())) {
        ++pictures;
        CheckOutput(output);
      }
    }
    if (pictures != scenario_.results) {
      Complain(std::to_string(pictures) + " results, not " +
               std::to_string(scenario_.results));
    }
  }

  void CheckOutput(const json& output) {
    const fs::path path = OutputFolder() / output.value("path", "");
    const auto info = vendors::ProbePicture(ReadFileBytes(path));
    if (!info) return Complain("no picture: " + path.string());
    if (info->width != output.value("width", 0) ||
        info->height != output.value("height", 0)) {
      Complain("not of the size in the manifest: " + path.string());
    }
  }

  void CheckMoney() {
    const json summary = server_.Summary();
    for (const json& violation : summary.at("violations")) {
      Complain("violation: " + violation.at("what").get<std::string>());
    }
    const json account =
        summary.at("vendors").value(scenario_.vendor, json::object());
    const int payments = account.value("payments", 0);
    if (payments != scenario_.payments) {
      Complain("paid " + std::to_string(payments) + " times, not " +
               std::to_string(scenario_.payments));
    }
    const int paid = account.value("paid_results", 0) -
                     account.value("failed_results", 0) - scenario_.undelivered;
    const int delivered = account.value("delivered", 0);
    if (scenario_.ending == Ending::kDone && paid != delivered) {
      Complain("paid for " + std::to_string(paid) + " results and got " +
               std::to_string(delivered));
    }
  }

  void CheckRequests() {
    const std::vector<json> requests =
        server_.Records("request", scenario_.vendor);
    for (const auto& [endpoint, fields] : scenario_.sent) {
      const bool found =
          std::any_of(requests.begin(), requests.end(), [&](const json& sent) {
            if (sent.at("endpoint") != endpoint) return false;
            json patched = sent.at("fields");
            patched.merge_patch(fields);
            return patched == sent.at("fields");
          });
      if (found) continue;
      Complain("no request to " + endpoint + " with " + fields.dump());
      for (const json& request : requests) said_ += request.dump() + "\n";
    }
  }

  void CheckOriginals() {
    for (const auto& [path, bytes] : originals_) {
      if (ReadFileBytes(path) != bytes) Complain(path.string() + " changed");
    }
  }

  void CheckSecrets() {
    std::set<std::string> keys;
    for (const std::string& vendor : server_.vendors()) {
      const std::string key = server_.key(vendor);
      keys.insert({key,
                   vendors::Base64(key).substr(0, key.size()),
                   vendors::Base64("user:" + key).substr(8, key.size()),
                   vendors::Base64("me:" + key).substr(4, key.size())});
    }
    const auto holds_key = [&](const std::string& text) {
      return std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
        return text.find(key) != std::string::npos;
      });
    };
    if (holds_key(said_)) Complain("the key is in the output");
    for (const auto& entry : fs::recursive_directory_iterator(run_.folder())) {
      if (entry.is_regular_file() && holds_key(ReadFileBytes(entry.path()))) {
        Complain("the key is in " + entry.path().string());
      }
    }
  }

  const Scenario& scenario_;
  StageRun run_;
  VendorProcess server_;
  std::map<fs::path, std::string> originals_;
  std::vector<std::string> problems_;
  std::string said_;
};

/// What went wrong, with what was said, and what was called.
ScenarioReport ReportOf(const Scenario& scenario) {
  std::vector<std::string> problems;
  ScenarioReport report;
  try {
    Stage stage(scenario);
    problems = stage.Problems();
    report.endpoints = stage.Endpoints();
  } catch (const std::exception& error) {
    problems = {error.what()};
  }
  if (problems.empty()) return report;
  report.problems = "\n== " + scenario.vendor + ": " + scenario.name + "\n";
  for (const std::string& problem : problems) report.problems += problem + "\n";
  return report;
}

}  // namespace

ScenarioReport RunScenarios(const std::deque<Scenario>& scenarios) {
  ScenarioReport all;
  std::mutex mutex;
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  for (size_t i = 0; i < std::min(kAtOnce, scenarios.size()); ++i) {
    threads.emplace_back([&] {
      for (size_t at = next++; at < scenarios.size(); at = next++) {
        const ScenarioReport one = ReportOf(scenarios[at]);
        const std::lock_guard lock(mutex);
        all.problems += one.problems;
        all.endpoints.insert(one.endpoints.begin(), one.endpoints.end());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return all;
}

std::string Told(const std::deque<Scenario>& scenarios) {
  return RunScenarios(scenarios).problems;
}

}  // namespace stage::test
