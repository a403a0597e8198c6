// stage_bench_remote: what the project promises of remote work, as ratios of
// what was measured to what is promised; up to 1.00 is kept.
//
//   stage_bench_remote [throughput|paced|memory|start]...
// STAGE_BENCH_VENDOR names the only vendor to measure.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>

#include "cli/run_stage.h"
#include "vendors/server/picture.h"
#include "vendors/vendor_process.h"

namespace {

using stage::test::RunResult;
using stage::test::StageRun;
using stage::test::VendorProcess;
using Clock = std::chrono::steady_clock;

struct Plan {
  std::string vendor;
  int photos = 0;
  int at_once = 0;
  bool is_large = false;  ///< 15 MB each
};

double Seconds(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

void Report(const std::string& what,
            double measured,
            double promised,
            const char* unit) {
  std::printf("%-34s %8.2f %-3s of %8.2f %-3s = %.2f\n",
              what.c_str(),
              measured,
              unit,
              promised,
              unit,
              measured / promised);
  std::fflush(stdout);
}

/// A room of about 704 x 528 pixels, another each time, or noise that no
/// encoder makes smaller.
std::string Photo(int number, bool is_large) {
  using namespace stage::vendors;
  if (!is_large) {
    return EncodePicture(EmptyRoom(704 + number / 100, 528, uint32_t(number)),
                         PictureFormat::kJpeg);
  }
  static Picture noise = [] {
    Picture picture = EmptyRoom(2560, 1920, 0);
    std::mt19937 random;
    for (uint8_t& value : picture.rgb) value = uint8_t(random());
    return picture;
  }();
  noise.rgb[0] = uint8_t(number);
  return EncodePicture(noise, PictureFormat::kPng);
}

void WritePhotos(const StageRun& run, const Plan& plan) {
  for (int i = 0; i < plan.photos; ++i) {
    const std::string name = "room" + std::to_string(i);
    run.Write("photos/" + name + (plan.is_large ? ".png" : ".jpg"),
              Photo(i, plan.is_large));
    if (plan.vendor == "iacrea") {  // any picture of the photo's size will do
      using namespace stage::vendors;
      run.Write(
          "photos/masks/" + name + ".png",
          EncodePicture(EmptyRoom(704 + i / 100, 528, 0), PictureFormat::kPng));
    }
  }
}

void UseServer(StageRun& run,
               const VendorProcess& server,
               const std::string& vendor) {
  std::string upper = vendor;
  std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
  run.SetVariable("STAGE_" + upper + "_KEY", server.key(vendor));
  run.SetVariable("STAGE_" + upper + "_URL", server.base_url(vendor));
  run.SetVariable("STAGE_IACREA_USER_ID", server.user_id("iacrea"));
}

/// Processor time of the programs that have ended; the server has not.
double ProcessorSeconds() {
  rusage used = {};
  getrusage(RUSAGE_CHILDREN, &used);
  const auto seconds = [](const timeval& time) {
    return double(time.tv_sec) + double(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::vector<std::string> Arguments(const StageRun& run,
                                   const VendorProcess& server,
                                   const Plan& plan) {
  std::vector<std::string> arguments = {"generate",
                                        (run.folder() / "photos").string(),
                                        "--backend",
                                        plan.vendor,
                                        "--jobs",
                                        std::to_string(plan.at_once)};
  if (plan.vendor == "roomstack") {  // answers with the pictures in them
    arguments.insert(arguments.end(), {"--image-size", "1K"});
  }
  if (plan.vendor == "reroom") {
    arguments.push_back("--exterior");
  } else if (plan.vendor == "iacrea") {
    arguments.insert(arguments.end(),
                     {"--room",
                      "kitchen",
                      "--mask",
                      (run.folder() / "photos/masks").string(),
                      "--url-prefix",
                      server.storage() + "/host"});
  } else {
    arguments.insert(arguments.end(), {"--room", "living"});
  }
  return arguments;
}

/// Runs it to its end, watching; @return the largest resident set, in MB.
double PeakMegabytes(const StageRun& run, pid_t process, RunResult& result) {
  double peak_kb = 0;
  const std::string file = "/proc/" + std::to_string(process) + "/status";
  for (bool alive = true; alive;) {
    alive = false;
    std::ifstream status(file);
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("VmHWM:")) continue;
      peak_kb = std::max(peak_kb, std::atof(line.c_str() + 6));
      alive = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  result = run.Finish(process);
  return peak_kb / 1024;
}

bool IsGood(const RunResult& result) {
  if (result.exit_code != 0) std::fputs(result.err.c_str(), stderr);
  return result.exit_code == 0;
}

bool IsLeftOut(const std::string& vendor) {
  const char* only = std::getenv("STAGE_BENCH_VENDOR");
  return only != nullptr && vendor != only;
}

constexpr int kRender_ms = 2000;

/// Runs the plan, whose renders take two seconds each.
/// @param promised_s  for all of it
bool Measure(const Plan& plan,
             const std::string& requests_per_minute,
             double promised_s) {
  StageRun run;
  const VendorProcess server({"--render-ms",
                              std::to_string(kRender_ms),
                              "--host-folder",
                              (run.folder() / "photos").string()});
  UseServer(run, server, plan.vendor);
  if (!requests_per_minute.empty()) {
    run.SetVariable("STAGE_REROOM_REQUESTS_PER_MINUTE", requests_per_minute);
  }
  WritePhotos(run, plan);
  const double processor_s = ProcessorSeconds();
  const Clock::time_point start = Clock::now();
  const bool good = IsGood(run.Stage(Arguments(run, server, plan)));
  Report(std::to_string(plan.photos) + " jobs, " +
             std::to_string(plan.at_once) + " at once, " + plan.vendor,
         Seconds(start),
         promised_s,
         "s");
  std::printf("%-34s %8.2f s\n",
              "  processor time of it",
              ProcessorSeconds() - processor_s);
  return good;
}

bool Throughput() {
  bool good = true;
  for (const std::string vendor :
       {"roomstack", "vsai", "iacrea", "reroom", "vsart"}) {
    if (IsLeftOut(vendor)) continue;
    const Plan plan{vendor, 200, 10};
    const double ideal_s = kRender_ms / 1e3 * plan.photos / plan.at_once;
    // ReRoom's own pace is another measure: see Paced.
    good = Measure(plan, "6000", 1.10 * ideal_s) && good;
  }
  return good;
}

/// ReRoom at the pace that its documents once asked for: 90 requests a minute
/// after a burst of 8, three for each job (upload, render, look).
bool Paced() {
  const Plan plan{"reroom", 40, 10};
  const double requests_s = (3.0 * plan.photos - 8) / 1.5;
  return Measure(plan, "", 1.10 * requests_s);
}

bool Memory() {
  bool good = true;
  for (const std::string vendor : {"roomstack", "vsai", "reroom"}) {
    if (IsLeftOut(vendor)) continue;
    const Plan plan{vendor, 64, 64, true};
    StageRun run;
    const VendorProcess server;
    // Uploads are taken in slowly, so that all are under way together.
    server.Set({{"read_delay_us", 400}, {"reroom_renders", 64}});
    UseServer(run, server, vendor);
    WritePhotos(run, plan);
    RunResult result;
    const double peak =
        PeakMegabytes(run, run.Start(Arguments(run, server, plan)), result);
    good = IsGood(result) && good;
    Report("64 uploads of 15 MB, " + vendor, peak, 150, "MB");
  }
  return good;
}

bool Start() {
  StageRun run;
  constexpr int kRuns = 50;
  run.Stage({"--help"});
  bool good = true;
  const Clock::time_point start = Clock::now();
  for (int i = 0; i < kRuns; ++i) {
    good = IsGood(run.Stage({"generate", "--help"})) && good;
  }
  Report("start", Seconds(start) * 1000 / kRuns, 15, "ms");
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, std::function<bool()>> all = {
      {"throughput", Throughput},
      {"paced", Paced},
      {"memory", Memory},
      {"start", Start}};
  std::vector<std::string> wanted(argv + 1, argv + argc);
  if (wanted.empty()) wanted = {"start", "memory", "throughput"};
  bool good = true;
  for (const std::string& name : wanted) good = all.at(name)() && good;
  return good ? 0 : 1;
}
