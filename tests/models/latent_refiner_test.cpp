#include "engine/models/pipeline/latent_refiner.h"

#include "core/error.h"
#include "engine/models/model_config.h"
#include "engine/models/pipeline/diffusion_pipeline.h"
#include "support/temp_dir.h"
#include "support/tiny_refiner.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

namespace fs = std::filesystem;

const fs::path kModels = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";

/// A tiny base, a tiny refiner and a run of the two.
struct TinyRun {
  TempDir folder;
  DiffusionPipeline pipeline;
  DiffusionRequest request;
  std::vector<Tensor> latents;

  explicit TinyRun(const char* base, const std::string& scheduler = "")
      : pipeline(kModels / base, {}, scheduler) {
    WriteTinyRefiner(folder.path());
    PromptEncoder encoder(kModels / base, {});
    request.prompt = encoder.Encode("a red sofa");
    request.negative = encoder.EncodeNothing();
    request.height = request.width = 64;
    request.steps = 10;
    request.guidance = 3;
    Refinement refinement;
    refinement.refiner = LoadLatentRefiner(folder.path(), {}, {});
    refinement.prompt = OfSecondEncoder(request.prompt, 24);
    refinement.negative = OfSecondEncoder(encoder.Encode(""), 24);
    request.refinement = refinement;
  }

  void FurnishSquare() {
    request.image = torch::linspace(-1, 1, 3 * 64 * 64).view({1, 3, 64, 64});
    request.mask = torch::zeros({1, 1, 64, 64});
    request.mask.slice(2, 16, 48).slice(3, 16, 48).fill_(1);
  }

  /// @return the picture; the latents of all steps are kept
  Tensor Run() {
    latents.clear();
    torch::manual_seed(3);
    return pipeline.Run(
        request,
        [](Draw, torch::IntArrayRef shape) { return torch::randn(shape); },
        {.step = {}, .latents = [&](const Tensor& now) {
           latents.push_back(now.clone());
         }});
  }
};

TEST_CASE("HandoverStep: a schedule is split where the training's was") {
  std::vector<double> leading;  // 25 steps of 1000, offset 1
  for (int i = 24; i >= 0; --i) leading.push_back(i * 40 + 1);
  const size_t step = HandoverStep(leading, 1000, 0.8);
  CHECK(step == 20);
  CHECK(leading[step - 1] == 201);
  CHECK(leading[step] == 161);
  CHECK(HandoverStep(leading, 1000, 1) == leading.size());
  CHECK(HandoverStep(leading, 1000, 0) == 0);
  // Closer together at the end: it is timesteps that count, not steps.
  CHECK(HandoverStep({999, 500, 250, 200, 199.9, 100, 10}, 1000, 0.8) == 4);
}

TEST_CASE("SizeConditioning: the refiner is told a score, the base a size") {
  const auto base =
      UNet2DConditionConfig::FromJson(ReadModelConfig(kModels / "sdxl/unet"));
  const auto refiner = UNet2DConditionConfig::FromJson(TinyRefinerConfig());
  const std::vector<int64_t> hints = {768, 1024, 3, 5, 640, 960};
  const Tensor sizes = torch::tensor({768., 1024., 3., 5., 640., 960.});
  CHECK(torch::equal(SizeConditioning(base, 24, hints, true, 2),
                     sizes.to(torch::kFloat32).repeat({4, 1})));
  const Tensor scored = SizeConditioning(refiner, 24, hints, true, 2);
  const Tensor expected = torch::tensor({{768., 1024., 3., 5., 2.5},
                                         {768., 1024., 3., 5., 2.5},
                                         {768., 1024., 3., 5., 6.},
                                         {768., 1024., 3., 5., 6.}});
  CHECK(torch::equal(scored, expected.to(torch::kFloat32)));
  CHECK(torch::equal(SizeConditioning(refiner, 24, hints, false, 1),
                     expected.narrow(0, 3, 1).to(torch::kFloat32)));
}

TEST_CASE("OfSecondEncoder: is what that encoder says by itself") {
  PromptEncoder both(kModels / "sdxl", {});
  const PromptEmbeds embeds = both.Encode("a (red:1.3) sofa");
  const TempDir folder;
  fs::copy(
      kModels / "sdxl", folder.path() / "refiner", fs::copy_options::recursive);
  for (const char* part : {"text_encoder", "tokenizer"}) {
    fs::remove_all(folder.path() / "refiner" / part);
  }
  PromptEncoder second(folder.path() / "refiner", {});
  const PromptEmbeds expected = second.Encode("a (red:1.3) sofa");
  const PromptEmbeds part = OfSecondEncoder(embeds, 24);
  CHECK(torch::equal(part.tokens, expected.tokens));
  CHECK(torch::equal(part.pooled, expected.pooled));
  PromptEncoder sd15(kModels / "sd15", {});
  CHECK_THROWS_AS(OfSecondEncoder(sd15.Encode("a sofa"), 24), Error);
}

TEST_CASE("DiffusionPipeline: a handover at the end is the base alone") {
  TinyRun tiny("sdxl");
  tiny.request.refinement->from = 1;
  const Tensor with = tiny.Run();
  tiny.request.refinement.reset();
  CHECK(torch::equal(with, tiny.Run()));
}

TEST_CASE("DiffusionPipeline: the refiner goes on with the base's latents") {
  for (const char* scheduler : {"euler", "ddim", "dpm++2m-karras", "pndm"}) {
    CAPTURE(scheduler);
    TinyRun tiny("sdxl", scheduler);
    const Tensor refined = tiny.Run();
    const std::vector<Tensor> with = tiny.latents;
    const size_t at =
        HandoverStep(tiny.pipeline.scheduler().timesteps(), 1000, 0.8);
    tiny.request.refinement.reset();
    const Tensor plain = tiny.Run();
    REQUIRE(with.size() == tiny.latents.size());
    REQUIRE(at > 0);
    REQUIRE(at + 1 < with.size());
    // Latents before the first step and after each.
    for (size_t i = 0; i < with.size(); ++i) {
      CAPTURE(i);
      CHECK(torch::equal(with[i], tiny.latents[i]) == (i <= at));
    }
    CHECK_FALSE(torch::equal(refined, plain));
  }
}

TEST_CASE("DiffusionPipeline: the refiner's first step is Euler's from there") {
  TinyRun tiny("sdxl", "euler");
  tiny.Run();
  const auto& scheduler = tiny.pipeline.scheduler();
  const size_t at = HandoverStep(scheduler.timesteps(), 1000, 0.8);
  const Tensor sample = tiny.latents[at];
  const double sigma = scheduler.sigmas()[at];
  const auto refiner = tiny.request.refinement;
  Conditioning conditioning;
  conditioning.context.text =
      torch::cat({refiner->negative.tokens, refiner->prompt.tokens});
  conditioning.text_embeds =
      torch::cat({refiner->negative.pooled, refiner->prompt.pooled});
  conditioning.time_ids = torch::tensor(
      {{64.f, 64.f, 0.f, 0.f, 2.5f}, {64.f, 64.f, 0.f, 0.f, 6.f}});
  const torch::NoGradGuard no_grad;
  const Tensor output = refiner->refiner->unet.Get()(
      (sample / std::sqrt(sigma * sigma + 1)).repeat({2, 1, 1, 1}),
      torch::tensor({float(scheduler.timesteps()[at])}),
      conditioning);
  const Tensor noise = output[0] + 3 * (output[1] - output[0]);
  const Tensor next = sample + (scheduler.sigmas()[at + 1] - sigma) * noise;
  CHECK(torch::allclose(tiny.latents[at + 1], next, 1e-4, 1e-4));
}

TEST_CASE(
    "DiffusionPipeline: the refiner keeps to the mask, and strength to "
    "the whole schedule") {
  for (const char* base : {"sdxl", "sdxl_inpaint"}) {
    CAPTURE(base);
    TinyRun tiny(base, "euler");
    tiny.FurnishSquare();
    tiny.request.strength = 0.5;
    tiny.Run();
    // Five of ten steps, the last two of which are the refiner's.
    CHECK(tiny.latents.size() == 1 + 5);
    const Tensor last = tiny.latents.back();
    torch::manual_seed(3);
    const Tensor kept =
        (1 - torch::upsample_nearest2d(tiny.request.mask,
                                       {last.size(2), last.size(3)})) *
        last;
    // What lies outside of the mask is the picture's own.
    tiny.request.refinement->from = 0.9;
    tiny.Run();
    const Tensor others = tiny.latents.back();
    CHECK_FALSE(torch::equal(last, others));
    CHECK(torch::equal(
        kept,
        others * (1 - torch::upsample_nearest2d(
                          tiny.request.mask, {last.size(2), last.size(3)}))));
    // So little that the refiner does it all.
    tiny.request.strength = 0.1;
    tiny.Run();
    CHECK(tiny.latents.size() == 1 + 1);
  }
}

TEST_CASE("LoadLatentRefiner: a model that is none is refused") {
  CHECK_THROWS_AS(LoadLatentRefiner(kModels / "sd15", {}, {}), Error);
  CHECK_THROWS_AS(LoadLatentRefiner(kModels / "sdxl_inpaint", {}, {}), Error);
}

}  // namespace
}  // namespace stage::test
