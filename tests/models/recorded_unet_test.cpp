#include "engine/models/recorded_unet.h"

#include "engine/models/ip_adapter.h"
#include "engine/models/pipeline/diffusion_pipeline.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

namespace fs = std::filesystem;

const fs::path kModels = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";

/// What was asked of a recorder.
struct Asked {
  int warm_ups = 0, recordings = 0, replays = 0, alive = 0, releases = 0;
  bool fails = false;
};

class FakeRecording final : public Recording {
 public:
  FakeRecording(std::function<void()> work, Asked& asked)
      : work_(std::move(work)), asked_(asked) {
    ++asked_.alive;
  }
  ~FakeRecording() override { --asked_.alive; }
  void Replay() override {
    ++asked_.replays;
    work_();
  }

 private:
  std::function<void()> work_;
  Asked& asked_;
};

/// Notes the work as a CUDA graph does, without doing it.
class FakeRecorder final : public WorkRecorder {
 public:
  explicit FakeRecorder(Asked& asked) : asked_(asked) {}
  void WarmUp(const std::function<void()>& work) override {
    ++asked_.warm_ups;
    work();
  }
  std::unique_ptr<Recording> Record(
      const std::function<void()>& work) override {
    TORCH_CHECK(!asked_.fails, "no graphs here\nand a stack trace");
    ++asked_.recordings;
    return std::make_unique<FakeRecording>(work, asked_);
  }
  void ReleaseMemory() override { ++asked_.releases; }

 private:
  Asked& asked_;
};

struct Fixture {
  torch::NoGradGuard no_grad;
  Asked asked;
  RecordedUNet recorded{std::make_unique<FakeRecorder>(asked)};
  UNet2DConditionModel unet = LoadUNet(kModels / "sd15/unet", {});
  std::vector<std::string> warnings;

  StepInput input = [] {
    StepInput made;
    made.conditioning.context.text = torch::randn({2, 77, 32});
    return made;
  }();

  /// Checks a step against the networks called as usual.
  void Step(int64_t side = 8) {
    input.sample = torch::randn({2, 4, side, side});
    input.timestep = torch::rand({1}) * 999;
    const Tensor plain = PredictControlled(unet, input);
    const Tensor made =
        recorded.Predict(unet, input, [&](const std::string& text) {
          warnings.push_back(text);
        });
    CHECK(torch::equal(made, plain));
  }
  void Steps(int count) {
    for (int i = 0; i < count; ++i) Step();
  }
};

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: as usual, recorded, replayed") {
  Step();
  CHECK(asked.warm_ups == 1);
  CHECK(asked.recordings == 0);
  Step();
  CHECK(asked.recordings == 1);
  CHECK(asked.replays == 1);
  Steps(3);
  CHECK(asked.warm_ups == 1);
  CHECK(asked.recordings == 1);
  CHECK(asked.replays == 4);
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: results last over later steps") {
  const auto step = [&](double level) {
    input.sample = torch::full({2, 4, 8, 8}, level);
    input.timestep = torch::ones({1});
    return recorded.Predict(unet, input);
  };
  step(0);
  const Tensor first = step(1);
  const Tensor kept = first.clone();
  const Tensor second = step(2);
  CHECK(torch::equal(first, kept));
  CHECK_FALSE(torch::equal(first, second));
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: other texts are no reason to begin") {
  Steps(2);
  input.conditioning.context.text = torch::randn({2, 77, 32});
  Step();
  CHECK(asked.recordings == 1);
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: other sizes begin anew") {
  Steps(2);
  Step(16);
  CHECK(asked.alive == 0);  // one form at a time
  CHECK(asked.releases > 0);
  Step(16);
  CHECK(asked.recordings == 2);
  input.conditioning.context.text = torch::randn({2, 154, 32});
  Step(16);
  CHECK(asked.warm_ups == 3);
}

StepControl Depth() {
  return {.net = LoadControlNet(kModels / "sd15_controlnet", {}),
          .image = torch::rand({1, 3, 64, 64})};
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: ControlNets are recorded as well") {
  input.controls = {Depth(), Depth()};
  Steps(2);
  input.controls[1].image = torch::rand({1, 3, 64, 64});
  Steps(2);
  CHECK(asked.warm_ups == 1);
  CHECK(asked.recordings == 1);
  CHECK(asked.replays == 3);
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: other ControlNets begin anew") {
  Steps(2);
  input.controls = {Depth()};
  Steps(2);
  CHECK(asked.recordings == 2);
  SUBCASE("another network") { input.controls[0].net = Depth().net; }
  SUBCASE("another scale") { input.controls[0].scale = 0.5; }
  SUBCASE("without a prompt") { input.controls[0].guess = GuessMode::kOn; }
  SUBCASE("half of the batch") { input.controls[0].second_half = true; }
  SUBCASE("one more") { input.controls.push_back(Depth()); }
  SUBCASE("none") { input.controls.clear(); }
  SUBCASE("weights elsewhere") {
    for (Tensor& weight : input.controls[0].net->parameters()) {
      weight.set_data(weight.clone());
    }
  }
  Steps(2);
  CHECK(asked.warm_ups == 3);
  CHECK(asked.recordings == 3);
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: another network begins anew") {
  Steps(2);
  unet = LoadUNet(kModels / "sd15/unet", {});
  Steps(2);
  CHECK(asked.recordings == 2);
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: weights elsewhere begin anew") {
  Steps(3);
  for (Tensor& weight : unet->parameters()) weight.set_data(weight.clone());
  Steps(2);
  CHECK(asked.warm_ups == 2);
  CHECK(asked.recordings == 2);
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: adapters begin anew") {
  Steps(2);
  unet->MarkChanged();
  Steps(2);
  CHECK(asked.recordings == 2);
  input.conditioning.context.images.push_back(torch::randn({2, 4, 32}));
  Step();
  CHECK(asked.warm_ups == 3);
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: a failure is told once") {
  asked.fails = true;
  Steps(4);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("no graphs here") != std::string::npos);
  CHECK(warnings[0].find('\n') == std::string::npos);
  CHECK(asked.warm_ups == 1);
}

TEST_CASE_FIXTURE(Fixture, "RecordedUNet: lets go of memory and networks") {
  input.controls = {Depth()};
  Steps(3);
  recorded.Forget();
  CHECK(asked.alive == 0);
  CHECK(asked.releases > 0);
  CHECK(unet.ptr().use_count() == 1);
  CHECK(input.controls[0].net.ptr().use_count() == 1);
  Steps(2);
  CHECK(asked.recordings == 2);
}

/// A picture of five steps by the tiny model, with what was asked.
struct Picture {
  Asked asked;
  Tensor image;
};

struct PictureOptions {
  bool records = true;
  bool apart = false;
  bool controlled = false;
};

void Paint(const PictureOptions& options, Picture& picture) {
  DiffusionPipeline pipeline(kModels / "sd15", {});
  if (options.records) {
    pipeline.RecordBy(std::make_unique<FakeRecorder>(picture.asked));
  }
  PromptEncoder encoder(kModels / "sd15", {});
  DiffusionRequest request;
  request.prompt = encoder.Encode("a red sofa");
  request.negative = encoder.EncodeNothing();
  request.height = request.width = 64;
  request.steps = 5;
  request.apart = options.apart;
  torch::manual_seed(3);
  if (options.controlled) {
    const StepControl depth = Depth();
    request.controls.push_back(
        {.net = std::make_shared<OnDemand<ControlNet>>(depth.net),
         .image = depth.image});
  }
  picture.image = pipeline.Run(request, [](Draw, torch::IntArrayRef shape) {
    return torch::randn(shape);
  });
}

TEST_CASE("DiffusionPipeline: recorded steps give the same picture") {
  Picture plain, recorded;
  Paint({.records = false}, plain);
  Paint({}, recorded);
  CHECK(torch::equal(plain.image, recorded.image));
  CHECK(recorded.asked.recordings == 1);
  CHECK(recorded.asked.warm_ups + recorded.asked.replays == 6);  // PNDM's
}

TEST_CASE("DiffusionPipeline: steps are recorded with their ControlNets") {
  Picture alone, plain, recorded;
  Paint({.records = false}, alone);
  Paint({.records = false, .controlled = true}, plain);
  Paint({.controlled = true}, recorded);
  CHECK_FALSE(torch::equal(plain.image, alone.image));
  CHECK(torch::equal(plain.image, recorded.image));
  CHECK(recorded.asked.recordings == 1);
}

TEST_CASE("DiffusionPipeline: kept apart, the same picture, nothing recorded") {
  Picture plain, apart;
  Paint({.records = false}, plain);
  Paint({.apart = true}, apart);
  CHECK(torch::equal(plain.image, apart.image));
  CHECK(apart.asked.warm_ups == 0);
  CHECK(apart.asked.recordings == 0);
}

}  // namespace
}  // namespace stage::test
