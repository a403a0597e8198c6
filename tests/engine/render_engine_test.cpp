#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

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
    REQUIRE(request.segmentation != nullptr);
    const ImageU8& pieces = *request.segmentation;
    for (int y = 0; y < pieces.height(); ++y) {
      for (int x = 0; x < pieces.width(); ++x) {
        floor += pieces.at(x, y, 0) == 80 && pieces.at(x, y, 1) == 50 ? 1 : 0;
        sofa += pieces.at(x, y, 0) == 11 && pieces.at(x, y, 1) == 102 ? 1 : 0;
      }
    }
    furnishes_freely = request.free_mask != nullptr;
    request.on_fraction(1);
    return ImageU8(coverage.width(), coverage.height(), 1);
  }
  nlohmann::json ModelRecords() const override {
    return {{{"name", "witness"}}};
  }
  nlohmann::json Settings(const engine::RefineRequest& request) const override {
    return {{"strength", request.strength}};
  }

  std::string prompt, negative_prompt;
  double strength = 0;
  int covered = 0, near = 0, floor = 0, sofa = 0;
  bool furnishes_freely = false;
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

TEST_CASE("RenderStager: --declutter-first takes loose things away first") {
  const TempDir folder;
  Photo cluttered = ReadPhoto(kRooms / "living-oak-corner.jpg");
  const int width = cluttered.width(), height = cluttered.height();
  const auto box_pixels = [&](const Photo& photo) {
    int count = 0;
    for (int y = height * 68 / 100; y < height * 84 / 100; ++y) {
      for (int x = width * 20 / 100; x < width * 32 / 100; ++x) {
        bool same = true;
        for (int c = 0; c < 3; ++c) {
          same = same && std::abs(photo.pixels8.at(x, y, c) - 40 - 9 * c) < 3;
        }
        count += same ? 1 : 0;
      }
    }
    return count;
  };
  for (int y = height * 68 / 100; y < height * 84 / 100; ++y) {
    for (int x = width * 20 / 100; x < width * 32 / 100; ++x) {
      for (int c = 0; c < 3; ++c) {
        cluttered.pixels8.at(x, y, c) = static_cast<uint8_t>(40 + 9 * c);
      }
    }
  }
  OutputOptions png;
  png.format = "png";
  png.disclose = {"none"};
  const std::filesystem::path input = folder.path() / "cluttered.png";
  WriteResult(cluttered, cluttered, input, png, {});
  StagingJob job = LivingRoom(folder.path() / "staged.png");
  job.input = input;
  job.generate.declutter_first = true;
  const StageResult result = StageWith(0, job);
  const nlohmann::json& things = result.details["things"];
  CHECK(std::count_if(things.begin(), things.end(), [](const auto& thing) {
          return thing["removed"].template get<bool>();
        }) == 1);
  CHECK(result.details["variants"][0].contains("pieces"));
  CHECK(result.details["phase_seconds"].contains("declutter"));
  CHECK(box_pixels(cluttered) > 1000);
  CHECK(box_pixels(ReadPhoto(result.outputs[0].path)) <
        box_pixels(cluttered) / 20);
}

TEST_CASE("RenderStager: --declutter-first never furnishes over furniture") {
  const TempDir folder;
  Photo furnished = ReadPhoto(kRooms / "living-oak-corner.jpg");
  const int width = furnished.width(), height = furnished.height();
  for (int y = height / 2; y < height; ++y) {
    for (int x = 0; x < width * 2 / 5; ++x) {
      for (int c = 0; c < 3; ++c) {
        const bool check = (x / 12 + y / 12) % 2 == 0;
        furnished.pixels8.at(x, y, c) =
            static_cast<uint8_t>(120 - 45 * c + (check ? 80 : 0));
      }
    }
  }
  OutputOptions png;
  png.format = "png";
  png.disclose = {"none"};
  StagingJob job = LivingRoom(folder.path() / "staged.png");
  job.input = folder.path() / "furnished.png";
  WriteResult(furnished, furnished, job.input, png, {});
  job.generate.declutter_first = true;
  try {
    StageWith(0, job);
    FAIL("staged");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kGeometry);
    const std::string what = error.what();
    CAPTURE(what);
    CHECK(what.find("`stage declutter --mask`") != std::string::npos);
    CHECK(what.find("segformer-b0") != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(job.outputs.front()));
}

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

namespace {

// Two photos in flight: the first one's rendering waits until the second has
// been decoded, understood and planned.
class Meeting {
 public:
  void SecondIsPlanned() {
    const std::lock_guard lock(mutex_);
    planned_ = true;
    changed_.notify_all();
  }
  void FirstRenders() {
    std::unique_lock lock(mutex_);
    constexpr auto kFarTooLong = std::chrono::minutes(3);
    overlapped_ =
        changed_.wait_for(lock, kFarTooLong, [this] { return planned_; });
  }
  bool overlapped() const { return overlapped_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool planned_ = false, overlapped_ = false;
};

class Attendant final : public JobProgress {
 public:
  explicit Attendant(std::function<void(const std::string&)> on_phase)
      : on_phase_(std::move(on_phase)) {}
  void Phase(const std::string& phase, double) override { on_phase_(phase); }
  bool cancelled() const override { return false; }

 private:
  std::function<void(const std::string&)> on_phase_;
};

}  // namespace

TEST_CASE("RenderStager: the next photo is planned while one is rendered") {
  const TempDir folder;
  const std::unique_ptr<LocalEngine> engine = Engine();
  LocalEngineOptions options;
  options.threads = 1;
  options.samples_per_pixel = 1;
  const std::unique_ptr<Stager> stager = engine->MakeStager(options);
  CHECK(stager->preferred_jobs_in_flight() >= 2);

  Meeting meeting;
  std::promise<void> first_renders;
  std::once_flag once;
  std::thread second([&] {
    first_renders.get_future().wait();
    Attendant attendant([&](const std::string& phase) {
      if (phase == "plan") meeting.SecondIsPlanned();
    });
    stager->Stage(LivingRoom(folder.path() / "second.png"), attendant);
  });
  Attendant attendant([&](const std::string& phase) {
    if (phase != "render") return;
    std::call_once(once, [&] {
      first_renders.set_value();
      meeting.FirstRenders();
    });
  });
  stager->Stage(LivingRoom(folder.path() / "first.png"), attendant);
  second.join();
  CHECK(meeting.overlapped());
  CHECK(ReadFileBytes(folder.path() / "first.png") ==
        ReadFileBytes(folder.path() / "second.png"));
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
  job.generate.prompt = "with a piano";
  const auto refiner = std::make_shared<WitnessRefiner>();
  const StageResult result = StageWith(2, job, refiner);
  CHECK(refiner->prompt.find("living room") != std::string::npos);
  CHECK(refiner->prompt.find("scandinavian") != std::string::npos);
  CHECK(refiner->negative_prompt.find("extra windows") != std::string::npos);
  CHECK(refiner->prompt.starts_with("with a piano, "));
  CHECK(refiner->floor > 1000);
  CHECK(refiner->sofa > 1000);
  CHECK_FALSE(refiner->furnishes_freely);
  CHECK(result.engine["settings"]["strength"] == refiner->strength);
  CHECK(refiner->strength > 0);
  CHECK(refiner->strength < 0.5);
  REQUIRE(refiner->covered > 1000);
  CHECK(refiner->near == refiner->covered);
  CHECK(result.engine["name"] == "diffusion");
  CHECK(result.engine["models"][0]["name"] == "witness");
}

TEST_CASE("Analyze: pictures of too few pixels are told of by name") {
  const TempDir folder;
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 3000}, {3000, 20}}) {
    CAPTURE(width);
    Photo strip;
    strip.pixels8 = ImageU8(width, height, 3, 120);
    OutputOptions output;
    output.disclose = {"none"};
    WriteResult(
        strip, strip, folder.path() / "strip.png", output, {Alteration::kNone});
    AnalyzeRequest request;
    request.photo = folder.path() / "strip.png";
    CHECK_THROWS_WITH_AS(Engine()->Analyze(request),
                         doctest::Contains("strip.png: a picture of "),
                         Error);
    CHECK_THROWS_WITH_AS(
        Engine()->ComparePair(
            {kRooms / "bedroom-carpet.jpg", request.photo, {}, {}}),
        doctest::Contains("strip.png: a picture of "),
        Error);
  }
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
