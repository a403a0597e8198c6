#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>

#include "core/batch_status.h"
#include "core/interrupt.h"
#include "core/manifest_file.h"
#include "core/paid_stager.h"

using namespace stage;
using namespace stage::test;
namespace fs = std::filesystem;

namespace {

BatchPlan PaidPlan(const fs::path& folder) {
  BatchRequest request = RequestFor(folder);
  request.common.backend = "vendor";
  return PlanBatch(request);
}

/// Runs `work` in a process of its own; its return value is the exit code.
template <typename Work>
pid_t InChild(Work work) {
  const pid_t child = fork();
  if (child != 0) return child;
  int code = 99;
  try {
    code = work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "child: %s\n", error.what());
  }
  _exit(code);
}

int StatusOf(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

void WaitForFile(const fs::path& file) {
  for (int i = 0; i < 20000 && !fs::exists(file); ++i) usleep(1000);
}

bool HasAbandonedParts(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(".stage-part-")) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("RunBatch: killed at any moment it loses nothing and pays once") {
  constexpr int kPhotos = 12;
  std::mt19937 random(7);
  std::map<std::string, int> states_met;
  for (int series = 0; series < 3; ++series) {
    const TempDir folder;
    for (int i = 0; i < kPhotos; ++i) {
      folder.Write("p/" + std::to_string(i) + ".jpg",
                   std::string(100, 'a' + i));
    }
    const fs::path photos = folder.path() / "p";
    const fs::path ledger = folder.path() / "ledger";
    /// Dies by itself at the n-th step of an order, counted over all jobs.
    const auto run = [&](int deadly_step) {
      PaidStager stager(ledger);
      stager.in_flight = 2;
      std::atomic<int> steps{0};
      stager.on_submit = stager.on_fetch = [&](const StagingJob&) {
        if (++steps == deadly_step) kill(getpid(), SIGKILL);
      };
      return RunQuietly(PaidPlan(photos), stager).failures();
    };
    useconds_t longest_us = 10000;
    for (int round = 1;; ++round) {
      const bool by_step = round <= 8;
      const int deadly_step =
          by_step ? std::uniform_int_distribution<int>(1, 6)(random) : 0;
      const pid_t child = InChild([&] { return run(deadly_step); });
      if (!by_step) {  // at any moment; lives grow until one is long enough
        longest_us += longest_us / 2;
        usleep(
            std::uniform_int_distribution<useconds_t>(0, longest_us)(random));
        kill(child, SIGKILL);
      }
      const int status = StatusOf(child);
      if (WIFEXITED(status)) {
        CHECK(WEXITSTATUS(status) == 0);
        break;
      }
      // What is there is whole at every moment.
      const ManifestState manifest = ReadManifest(photos / "staged");
      for (const JobRecord* job : manifest.jobs()) {
        ++states_met[std::string(JobStateName(job->state))];
      }
      for (const StagingJob& job : PaidPlan(photos).jobs) {
        if (fs::exists(job.outputs[0])) {
          CHECK(ReadFileBytes(job.outputs[0]) == FakeStager::Expected(job, 1));
        }
      }
    }
    const std::vector<std::string> orders = PaidStager::Orders(ledger);
    CHECK(orders.size() == kPhotos);
    CHECK(std::set<std::string>(orders.begin(), orders.end()).size() ==
          kPhotos);
    const BatchStatus status = ReadBatchStatus(photos);
    CHECK(status.states == std::map<std::string, int>{{"done", kPhotos}});
    CHECK(status.credits == 2 * kPhotos);
    CHECK(ReadManifestLines(ManifestPath(photos / "staged")).damaged == 0);
    CHECK_FALSE(HasAbandonedParts(photos / "staged"));
  }
  // Kills fell before, between and after an order's steps.
  for (const char* state : {"planned", "submitting", "fetching", "done"}) {
    CHECK(states_met[state] > 0);
  }
}

TEST_CASE("RunBatch: a lost answer leaves the job in doubt, not paid twice") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  const fs::path ledger = folder.path() / "ledger";
  PaidStager stager(ledger);
  stager.on_submit = [](const StagingJob&) {
    throw Error(ErrorKind::kUnexpected, "connection reset");
  };
  const BatchReport report = RunQuietly(PaidPlan(folder.path()), stager);
  CHECK(report.Count(OutcomeKind::kDoubtful) == 1);
  CHECK(ReadBatchStatus(folder.path()).doubtful == 1);
  stager.on_submit = nullptr;
  // Not even --restart orders again what may be on its way.
  const BatchReport again = RunQuietly(
      PaidPlan(folder.path()), stager, {.resume = ResumeMode::kRestart});
  CHECK(again.Count(OutcomeKind::kDone) == 1);
  CHECK(PaidStager::Orders(ledger).size() == 1);
}

TEST_CASE("RunBatch: jobs left with the vendor are fetched another day") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  folder.Write("b.jpg", "b");
  const fs::path ledger = folder.path() / "ledger";
  PaidStager stager(ledger);
  stager.leave_with_vendor = true;
  const BatchReport report = RunQuietly(PaidPlan(folder.path()), stager);
  CHECK(report.Count(OutcomeKind::kPending) == 2);
  CHECK(report.failures() == 0);
  const BatchStatus status = ReadBatchStatus(folder.path());
  CHECK(status.pending == 2);
  const BatchPlan plan = PaidPlan(folder.path());
  const std::vector<StagingJob> unfinished = UnfinishedRemoteJobs(status);
  REQUIRE(unfinished.size() == 2);
  CHECK(unfinished[0].id == plan.jobs[0].id);
  CHECK(unfinished[0].outputs == plan.jobs[0].outputs);
  CHECK(ParametersJson(unfinished[0]) == ParametersJson(plan.jobs[0]));

  stager.leave_with_vendor = false;
  BatchPlan fetch;
  fetch.jobs = unfinished;
  CHECK(RunQuietly(fetch, stager).Count(OutcomeKind::kDone) == 2);
  CHECK(PaidStager::Orders(ledger).size() == 2);
  CHECK(ReadFileBytes(plan.jobs[1].outputs[0]) ==
        FakeStager::Expected(plan.jobs[1], 1));
}

TEST_CASE("RunBatch: a failed fetch is fetched again, also after a renaming") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  const fs::path ledger = folder.path() / "ledger";
  PaidStager stager(ledger);
  stager.on_fetch = [](const StagingJob&) {
    throw Error(ErrorKind::kUnexpected, "download broke off");
  };
  CHECK(RunQuietly(PaidPlan(folder.path()), stager).failures() == 1);
  CHECK(ReadBatchStatus(folder.path()).pending == 1);
  fs::rename(folder.path() / "a.jpg", folder.path() / "hall.jpg");
  stager.on_fetch = nullptr;
  const BatchPlan plan = PaidPlan(folder.path());
  CHECK(RunQuietly(plan, stager).Count(OutcomeKind::kDone) == 1);
  CHECK(fs::exists(folder.path() / "staged/hall.jpg"));
  CHECK(PaidStager::Orders(ledger).size() == 1);
  const BatchStatus status = ReadBatchStatus(folder.path());
  CHECK(status.pending == 0);
  CHECK(status.credits == 2);
}

TEST_CASE("RunBatch: a vendor's earlier result is kept when it is replaced") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  const fs::path ledger = folder.path() / "ledger";
  PaidStager stager(ledger);
  BatchRequest request = RequestFor(folder.path());
  request.common.backend = "vendor";
  const BatchPlan modern = PlanBatch(request);
  request.common.generate.style = "coastal";
  const BatchPlan coastal = PlanBatch(request);
  RunQuietly(modern, stager);
  RunQuietly(coastal, stager);
  CHECK(ReadFileBytes(coastal.jobs[0].outputs[0]) ==
        FakeStager::Expected(coastal.jobs[0], 1));
  // Both are paid for, so both are still there, and neither is paid again.
  CHECK(RunQuietly(modern, stager).Count(OutcomeKind::kSkipped) == 1);
  CHECK(PaidStager::Orders(ledger).size() == 2);
  CHECK(ReadBatchStatus(folder.path()).missing_results == 0);
}

TEST_CASE("RunBatch: --max-credits stops before more is spent") {
  const TempDir folder;
  for (int i = 0; i < 6; ++i) {
    folder.Write(std::to_string(i) + ".jpg", std::to_string(i));
  }
  const fs::path ledger = folder.path() / "ledger";
  PaidStager stager(ledger);
  stager.in_flight = 3;
  const BatchReport report =
      RunQuietly(PaidPlan(folder.path()), stager, {.max_credits = 7});
  CHECK(report.stopped_by == ErrorKind::kCredits);
  CHECK(report.credits == 6);
  CHECK(PaidStager::Orders(ledger).size() == 3);
  CHECK(RunQuietly(PaidPlan(folder.path()), stager, {.max_credits = 6})
            .Count(OutcomeKind::kDone) == 3);
}

TEST_CASE("RunBatch: signals end a batch cleanly, a second one at once") {
  const TempDir folder;
  for (int i = 0; i < 8; ++i) {
    folder.Write("p/" + std::to_string(i) + ".jpg", std::to_string(i));
  }
  const fs::path photos = folder.path() / "p";
  const fs::path begun = folder.path() / "begun";
  const auto run = [&](bool stubborn) {
    return InChild([&, stubborn] {
      const InterruptGuard guard;
      FakeStager stager;
      stager.before = [&, stubborn](const StagingJob& job,
                                    JobProgress& progress) {
        if (job.input.filename() != "2.jpg") return;
        WriteFileAtomically(begun, "");
        while (stubborn || !progress.cancelled()) usleep(500);
        throw Error(ErrorKind::kInterrupted, "stopped");
      };
      const BatchReport report =
          RunQuietly(PlanBatch(RequestFor(photos)), stager);
      return report.interrupted ? 42 : 0;
    });
  };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const pid_t child = run(false);
    WaitForFile(begun);
    kill(child, signal);
    const int status = StatusOf(child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 42);
    fs::remove(begun);
  }
  const pid_t child = run(true);
  WaitForFile(begun);
  int status = 0;
  for (int i = 0; i < 1000 && waitpid(child, &status, WNOHANG) == 0; ++i) {
    kill(child, SIGTERM);  // two that are pending together arrive as one
    usleep(10000);
  }
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  const BatchStatus after = ReadBatchStatus(photos);
  CHECK(after.states ==
        std::map<std::string, int>{{"done", 2}, {"planned", 6}});
  FakeStager stager;
  CHECK(RunQuietly(PlanBatch(RequestFor(photos)), stager)
            .Count(OutcomeKind::kDone) == 6);
}

TEST_CASE("RunBatch: a full disk stops the batch and leaves no half files") {
  const TempDir folder;
  folder.Write("p/a.jpg", "small");
  folder.Write("p/b.jpg", std::string(200000, 'b'));
  folder.Write("p/c.jpg", "small too");
  const fs::path photos = folder.path() / "p";
  const int status = StatusOf(InChild([&] {
    const BatchPlan plan = PlanBatch(RequestFor(photos));
    // Writes beyond this fail as on a full disk, in this process only.
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {100000, 100000};
    setrlimit(RLIMIT_FSIZE, &limit);
    FakeStager stager;
    const BatchReport report = RunQuietly(plan, stager);
    const bool as_expected = report.stopped_by == ErrorKind::kDisk &&
                             report.Count(OutcomeKind::kDone) == 1 &&
                             report.Count(OutcomeKind::kNotRun) == 1;
    return as_expected ? 0 : 1;
  }));
  CHECK(status == 0);
  CHECK_FALSE(fs::exists(photos / "staged/b.jpg"));
  CHECK_FALSE(HasAbandonedParts(photos / "staged"));
  FakeStager stager;
  CHECK(RunQuietly(PlanBatch(RequestFor(photos)), stager)
            .Count(OutcomeKind::kDone) == 2);
}

TEST_CASE("Manifest: a line that did not fit is undone") {
  const TempDir folder;
  const int status = StatusOf(InChild([&] {
    Manifest manifest(folder.path() / "staged", ManifestSharing::kAlone);
    manifest.Append({{{"record", "batch"}, {"schema", 1}}});
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {300, 300};
    setrlimit(RLIMIT_FSIZE, &limit);
    try {
      manifest.Append({{{"record", "note"}, {"text", std::string(400, 'x')}}});
      return 1;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kDisk) return 2;
    }
    manifest.Append({{{"record", "note"}, {"text", "short"}}});
    return 0;
  }));
  CHECK(status == 0);
  const ManifestLines lines =
      ReadManifestLines(ManifestPath(folder.path() / "staged"));
  CHECK(lines.damaged == 0);
  CHECK_FALSE(lines.torn_tail);
  REQUIRE(lines.records.size() == 2);
  CHECK(lines.records[1]["text"] == "short");
}
