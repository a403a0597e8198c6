#include "core/manifest.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "core/digest.h"
#include "core/error.h"
#include "core/manifest_file.h"
#include "support/temp_dir.h"

using namespace stage;
using nlohmann::json;
using stage::test::ReadFileBytes;
using stage::test::TempDir;
namespace fs = std::filesystem;

namespace {

constexpr auto kBatchLine = R"({"record":"batch","schema":1})"
                            "\n";

StagingJob Job(const TempDir& folder, const std::string& name) {
  StagingJob job;
  job.id = Sha256Hex(name);
  job.input = folder.path() / (name + ".jpg");
  job.output_folder = folder.path() / "staged";
  job.outputs = {job.output_folder / (name + ".jpg")};
  return job;
}

void Append(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::app) << text;
}

}  // namespace

TEST_CASE("Manifest: the last record of a job counts") {
  const TempDir folder;
  const StagingJob job = Job(folder, "kitchen");
  {
    Manifest manifest(job.output_folder, ManifestSharing::kAlone);
    CHECK_FALSE(manifest.Find(job));
    manifest.AppendJob(job, {{"style", "modern"}}, JobState::kPlanned, {});
    manifest.AppendJob(job,
                       {{"style", "modern"}},
                       JobState::kFailed,
                       {{"error", {{"kind", "input"}}}});
    CHECK(manifest.Find(job)->state == JobState::kFailed);
    manifest.AppendJob(job, {{"style", "modern"}}, JobState::kDone, {});
    CHECK_FALSE(manifest.Find(job)->json.contains("error"));
  }
  const ManifestState state = ReadManifest(job.output_folder);
  REQUIRE(state.jobs().size() == 1);
  CHECK(state.jobs()[0]->state == JobState::kDone);
  CHECK(state.jobs()[0]->input == job.input);
  CHECK(state.jobs()[0]->outputs[0].path == job.outputs[0]);
  CHECK(state.jobs()[0]->json["parameters"]["style"] == "modern");
}

TEST_CASE("Manifest: a listing can be moved as a whole") {
  const TempDir folder;
  const StagingJob job = Job(folder, "kitchen");
  Manifest(job.output_folder, ManifestSharing::kAlone)
      .AppendJob(job, json::object(), JobState::kDone, {});
  const fs::path moved = folder.path() / "elsewhere" / "staged";
  fs::create_directories(moved.parent_path());
  fs::rename(job.output_folder, moved);
  const ManifestState state = ReadManifest(moved);
  CHECK(state.jobs()[0]->input == folder.path() / "elsewhere" / "kitchen.jpg");
  CHECK(state.jobs()[0]->outputs[0].path == moved / "kitchen.jpg");
}

TEST_CASE("Manifest: a torn last line is dropped and mended") {
  const TempDir folder;
  const StagingJob job = Job(folder, "kitchen");
  const fs::path file = ManifestPath(job.output_folder);
  {
    Manifest manifest(job.output_folder, ManifestSharing::kAlone);
    manifest.Append({json::parse(kBatchLine)});
    manifest.AppendJob(job,
                       json::object(),
                       JobState::kSubmitted,
                       {{"remote", {{"id", "r-1"}}}});
  }
  Append(file, R"({"record":"job","job":")");
  CHECK(ReadManifest(job.output_folder).jobs().size() == 1);
  SUBCASE("alone") {
    Manifest manifest(job.output_folder, ManifestSharing::kAlone);
    manifest.AppendJob(job, json::object(), JobState::kDone, {});
    CHECK(manifest.damaged_lines() == 0);
  }
  SUBCASE("among shards") {
    Manifest manifest(job.output_folder, ManifestSharing::kShards);
    manifest.AppendJob(job, json::object(), JobState::kDone, {});
    CHECK(manifest.Find(job)->state == JobState::kDone);
  }
  const ManifestState state = ReadManifest(job.output_folder);
  REQUIRE(state.jobs().size() == 1);
  CHECK(state.jobs()[0]->state == JobState::kDone);
  CHECK(state.jobs()[0]->json["remote"]["id"] == "r-1");
}

TEST_CASE("Manifest: unknown fields are handed on, unknown records ignored") {
  const TempDir folder;
  const StagingJob job = Job(folder, "kitchen");
  Manifest manifest(job.output_folder, ManifestSharing::kAlone);
  manifest.AppendJob(
      job, json::object(), JobState::kPlanned, {{"client", "Smith & Co"}});
  manifest.Append({{{"record", "invoice"}, {"number", 7}}});
  manifest.AppendJob(job, json::object(), JobState::kDone, {});
  CHECK(manifest.Find(job)->json["client"] == "Smith & Co");
}

TEST_CASE("Manifest: a new order forgets the id of the one before") {
  const TempDir folder;
  const StagingJob job = Job(folder, "kitchen");
  Manifest manifest(job.output_folder, ManifestSharing::kAlone);
  manifest.AppendJob(
      job, json::object(), JobState::kDone, {{"remote", {{"id", "r-1"}}}});
  manifest.AppendJob(job, json::object(), JobState::kPlanned, {});
  CHECK(manifest.Find(job)->json["remote"]["id"] == "r-1");
  manifest.AppendJob(job, json::object(), JobState::kSubmitting, {});
  CHECK_FALSE(manifest.Find(job)->json.contains("remote"));
}

TEST_CASE("Manifest: damaged lines and a newer schema") {
  const TempDir folder;
  folder.Write("staged/manifest.jsonl",
               std::string(kBatchLine) + "not json\n[1]\n{\"record\":5}\n");
  CHECK(ReadManifestLines(ManifestPath(folder.path() / "staged")).damaged == 3);
  folder.Write("new/manifest.jsonl",
               R"({"record":"batch","schema":2})"
               "\n");
  CHECK_THROWS_WITH_AS(ReadManifest(folder.path() / "new"),
                       doctest::Contains("newer stage"),
                       Error);
}

TEST_CASE("Manifest: a second process is refused and told who is there") {
  const TempDir folder;
  const fs::path output = folder.path() / "staged";
  Manifest first(output, ManifestSharing::kAlone);
  for (const auto sharing :
       {ManifestSharing::kAlone, ManifestSharing::kShards}) {
    CHECK_THROWS_WITH_AS(Manifest(output, sharing),
                         doctest::Contains(std::to_string(getpid()).c_str()),
                         Error);
  }
}

TEST_CASE("LockHolder: is found behind locks that others wait for") {
  const TempDir folder;
  const std::string busy = folder.Write("busy", "").string();
  const int first = open(busy.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(flock(first, LOCK_EX) == 0);
  const pid_t waiter = fork();
  if (waiter == 0) {
    close(first);  // else this process would hold what it waits for
    flock(open(busy.c_str(), O_RDWR), LOCK_EX);
    _exit(0);
  }
  const auto someone_waits = [] {
    return ReadFileBytes("/proc/locks").find("->") != std::string::npos;
  };
  for (int i = 0; i < 5000 && !someone_waits(); ++i) usleep(1000);
  const Manifest manifest(folder.path() / "staged", ManifestSharing::kAlone);
  CHECK(LockHolder(ManifestPath(folder.path() / "staged")) == getpid());
  CHECK(LockHolder(folder.path() / "gone") == 0);
  close(first);
  waitpid(waiter, nullptr, 0);
}

TEST_CASE("Manifest: shards share a folder but never a job") {
  const TempDir folder;
  const StagingJob kitchen = Job(folder, "kitchen");
  const StagingJob bath = Job(folder, "bath");
  Manifest first(kitchen.output_folder, ManifestSharing::kShards);
  Manifest second(kitchen.output_folder, ManifestSharing::kShards);
  CHECK_THROWS_AS(Manifest(kitchen.output_folder, ManifestSharing::kAlone),
                  Error);
  {
    const auto claim = first.Claim(kitchen);
    REQUIRE(claim != nullptr);
    CHECK(second.Claim(kitchen) == nullptr);
    CHECK(second.Claim(bath) != nullptr);
  }
  CHECK(second.Claim(kitchen) != nullptr);
  first.AppendJob(kitchen, json::object(), JobState::kDone, {});
  CHECK(second.Find(kitchen)->state == JobState::kDone);
}

TEST_CASE("Manifest: lines of many processes and threads stay whole") {
  const TempDir folder;
  const fs::path output = folder.path() / "staged";
  constexpr int kProcesses = 4, kThreads = 3, kLines = 20;
  const std::string filling(5000, 'x');  // more than a page together
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t child = fork();
    if (child == 0) {
      {
        Manifest manifest(output, ManifestSharing::kShards);
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t) {
          threads.emplace_back([&] {
            for (int i = 0; i < kLines; ++i) {
              manifest.Append({{{"record", "note"}, {"text", filling}}});
            }
          });
        }
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  const ManifestLines lines = ReadManifestLines(ManifestPath(output));
  CHECK(lines.records.size() == kProcesses * kThreads * kLines);
  CHECK(lines.damaged == 0);
  CHECK_FALSE(lines.torn_tail);
}

TEST_CASE("OutputsIntact: size and bytes of every result must be as recorded") {
  const TempDir folder;
  JobRecord record;
  CHECK_FALSE(OutputsIntact(record));
  const fs::path file = folder.Write("a.jpg", "abc");
  record.outputs.push_back(
      {.path = file,
       .sha256 =
           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"});
  CHECK(OutputsIntact(record));
  folder.Write("a.jpg", "abd");
  CHECK_FALSE(OutputsIntact(record));
  fs::remove(file);
  CHECK_FALSE(OutputsIntact(record));
}
