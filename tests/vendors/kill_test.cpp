// SIGKILL at random moments of a batch, again and again: in the end every
// photo has its result, and nothing was paid twice that could be found again.
// STAGE_KILLS sets how many a vendor, STAGE_KILL_SEED when, STAGE_KILL_VENDOR
// at one vendor only.

#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "cli/run_stage.h"
#include "vendors/server/picture.h"
#include "vendors/vendor_process.h"

namespace stage::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kPhotos = 40;
constexpr int kRender_ms = 200;

struct Victim {
  std::string vendor;
  std::vector<std::string> arguments;
  bool is_findable = false;  ///< lost orders can be found at the vendor
};

const std::vector<Victim>& Victims() {
  static const std::vector<Victim> victims = {
      {"roomstack", {}},
      {"vsai", {"--room", "living"}, true},
      {"iacrea",
       {"--room", "kitchen", "--mask", "$MASK", "--url-prefix", "$HOST"}},
      {"reroom", {"--exterior"}},
      {"vsart", {"--room", "living"}, true},
  };
  return victims;
}

unsigned Number(const char* variable, unsigned otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : unsigned(std::atoi(text));
}

class Batch {
 public:
  Batch(const Victim& victim, std::mt19937& random)
      : victim_(victim),
        random_(random),
        server_({"--render-ms",
                 std::to_string(kRender_ms),
                 "--host-folder",
                 (run_.folder() / "photos").string()}) {
    for (int i = 0; i < kPhotos; ++i) {
      run_.Write(
          "photos/room" + std::to_string(i) + ".jpg",
          vendors::EncodePicture(vendors::EmptyRoom(704, 528, uint32_t(i)),
                                 vendors::PictureFormat::kJpeg));
    }
    run_.Write("photos/masks/mask.png",
               vendors::EncodePicture(vendors::MiddleMask(704, 528),
                                      vendors::PictureFormat::kPng));
    std::string upper = victim.vendor;
    std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
    run_.SetVariable("STAGE_" + upper + "_KEY", server_.key(victim.vendor));
    run_.SetVariable("STAGE_" + upper + "_URL",
                     server_.base_url(victim.vendor));
    run_.SetVariable("STAGE_IACREA_USER_ID", server_.user_id("iacrea"));
    arguments_ = {"generate",
                  (run_.folder() / "photos").string(),
                  "--backend",
                  victim.vendor};
    for (std::string argument : victim.arguments) {
      if (argument == "$HOST") argument = server_.storage() + "/host";
      if (argument == "$MASK") {
        argument = (run_.folder() / "photos/masks/mask.png").string();
      }
      arguments_.push_back(argument);
    }
  }

  /// Kills until the batch is through or `kills` are used up, then lets it
  /// end and orders again what is in doubt.
  /// @return kills that hit
  unsigned Run(unsigned kills) {
    unsigned hit = 0;
    while (hit < kills && RunAndKill()) ++hit;
    last_ = run_.Stage(arguments_);
    for (const json& record : LastRecords()) {
      if (record.at("state") == "submitting") ++doubtful_;
    }
    if (doubtful_ > 0) {
      arguments_.push_back("--resubmit-doubtful");
      last_ = run_.Stage(arguments_);
    }
    return hit;
  }

  void Check() {
    CAPTURE(victim_.vendor);
    CAPTURE(last_.err);
    CHECK(last_.exit_code == 0);
    std::set<std::string> done;
    for (const json& record : LastRecords()) {
      if (record.at("state") != "done") continue;
      const fs::path picture =
          run_.folder() / "photos/staged" / record.at("outputs")[0].at("path");
      CHECK(vendors::ProbePicture(ReadFileBytes(picture)).has_value());
      done.insert(record.at("input").dump());
    }
    CHECK(done.size() == kPhotos);
    const json summary = server_.Summary();
    CHECK(summary["violations"] == json::array());
    const int payments = summary["vendors"][victim_.vendor]["payments"];
    MESSAGE(victim_.vendor << ": " << payments << " payments for " << kPhotos
                           << " photos, " << doubtful_ << " in doubt");
    CHECK(payments >= kPhotos);
    CHECK(payments <= kPhotos + doubtful_);
    if (victim_.is_findable) CHECK(doubtful_ == 0);
  }

 private:
  /// @return false when it ended by itself first
  bool RunAndKill() {
    const pid_t process = run_.Start(arguments_);
    const auto delay = std::chrono::milliseconds(
        std::uniform_int_distribution<int>(0, 5 * kRender_ms)(random_));
    std::this_thread::sleep_for(delay);
    kill(process, SIGKILL);
    return run_.Finish(process).exit_code == 128 + SIGKILL;
  }

  std::vector<json> LastRecords() const {
    std::map<std::string, json> jobs;
    for (const std::string& line :
         Lines(ReadFileBytes(run_.folder() / "photos/staged/manifest.jsonl"))) {
      const json record = json::parse(line, nullptr, false);
      if (record.is_object() && record.value("record", "") == "job") {
        jobs[record.at("input").dump()] = record;
      }
    }
    std::vector<json> records;
    for (auto& [input, record] : jobs) records.push_back(record);
    return records;
  }

  const Victim& victim_;
  std::mt19937& random_;
  StageRun run_;
  VendorProcess server_;
  std::vector<std::string> arguments_;
  RunResult last_;
  int doubtful_ = 0;
};

void KillBatches(const Victim& victim) {
  const unsigned kills = Number("STAGE_KILLS", 6);
  std::mt19937 random(Number("STAGE_KILL_SEED", 1) +
                      std::hash<std::string>()(victim.vendor));
  for (unsigned hit = 0; hit < kills;) {
    Batch batch(victim, random);
    hit += std::max(1U, batch.Run(kills - hit));
    batch.Check();
  }
}

}  // namespace

TEST_CASE("stage: killed at any moment, nothing is lost or paid twice") {
  const char* only = std::getenv("STAGE_KILL_VENDOR");
  std::vector<std::thread> threads;
  for (const Victim& victim : Victims()) {
    if (only != nullptr && victim.vendor != only) continue;
    threads.emplace_back([&victim] { KillBatches(victim); });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace stage::test
