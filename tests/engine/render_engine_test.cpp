#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "core/error.h"
#include "core/photo/photo.h"
#include "engine/local_engine.h"
#include "engine/refiner.h"
#include "support/temp_dir.h"

namespace stage {
namespace {

using test::ReadFileBytes;
using test::TempDir;

const std::filesystem::path kRooms =
    std::filesystem::path(STAGE_TEST_DATA_DIR) / "rooms";

class Quiet final : public JobProgress {
 public:
  void Phase(const std::string&, double) override {}
  bool cancelled() const override { return false; }
};

std::unique_ptr<LocalEngine> Engine() {
  return std::unique_ptr<LocalEngine>(stage_open_local_engine(kLocalEngineAbi));
}

StagingJob LivingRoom(const std::filesystem::path& output) {
  StagingJob job;
  job.input = kRooms / "living-oak-corner.jpg";
  job.input_sha256 = "living-oak-corner";
  job.generate.room = "living";
  job.generate.style = "scandinavian";
  job.output.format = "png";
  job.outputs = {output};
  return job;
}

StageResult StageWith(int threads,
                      const StagingJob& job,
                      std::shared_ptr<engine::Refiner> refiner = nullptr) {
  const std::unique_ptr<LocalEngine> engine = Engine();
  LocalEngineOptions options;
  options.threads = threads;
  options.samples_per_pixel = 4;
  options.refiner = std::move(refiner);
  Quiet quiet;
  return engine->MakeStager(options)->Stage(job, quiet);
}

// Keeps what it was asked for and changes nothing.
class WitnessRefiner final : public engine::Refiner {
 public:
  ImageU8 Refine(const engine::RefineRequest& request,
                 const ColorConverter&,
                 Photo& staged) override {
    prompt = request.prompt;
    negative_prompt = request.negative_prompt;
    strength = request.strength;
    const ImageF& coverage = request.coverage;
    REQUIRE(request.depth.width() == coverage.width());
    REQUIRE(request.depth.height() == coverage.height());
    for (int y = 0; y < coverage.height(); ++y) {
      for (int x = 0; x < coverage.width(); ++x) {
        if (coverage.at(x, y) < 1) continue;
        ++covered;
        const float metres = request.depth.at(x, y);
        near += metres > 0.5f && metres < 12 ? 1 : 0;
      }
    }
    request.on_fraction(1);
    return ImageU8(coverage.width(), coverage.height(), 1);
  }
  nlohmann::json ModelRecords() const override {
    return {{{"name", "witness"}}};
  }

  std::string prompt, negative_prompt;
  double strength = 0;
  int covered = 0, near = 0;
};

// Share of pixels whose three values are all the photo's.
double Untouched(const Photo& before, const Photo& after) {
  int64_t same = 0;
  for (int y = 0; y < before.height(); ++y) {
    for (int x = 0; x < before.width(); ++x) {
      same += std::equal(&before.pixels8.at(x, y),
                         &before.pixels8.at(x, y) + 3,
                         &after.pixels8.at(x, y));
    }
  }
  return static_cast<double>(same) / before.width() / before.height();
}

}  // namespace

TEST_CASE("The module: another version of the program is turned away") {
  CHECK(stage_open_local_engine(kLocalEngineAbi + 1) == nullptr);
}

TEST_CASE("RenderStager: no terrace is furnished in a living room") {
  const TempDir folder;
  StagingJob job = LivingRoom(folder.path() / "one.png");
  job.generate.room = "outdoor";
  try {
    StageWith(1, job);
    FAIL("staged");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kGeometry);
    CHECK(std::string(error.what()).find("--room outdoor") !=
          std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(job.outputs.front()));
}

TEST_CASE("RenderStager: furnishes a room and leaves the rest of it alone") {
  const TempDir folder;
  const StagingJob job = LivingRoom(folder.path() / "one.png");
  const StageResult result = StageWith(1, job);
  REQUIRE(result.outputs.size() == 1);
  const nlohmann::json& variant = result.details["variants"][0];
  CHECK(variant["room"] == "living");
  CHECK(variant["room_changed"].get<double>() < 0.001);
  CHECK(variant["pieces"].size() >= 3);
  for (const nlohmann::json& piece : variant["pieces"]) {
    CHECK_FALSE(piece["licence"].get<std::string>().empty());
  }
  const Photo before = ReadPhoto(job.input);
  const Photo after = ReadPhoto(job.outputs[0]);
  REQUIRE(after.width() == before.width());
  REQUIRE(after.height() == before.height());
  const double untouched = Untouched(before, after);
  CHECK(untouched > 0.3);
  CHECK(untouched < 0.97);

  const StagingJob again = LivingRoom(folder.path() / "three.png");
  StageWith(3, again);
  CHECK(ReadFileBytes(again.outputs[0]) == ReadFileBytes(job.outputs[0]));
}

TEST_CASE("RenderStager: a plan that was written comes back as it was") {
  const TempDir folder;
  StagingJob job = LivingRoom(folder.path() / "planned.png");
  job.generate.plan_out = folder.path() / "plan.json";
  StageWith(2, job);
  StagingJob again = LivingRoom(folder.path() / "again.png");
  again.generate.plan_in = folder.path() / "plan.json";
  StageWith(2, again);
  CHECK(ReadFileBytes(again.outputs[0]) == ReadFileBytes(job.outputs[0]));
}

TEST_CASE(
    "RenderStager: what needs a diffusion model is refused, not ignored") {
  const std::unique_ptr<Stager> stager = Engine()->MakeStager({});
  StagingJob job = LivingRoom("unused.png");
  stager->CheckJob(job);
  job.generate.prompt = "a red sofa";
  CHECK_THROWS_WITH_AS(
      stager->CheckJob(job), doctest::Contains("--prompt"), Error);
}

TEST_CASE("RenderStager: a model gets the plan, its depth and its words") {
  const TempDir folder;
  StagingJob job = LivingRoom(folder.path() / "one.png");
  job.generate.engine = "diffusion";
  CHECK_THROWS_AS(StageWith(2, job), Error);
  job.generate.fidelity = Fidelity::kStrict;
  const auto refiner = std::make_shared<WitnessRefiner>();
  const StageResult result = StageWith(2, job, refiner);
  CHECK(refiner->prompt.find("living room") != std::string::npos);
  CHECK(refiner->prompt.find("scandinavian") != std::string::npos);
  CHECK(refiner->negative_prompt.find("extra windows") != std::string::npos);
  CHECK(refiner->strength > 0);
  CHECK(refiner->strength < 0.5);
  REQUIRE(refiner->covered > 1000);
  CHECK(refiner->near == refiner->covered);
  CHECK(result.engine["name"] == "diffusion");
  CHECK(result.engine["models"][0]["name"] == "witness");
}

TEST_CASE("Analyze: tells what design.md promises") {
  AnalyzeRequest request;
  request.photo = kRooms / "bedroom-carpet.jpg";
  const nlohmann::json seen = Engine()->Analyze(request);
  for (const char* key : {"photo",
                          "size",
                          "confidence",
                          "camera",
                          "vanishing_points",
                          "floor_polygon",
                          "room",
                          "openings"}) {
    CHECK_MESSAGE(seen.contains(key), key);
  }
  CHECK(seen["vanishing_points"].size() == 3);
  CHECK(seen["floor_polygon"].size() >= 3);
}

}  // namespace stage
