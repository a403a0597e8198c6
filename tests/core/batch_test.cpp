#include "core/batch.h"

#include <doctest/doctest.h>

#include <mutex>
#include <set>

#include "core/batch_status.h"
#include "core/fake_stager.h"
#include "core/interrupt.h"
#include "core/manifest_file.h"

using namespace stage;
using namespace stage::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// Every job's results hold what the stager would write.
void CheckResults(const BatchPlan& plan) {
  for (const StagingJob& job : plan.jobs) {
    for (size_t i = 0; i < job.outputs.size(); ++i) {
      CHECK(ReadFileBytes(job.outputs[i]) ==
            FakeStager::Expected(job, static_cast<int>(i) + 1));
    }
  }
}

void WritePhotos(const TempDir& folder, int count) {
  for (int i = 1; i <= count; ++i) {
    folder.Write("photo-" + std::to_string(i) + ".jpg",
                 "bytes of " + std::to_string(i));
  }
}

auto FailFor(const std::string& name, ErrorKind kind, int* times = nullptr) {
  return [=](const StagingJob& job, JobProgress&) {
    if (job.input.filename() != name) return;
    if (times != nullptr && (*times)-- <= 0) return;
    throw Error(kind, name + ": no good");
  };
}

}  // namespace

TEST_CASE("RunBatch: every photo is staged and recorded") {
  const TempDir folder;
  WritePhotos(folder, 5);
  BatchRequest request = RequestFor(folder.path());
  request.common.variants = 2;
  const BatchPlan plan = PlanBatch(request);
  FakeStager stager;
  stager.in_flight = 3;
  const BatchReport report = RunQuietly(plan, stager);
  CHECK(report.Count(OutcomeKind::kDone) == 5);
  CheckResults(plan);
  const BatchStatus status = ReadBatchStatus(folder.path());
  CHECK(status.states == std::map<std::string, int>{{"done", 5}});
  const json& record = status.jobs[0].json;
  CHECK(record["outputs"][1]["path"] == "photo-1-2.jpg");
  CHECK(record["outputs"][0]["width"] == 4);
  CHECK(record["input"] == "../photo-1.jpg");
  CHECK(record["engine"]["name"] == "fake");
  CHECK(record["attempt"] == 1);
  CHECK(ReadManifestLines(ManifestPath(status.folder)).records[0]["record"] ==
        "batch");
}

TEST_CASE(
    "RunBatch: finished jobs are skipped while their results are intact") {
  const TempDir folder;
  WritePhotos(folder, 3);
  const BatchPlan plan = PlanBatch(RequestFor(folder.path()));
  FakeStager stager;
  RunQuietly(plan, stager);
  CHECK(RunQuietly(plan, stager).Count(OutcomeKind::kSkipped) == 3);
  CHECK(stager.staged == 3);

  SUBCASE("a result that is gone is made again") {
    fs::remove(plan.jobs[1].outputs[0]);
    CHECK(RunQuietly(plan, stager).Count(OutcomeKind::kSkipped) == 2);
    CHECK(stager.staged == 4);
  }
  SUBCASE("a result that the user changed is made again and kept aside") {
    folder.Write("staged/photo-2.jpg", "retouched by hand");
    RunQuietly(plan, stager);
    CHECK(stager.staged == 4);
    bool kept = false;
    for (const auto& entry :
         fs::directory_iterator(folder.path() / "staged/earlier")) {
      kept |= ReadFileBytes(entry.path()) == "retouched by hand";
    }
    CHECK(kept);
  }
  SUBCASE("--restart does all again") {
    RunQuietly(plan, stager, {.resume = ResumeMode::kRestart});
    CHECK(stager.staged == 6);
  }
  SUBCASE("other wishes are another job, which replaces what cost nothing") {
    BatchRequest request = RequestFor(folder.path());
    request.common.seed = 7;
    const BatchPlan other = PlanBatch(request);
    CHECK(RunQuietly(other, stager).Count(OutcomeKind::kDone) == 3);
    CheckResults(other);
    CHECK(other.jobs[0].outputs == plan.jobs[0].outputs);
  }
  SUBCASE("another style lies beside the first") {
    BatchRequest request = RequestFor(folder.path());
    request.common.generate.style = "coastal";
    const BatchPlan other = PlanBatch(request);
    CHECK(RunQuietly(other, stager).Count(OutcomeKind::kDone) == 3);
    CheckResults(other);
    CHECK(other.jobs[0].outputs[0] ==
          folder.path() / "staged/photo-1-coastal.jpg");
    CHECK(PlanBatch(request).jobs[0].outputs == other.jobs[0].outputs);
    CHECK(RunQuietly(PlanBatch(RequestFor(folder.path())), stager)
              .Count(OutcomeKind::kSkipped) == 3);
  }
  SUBCASE("a style that failed holds no name") {
    BatchRequest request = RequestFor(folder.path());
    request.common.generate.style = "coastal";
    folder.Write("new/hall.jpg", "a hall");
    request.inputs.paths = {folder.path() / "new"};
    FakeStager broken;
    broken.before = FailFor("hall.jpg", ErrorKind::kInput);
    CHECK(RunQuietly(PlanBatch(request), broken).failures() == 1);
    request.common.generate.style = "japandi";
    CHECK(PlanBatch(request).jobs[0].outputs[0].filename() == "hall.jpg");
  }
  SUBCASE("a renamed photo gets the result it had, under its new name") {
    fs::rename(folder.path() / "photo-3.jpg", folder.path() / "hall.jpg");
    const BatchPlan renamed = PlanBatch(RequestFor(folder.path()));
    CHECK(RunQuietly(renamed, stager).Count(OutcomeKind::kCopied) == 1);
    CHECK(stager.staged == 3);
    CheckResults(renamed);
  }
  CheckResults(plan.jobs.size() == 3 ? BatchPlan() : plan);
}

TEST_CASE("RunBatch: the same photo under two names is worked on once") {
  const TempDir folder;
  folder.Write("a.jpg", "same");
  folder.Write("b.jpg", "same");
  folder.Write("x/a.jpg", "same");
  BatchRequest request = RequestFor(folder.path());
  request.inputs.recursive = true;
  const BatchPlan plan = PlanBatch(request);
  FakeStager stager;
  const BatchReport report = RunQuietly(plan, stager);
  CHECK(stager.staged == 1);
  CHECK(report.Count(OutcomeKind::kCopied) == 2);
  CheckResults(plan);
  CHECK(RunQuietly(plan, stager).Count(OutcomeKind::kSkipped) == 3);
}

TEST_CASE("RunBatch: one photo's error does not stop the others") {
  const TempDir folder;
  WritePhotos(folder, 3);
  folder.Write("photo-4.jpg", "bytes of 2");  // fails with photo-2
  FakeStager stager;
  stager.before = FailFor("photo-2.jpg", ErrorKind::kGeometry);
  const BatchPlan plan = PlanBatch(RequestFor(folder.path()));
  const BatchReport report = RunQuietly(plan, stager);
  CHECK(report.Count(OutcomeKind::kDone) == 2);
  CHECK(report.failures() == 2);
  CHECK_FALSE(report.stopped_by);
  CHECK(report.outcomes[1].error == "photo-2.jpg: no good");
  CHECK(report.outcomes[1].attempts == 1);
  const BatchStatus status = ReadBatchStatus(folder.path());
  CHECK(status.states ==
        std::map<std::string, int>{{"done", 2}, {"failed", 2}});
  CHECK(status.jobs[1].json["error"]["kind"] == "geometry");
  stager.before = nullptr;
  CHECK(RunQuietly(plan, stager).Count(OutcomeKind::kDone) == 1);
}

TEST_CASE("RunBatch: exceptions of libraries are a photo's error too") {
  const TempDir folder;
  WritePhotos(folder, 2);
  FakeStager stager;
  stager.before = [](const StagingJob& job, JobProgress&) {
    if (job.input.filename() == "photo-1.jpg") throw std::out_of_range("at");
  };
  const BatchReport report =
      RunQuietly(PlanBatch(RequestFor(folder.path())), stager);
  CHECK(report.Count(OutcomeKind::kDone) == 1);
  CHECK(report.outcomes[0].error_kind == ErrorKind::kUnexpected);
  CHECK(report.outcomes[0].error.find("photo-1.jpg") != std::string::npos);
}

TEST_CASE("RunBatch: errors that concern all photos stop the batch") {
  const TempDir folder;
  WritePhotos(folder, 6);
  const BatchPlan plan = PlanBatch(RequestFor(folder.path()));
  FakeStager stager;
  SUBCASE("a refused key at once") {
    for (const ErrorKind kind : {ErrorKind::kCredentials,
                                 ErrorKind::kCredits,
                                 ErrorKind::kDisk,
                                 ErrorKind::kModel}) {
      stager.before = FailFor("photo-2.jpg", kind);
      const BatchReport report =
          RunQuietly(plan, stager, {.resume = ResumeMode::kRestart});
      CHECK(report.stopped_by == kind);
      CHECK(report.Count(OutcomeKind::kNotRun) == 4);
    }
  }
  SUBCASE("a vendor that is down after three photos") {
    stager.before = [](const StagingJob&, JobProgress&) {
      throw Error(ErrorKind::kVendorUnavailable, "503");
    };
    const BatchReport report = RunQuietly(plan, stager, {.retries = 1});
    CHECK(report.stopped_by == ErrorKind::kVendorUnavailable);
    CHECK(report.failures() == 3);
    CHECK(report.outcomes[0].attempts == 2);
  }
}

TEST_CASE("RunBatch: one reason for all failures is how the batch ended") {
  const TempDir folder;
  WritePhotos(folder, 2);
  const BatchPlan plan = PlanBatch(RequestFor(folder.path()));
  FakeStager stager;
  stager.before = [](const StagingJob&, JobProgress&) {
    throw Error(ErrorKind::kDevice, "no such device");
  };
  CHECK(RunQuietly(plan, stager, {.retries = 0}).stopped_by ==
        ErrorKind::kDevice);
  stager.before = [](const StagingJob&, JobProgress&) {
    throw Error(ErrorKind::kInput, "broken");
  };
  CHECK_FALSE(RunQuietly(plan, stager).stopped_by);
}

TEST_CASE("RunBatch: only what can get better is tried again") {
  const TempDir folder;
  WritePhotos(folder, 2);
  FakeStager stager;
  int failures = 2;
  stager.before =
      FailFor("photo-2.jpg", ErrorKind::kVendorUnavailable, &failures);
  const BatchReport report =
      RunQuietly(PlanBatch(RequestFor(folder.path())), stager);
  CHECK(report.Count(OutcomeKind::kDone) == 2);
  CHECK(report.outcomes[1].attempts == 3);
  CHECK(ReadBatchStatus(folder.path()).jobs[1].attempt == 1);
}

TEST_CASE("RunBatch: a job that takes too long is given up") {
  const TempDir folder;
  WritePhotos(folder, 2);
  FakeStager stager;
  stager.before = [](const StagingJob& job, JobProgress& progress) {
    while (job.input.filename() == "photo-1.jpg" && !progress.cancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (progress.cancelled()) throw Error(ErrorKind::kInterrupted, "stopped");
  };
  const BatchReport report = RunQuietly(
      PlanBatch(RequestFor(folder.path())), stager, {.timeout_s = 0.05});
  CHECK(report.outcomes[0].error.find("--timeout") != std::string::npos);
  CHECK(report.Count(OutcomeKind::kDone) == 1);
  CHECK_FALSE(report.interrupted);
}

TEST_CASE("RunBatch: after an interruption the same command goes on") {
  const TempDir folder;
  WritePhotos(folder, 5);
  const BatchPlan plan = PlanBatch(RequestFor(folder.path()));
  FakeStager stager;
  stager.before = [](const StagingJob& job, JobProgress& progress) {
    if (job.input.filename() != "photo-3.jpg") return;
    RequestInterrupt();
    if (progress.cancelled()) throw Error(ErrorKind::kInterrupted, "stopped");
  };
  const BatchReport report = RunQuietly(plan, stager);
  ClearInterrupt();
  CHECK(report.interrupted);
  CHECK(report.Count(OutcomeKind::kDone) == 2);
  CHECK(report.Count(OutcomeKind::kNotRun) == 3);
  CHECK(report.failures() == 0);
  CHECK_FALSE(fs::exists(plan.jobs[2].outputs[0]));
  stager.before = nullptr;
  CHECK(RunQuietly(plan, stager).Count(OutcomeKind::kDone) == 3);
  CheckResults(plan);
}

TEST_CASE("RunBatch: what a stager cannot do is refused before anything") {
  class Choosy : public FakeStager {
   public:
    void CheckJob(const StagingJob& job) const override {
      if (job.input.filename() == "photo-2.jpg") {
        throw Error(ErrorKind::kUsage, "--sketch is not for this backend");
      }
    }
  };
  const TempDir folder;
  WritePhotos(folder, 2);
  Choosy stager;
  CHECK_THROWS_AS(RunQuietly(PlanBatch(RequestFor(folder.path())), stager),
                  Error);
  CHECK_FALSE(fs::exists(folder.path() / "staged"));
}

TEST_CASE("RunBatch: results that fail the check are not published") {
  const TempDir folder;
  WritePhotos(folder, 2);
  BatchOptions options;
  options.check = [](const StagingJob& job, const StageResult&) {
    if (job.input.filename() == "photo-1.jpg") {
      throw Error(ErrorKind::kInput, "photo-1.jpg: the result is black");
    }
  };
  FakeStager stager;
  const BatchPlan plan = PlanBatch(RequestFor(folder.path()));
  const BatchReport report = RunQuietly(plan, stager, options);
  CHECK(report.failures() == 1);
  CHECK_FALSE(fs::exists(plan.jobs[0].outputs[0]));
  CHECK(fs::exists(folder.path() / "staged/rejected/photo-1.jpg"));
  CHECK(ReadBatchStatus(folder.path()).jobs[0].state == JobState::kFailed);
}

TEST_CASE("RunBatch: results that were promised but not written are an error") {
  class Forgetful : public FakeStager {
    StageResult Stage(const StagingJob& job, JobProgress&) override {
      StageResult result;
      for (const fs::path& path : job.outputs) {
        result.outputs.push_back({.path = path});
      }
      return result;
    }
  };
  const TempDir folder;
  WritePhotos(folder, 1);
  Forgetful stager;
  CHECK(RunQuietly(PlanBatch(RequestFor(folder.path())), stager).failures() ==
        1);
}

TEST_CASE("RunBatch: each job's last record is handed out once") {
  const TempDir folder;
  WritePhotos(folder, 3);
  folder.Write("photo-4.jpg", "bytes of 1");
  std::multiset<std::string> outcomes;
  BatchOptions options;
  options.on_record = [&](const StagingJob&, const json& record) {
    outcomes.insert(record["outcome"].get<std::string>());
  };
  FakeStager stager;
  stager.before = FailFor("photo-2.jpg", ErrorKind::kInput);
  const BatchPlan plan = PlanBatch(RequestFor(folder.path()));
  RunQuietly(plan, stager, options);
  CHECK(outcomes ==
        std::multiset<std::string>{"copied", "done", "done", "failed"});
  outcomes.clear();
  RunQuietly(plan, stager, options);
  CHECK(outcomes ==
        std::multiset<std::string>{"skipped", "skipped", "skipped", "failed"});
}

TEST_CASE("RunBatch: a photo that is left out is no failure") {
  const TempDir folder;
  WritePhotos(folder, 3);
  folder.Write("photo-4.jpg", "bytes of 2");
  FakeStager stager;
  stager.before = [](const StagingJob& job, JobProgress&) {
    if (ReadFileBytes(job.input) == "bytes of 2") {
      throw PhotoLeftOut("a floor plan");
    }
  };
  const BatchReport report =
      RunQuietly(PlanBatch(RequestFor(folder.path())), stager);
  CHECK(report.Count(OutcomeKind::kLeftOut) == 2);  // and its copy
  CHECK(report.Count(OutcomeKind::kDone) == 2);
  CHECK(report.failures() == 0);
  CHECK_FALSE(report.is_all_left_out());
  const BatchStatus status = ReadBatchStatus(folder.path());
  CHECK(status.states ==
        std::map<std::string, int>{{"done", 2}, {"skipped", 2}});
  // Where nothing else was asked for, nothing was done.
  for (const char* other : {"photo-1.jpg", "photo-3.jpg"}) {
    fs::remove(folder.path() / other);
  }
  CHECK(RunQuietly(PlanBatch(RequestFor(folder.path())), stager)
            .is_all_left_out());
}

TEST_CASE("RunBatch: shards of one folder finish a batch together") {
  const TempDir folder;
  WritePhotos(folder, 12);
  FakeStager stager;
  stager.duration = std::chrono::milliseconds(2);
  std::vector<std::jthread> shards;
  for (int i = 0; i < 3; ++i) {
    shards.emplace_back([&, i] {
      // The first part is started twice by mistake: no job is done twice.
      BatchRequest request = RequestFor(folder.path());
      request.shard = Shard{i % 2, 2};
      RunQuietly(PlanBatch(request), stager);
    });
  }
  shards.clear();
  CHECK(stager.staged == 12);
  const BatchStatus status = ReadBatchStatus(folder.path());
  CHECK(status.states == std::map<std::string, int>{{"done", 12}});
  CheckResults(PlanBatch(RequestFor(folder.path())));
}
