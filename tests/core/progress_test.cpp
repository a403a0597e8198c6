#include "core/progress.h"

#include <doctest/doctest.h>
#include <pty.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "core/batch.h"
#include "core/batch_status.h"
#include "core/fake_stager.h"
#include "core/log.h"
#include "core/progress_forms.h"

using namespace stage;
using namespace stage::test;
namespace fs = std::filesystem;

namespace {

/// Runs a batch of four photos: one is done twice over, one fails, one needs a
/// second attempt.
void Show(ProgressOptions options, std::FILE* stream) {
  const TempDir folder;
  folder.Write("ok.jpg", "ok");
  folder.Write("bad.jpg", "bad");
  folder.Write("slow.jpg", "slow");
  folder.Write("twin.jpg", "ok");
  options.stream = stream;
  int refusals = 1;
  FakeStager stager;
  stager.before = [&](const StagingJob& job, JobProgress& progress) {
    if (job.input.filename() == "bad.jpg") {
      throw Error(ErrorKind::kInput, "bad.jpg: cut off; export it again");
    }
    if (job.input.filename() == "slow.jpg" && refusals-- > 0) {
      throw Error(ErrorKind::kVendorUnavailable, "busy");
    }
  };
  const std::unique_ptr<Progress> progress = MakeProgress(options);
  BatchOptions batch;
  batch.retry_wait_s = 0.001;
  RunBatch(PlanBatch(RequestFor(folder.path())), stager, batch, *progress);
  progress->Note(NoteLevel::kWarning, "low on \x1b[1mdisk");
  progress->Note(NoteLevel::kInfo, "decided");
}

std::string ShownInFile(const ProgressOptions& options) {
  std::FILE* file = std::tmpfile();
  Show(options, file);
  std::string text(static_cast<size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Progress: plain lines tell every photo and the sum") {
  const std::string text = ShownInFile({ProgressMode::kAuto});
  CHECK(Contains(text, "failed: bad.jpg: cut off; export it again\n"));
  CHECK(Contains(text, "ok.jpg -> "));
  CHECK(Contains(text, "retry in "));
  CHECK(Contains(text, "2 done, 1 copied, 1 failed in "));
  CHECK(Contains(text, "warning: low on [1mdisk\n"));
  CHECK_FALSE(Contains(text, "\x1b"));
  CHECK_FALSE(Contains(text, "decided"));
}

TEST_CASE("Progress: quiet leaves errors, verbose tells decisions") {
  const std::string quiet =
      ShownInFile({ProgressMode::kPlain, Verbosity::kQuiet});
  CHECK(Contains(quiet, "bad.jpg: cut off"));
  CHECK_FALSE(Contains(quiet, "ok.jpg"));
  CHECK_FALSE(Contains(quiet, "low on"));
  CHECK(Contains(ShownInFile({ProgressMode::kPlain, Verbosity::kVerbose}),
                 "decided"));
  CHECK(Contains(ShownInFile({ProgressMode::kNone}), "bad.jpg: cut off"));
}

TEST_CASE("Progress: JSON is one object a line with the whole story") {
  std::istringstream lines(ShownInFile({ProgressMode::kJson}));
  std::map<std::string, int> events;
  nlohmann::json last;
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json event = nlohmann::json::parse(line);
    ++events[event.at("event").get<std::string>()];
    CHECK(event.contains("at"));
    if (event["event"] == "batch_finished") last = event;
  }
  CHECK(events["batch_started"] == 1);
  CHECK(events["job_started"] == 3);
  CHECK(events["job_phase"] >= 3);
  CHECK(events["job_finished"] == 2);
  CHECK(events["job_failed"] == 1);
  CHECK(events["job_retried"] == 1);
  CHECK(events["job_skipped"] == 1);
  CHECK(last["done"] == 2);
  CHECK(last["failed"] == 1);
}

TEST_CASE("Progress: a terminal shows a bar and is left clean") {
  int terminal = -1, program = -1;
  REQUIRE(openpty(&terminal, &program, nullptr, nullptr, nullptr) == 0);
  const char* old_term = std::getenv("TERM");
  const std::string term = old_term == nullptr ? "" : old_term;
  setenv("TERM", "xterm", 1);
  std::string text;
  std::jthread reader([&] {
    char piece[4096];
    ssize_t count;
    while ((count = read(terminal, piece, sizeof piece)) > 0) {
      text.append(piece, static_cast<size_t>(count));
    }
  });
  std::FILE* stream = fdopen(program, "w");
  Show({ProgressMode::kAuto}, stream);
  std::fclose(stream);
  reader.join();
  close(terminal);
  term.empty() ? unsetenv("TERM") : setenv("TERM", term.c_str(), 1);
  CHECK(Contains(text, "/4 photos"));
  CHECK(Contains(text, "\x1b[J"));
  CHECK(Contains(text, "bad.jpg: cut off"));
  // After the summary nothing is drawn any more.
  const size_t end = text.rfind("2 done, 1 copied, 1 failed in ");
  REQUIRE(end != std::string::npos);
  CHECK_FALSE(Contains(text.substr(end), "\x1b"));
}

TEST_CASE("ParseProgressMode: a wrong word gets a hint") {
  CHECK(ParseProgressMode("json") == ProgressMode::kJson);
  CHECK_THROWS_WITH_AS(ParseProgressMode("plian"),
                       doctest::Contains("did you mean 'plain'?"),
                       Error);
}

TEST_CASE("DurationText: short and long times read well") {
  CHECK(DurationText(0.04) == "0.0 s");
  CHECK(DurationText(9.96) == "10 s");
  CHECK(DurationText(59.97) == "1 min 0 s");
  CHECK(DurationText(4325) == "1 h 12 min");
}

TEST_CASE("SetUpLogging: the log file gets what happens, with its level") {
  const TempDir folder;
  LogOptions options;
  options.file = folder.path() / "stage.log";
  SetUpLogging(options);
  ShutDownLogging();
  CHECK(fs::exists(*options.file));
  options.file = folder.path() / "stage.log" / "below a file";
  CHECK_THROWS_AS(SetUpLogging(options), Error);
}

TEST_CASE("ReadBatchStatus: finds the manifest from the folder of photos") {
  const TempDir folder;
  folder.Write("a.jpg", "a");
  CHECK_THROWS_AS(ReadBatchStatus(folder.path()), Error);
  FakeStager stager;
  RunQuietly(PlanBatch(RequestFor(folder.path())), stager);
  const fs::path staged = folder.path() / "staged";
  for (const fs::path& given :
       {folder.path(), staged, staged / "manifest.jsonl"}) {
    const BatchStatus status = ReadBatchStatus(given);
    CHECK(status.folder == staged);
    CHECK(status.running_pid == 0);
    CHECK(BatchStatusJson(status)["states"]["done"] == 1);
  }
  fs::remove(staged / "a.jpg");
  CHECK(ReadBatchStatus(staged).missing_results == 1);
  const Manifest busy(staged, ManifestSharing::kAlone);
  CHECK(ReadBatchStatus(staged).running_pid == getpid());
}
