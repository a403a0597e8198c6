#include "engine/models/pipeline/latent_windows.h"

#include "engine/models/pipeline/diffusion_pipeline.h"
#include "engine/models/pipeline/prompt_encoder.h"
#include "engine/models/published_model.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

const std::filesystem::path kModels =
    std::filesystem::path(STAGE_SOURCE_DIR) / "tests/parity/models";

TEST_CASE("CoverWithWindows: every cell is covered, neighbours overlap") {
  for (const auto& [height, width, side] :
       {std::tuple<int64_t, int64_t, int64_t>{64, 64, 64},
        {65, 64, 64},
        {96, 160, 64},
        {20, 300, 64},
        {7, 9, 4}}) {
    CAPTURE(height);
    CAPTURE(width);
    Tensor covered = torch::zeros({height, width});
    int64_t last = -1;
    for (const LatentWindow& window : CoverWithWindows(height, width, side)) {
      window.Of(covered).add_(1);
      CHECK(window.height <= side);
      if (window.top == 0 && last >= 0) {
        CHECK(window.left - last <= side - side / 4);
      }
      if (window.top == 0) last = window.left;
      CHECK(WindowWeight(window).min().item<float>() > 0);
    }
    CHECK(covered.min().item<float>() >= 1);
  }
  CHECK(CoverWithWindows(64, 64, 64).size() == 1);
  CHECK(CoverWithWindows(64, 64, 128).size() == 1);
}

/// A picture of 96 x 128 by a tiny model, the second that it makes.
Tensor Picture(int64_t window, Residence residence = Residence::kStays) {
  const std::shared_ptr<const PublishedModel> model =
      OpenModelFolder(kModels / "sd15");
  DiffusionPipeline pipeline(model, {}, "", residence);
  PromptEncoder encoder(model, {}, residence);
  DiffusionRequest request;
  request.prompt = encoder.Encode("a sofa");
  request.negative = encoder.EncodeNothing();
  request.height = 96;
  request.width = 128;
  request.steps = 4;
  request.window = window;
  const auto run = [&] {
    int64_t draws = 0;
    return pipeline.Run(request, [&](Draw, torch::IntArrayRef shape) {
      torch::manual_seed(++draws);
      return torch::randn(shape);
    });
  };
  encoder.LetGo();
  const Tensor first = run();
  const Tensor second = run();
  CHECK(torch::equal(first, second));
  return second;
}

TEST_CASE("DiffusionPipeline: windows as large as the picture change nothing") {
  const Tensor whole = Picture(0);
  CHECK(torch::equal(whole, Picture(16)));
  const Tensor parts = Picture(8);
  CHECK(parts.sizes() == whole.sizes());
  CHECK(torch::isfinite(parts).all().item<bool>());
  CHECK_FALSE(torch::equal(whole, parts));
}

TEST_CASE("DiffusionPipeline: networks that come and go give the same bits") {
  CHECK(torch::equal(Picture(0), Picture(0, Residence::kComesAndGoes)));
}

}  // namespace
}  // namespace stage::test
