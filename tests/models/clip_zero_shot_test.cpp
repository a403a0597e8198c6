#include "engine/models/clip_zero_shot.h"

#include <torch/torch.h>

#include <cmath>
#include <fstream>

#include "core/error.h"
#include "engine/models/clip_tokenizer.h"
#include "engine/models/model_config.h"
#include "engine/models/pipeline/picture_resize.h"
#include "support/temp_dir.h"
#include "support/torch_doctest.h"
#include "support/write_tensors.h"

namespace stage::models {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

const fs::path kParity = fs::path(STAGE_SOURCE_DIR) / "tests/parity/models";
const std::vector<std::string> kTexts = {
    "a kitchen", "a bathroom", "a floor plan"};
constexpr double kLogScale = 3;

/// A whole CLIP, of the parity cases' two encoders.
class WholeClip {
 public:
  WholeClip() {
    torch::manual_seed(1);
    const fs::path vision = kParity / "clip_vision";
    const fs::path text = kParity / "sd15/text_encoder";
    nlohmann::json config = {{"projection_dim", 20},
                             {"vision_config", ReadModelConfig(vision)},
                             {"text_config", ReadModelConfig(text)}};
    std::ofstream(folder() / "config.json") << config;
    for (const fs::path& part : {vision, text}) {
      for (const auto& [name, tensor] : ReadCheckpoint(part).tensors) {
        if (!tensor.is_floating_point()) continue;
        tensors[name] = tensor.clone();
      }
    }
    tensors["text_projection.weight"] = torch::randn({20, 32});
    tensors["logit_scale"] = torch::tensor(kLogScale, torch::kFloat32);
    Write();
    for (const auto& file :
         fs::directory_iterator(kParity / "sd15/tokenizer")) {
      fs::copy(file, folder());
    }
  }
  void Write() const {
    test::WriteTensors(tensors, folder() / "model.safetensors");
  }
  fs::path folder() const { return dir_.path(); }

  test::NamedTensors tensors;

 private:
  test::TempDir dir_;
};

Tensor Unit(const Tensor& rows) { return rows / rows.norm(2, -1, true); }

Tensor Picture(int64_t height, int64_t width) {
  torch::manual_seed(7);
  return torch::randint(0, 256, {3, height, width}, torch::kUInt8);
}

TEST_CASE("ClipZeroShot: shares follow the angle between picture and texts") {
  const torch::NoGradGuard no_gradients;
  const WholeClip clip;
  ClipZeroShot network(clip.folder(), kTexts, {});
  const Tensor picture = Picture(80, 80);
  const Tensor shares = network.Probabilities(picture);
  REQUIRE(shares.sizes() == torch::IntArrayRef{3});
  // By the encoders alone.
  ClipVisionModel vision = LoadClipVision(kParity / "clip_vision", {});
  ClipTextModel text = LoadClipText(kParity / "sd15/text_encoder", {});
  const ClipTokenizer tokenizer(kParity / "sd15/tokenizer");
  const Tensor seen =
      Unit(vision->forward(ClipPixels(picture, 56)).image_embeds);
  std::vector<Tensor> logits;
  for (const std::string& words : kTexts) {
    const Tensor ids = torch::tensor(tokenizer.EncodePadded(words));
    const Tensor said = clip.tensors.at("text_projection.weight")
                            .matmul(text->forward(ids.unsqueeze(0)).pooled[0]);
    logits.push_back(std::exp(kLogScale) * seen[0].dot(Unit(said)));
  }
  const Tensor expected = torch::softmax(torch::stack(logits), 0);
  CHECK((shares - expected).abs().max().item<double>() < 1e-4);
}

TEST_CASE("ClipZeroShot: a wide picture is seen at both ends") {
  const torch::NoGradGuard no_gradients;
  const WholeClip clip;
  ClipZeroShot network(clip.folder(), kTexts, {});
  const Tensor wide = Picture(60, 150);
  const Tensor ends = (network.Probabilities(wide.narrow(2, 0, 60)) +
                       network.Probabilities(wide.narrow(2, 90, 60))) /
                      2;
  CHECK((network.Probabilities(wide) - ends).abs().max().item<double>() < 1e-5);
}

TEST_CASE("ClipZeroShot: half a CLIP is refused") {
  WholeClip clip;
  clip.tensors.erase("logit_scale");
  clip.Write();
  try {
    ClipZeroShot network(clip.folder(), kTexts, {});
    FAIL("not refused");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::kModel);
    CHECK(std::string(error.what()).find("logit_scale") != std::string::npos);
  }
  std::ofstream(clip.folder() / "config.json") << "{}";
  CHECK_THROWS_AS(ClipZeroShot(clip.folder(), kTexts, {}), Error);
}

}  // namespace
}  // namespace stage::models
