#include "engine/models/depth_picture.h"
#include "engine/models/lama.h"
#include "engine/models/model_config.h"
#include "engine/models/segformer.h"
#include "engine/models/super_resolution.h"
#include "models/parity_case.h"
#include "models/parity_picture.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

/// Cases that begin with a picture file are run where pictures are read.
bool IsPictureCase(const ParityCase& parity) {
  if (!parity.params.contains("image")) return false;
  for (const auto& [name, tensor] : parity.outputs) parity.checked.insert(name);
  return true;
}

TEST_CASE("Segformer: gives what the reference gives") {
  const int cases =
      ForEachParityCase("segformer", [](const ParityCase& parity) {
        const bool picture = parity.params.contains("image");
        Segformer model = LoadSegformer(parity.model, {});
        const Segmentation result =
            model(picture ? parity.outputs.at("pixel_values")
                          : parity.in("pixel_values"));
        parity.Check("logits", result.logits);
        if (IsPictureCase(parity)) return;
        for (size_t i = 0; i < result.hidden_states.size(); ++i) {
          parity.Check("hidden_states." + std::to_string(i),
                       result.hidden_states[i]);
        }
      });
  CHECK(cases >= 3);
}

TEST_CASE("DepthModel: gives what the reference gives") {
  const int cases = ForEachParityCase("depth", [](const ParityCase& parity) {
    if (parity.params.contains("image")) {
      const Tensor picture =
          ReadPicture(parity.root / parity.params["image"].get<std::string>());
      const auto how = DepthPreprocessing::FromJson(
          ReadModelConfig(parity.model, "preprocessor_config.json"));
      parity.Check("pixel_values", how.Pixels(picture));
      parity.Check("depth_resized",
                   DepthEstimation(parity.model, {})
                       .Estimate(picture)
                       .unsqueeze(0)
                       .unsqueeze(0));
    }
    DepthModel model = LoadDepthModel(parity.model, {});
    const Tensor& pixels = parity.params.contains("image")
                               ? parity.outputs.at("pixel_values")
                               : parity.in("pixel_values");
    const DepthPrediction result = model(pixels);
    parity.Check("predicted_depth", result.depth);
    for (size_t i = 0; i < result.hidden_states.size(); ++i) {
      const std::string name = "hidden_states." + std::to_string(i);
      if (parity.outputs.contains(name)) {
        parity.Check(name, result.hidden_states[i]);
      }
    }
    if (parity.outputs.contains("predicted_depth.newer_posembed")) {
      model->backbone().resize() = PositionResize::kBicubicToSize;
      parity.Check("predicted_depth.newer_posembed", model(pixels).depth);
    }
  });
  CHECK(cases >= 7);
}

TEST_CASE("SuperResolution: gives what the reference gives") {
  const int cases = ForEachParityCase("upscaler", [](const ParityCase& parity) {
    for (const char* file : {"model.safetensors", "model.pth"}) {
      const auto network = LoadSuperResolution(parity.model / file, {});
      CHECK(network->factor() == parity.params["scale"].get<int64_t>());
      for (const char* input : {"even", "odd"}) {
        parity.Check(std::string("output.") + input,
                     network->Enlarge(parity.in(input)));
      }
    }
  });
  CHECK(cases >= 5);
}

Tensor EightBit(const Tensor& image) {
  return (image.clamp(0, 1) * 255).round().to(torch::kUInt8);
}

TEST_CASE("EnlargePicture: pictures come out as the reference makes them") {
  const int cases =
      ForEachParityCase("upscaler_pipeline", [](const ParityCase& parity) {
        const auto& params = parity.params;
        const auto network =
            LoadSuperResolution(parity.model / "model.safetensors", {});
        const Tensor image =
            ReadPicture(parity.root / params["image"].get<std::string>())
                .to(torch::kFloat32)
                .div(255)
                .unsqueeze(0);
        EnlargeTiling tiling{.context = params["tile_pad"],
                             .border = params["pre_pad"]};
        parity.Check("whole.u8_rgb",
                     EightBit(EnlargePicture(*network, image, tiling)));
        tiling.tile = params["tile"];
        const Tensor tiled = EnlargePicture(*network, image, tiling);
        parity.Check("tiled.u8_rgb", EightBit(tiled));
        if (parity.outputs.contains("tiled.float")) {
          // The published tool clamps in place before anyone can look.
          parity.Check("tiled.float", tiled.clamp(0, 1));
        }
      });
  CHECK(cases >= 5);
}

TEST_CASE("Lama: gives what the reference gives, from every format") {
  const int cases = ForEachParityCase("lama", [](const ParityCase& parity) {
    parity.checked.insert("predicted_padded");  // not shown by Fill
    for (const char* file : {"best.ckpt", "model.safetensors", "lama.pt"}) {
      CAPTURE(file);
      const auto network = LoadLama(parity.model / file, {});
      parity.Check("inpainted",
                   network->Fill(parity.in("image"), parity.in("mask")));
    }
  });
  CHECK(cases >= 3);
}

TEST_CASE("EnlargePicture: tiles with enough context are the whole picture") {
  const auto network = LoadSuperResolution(
      ParityFolders().front() / "models/upscale_srvgg_x2/model.pth", {});
  const torch::NoGradGuard no_grad;
  torch::manual_seed(1);
  const Tensor image = torch::rand({1, 3, 37, 53});
  const Tensor whole = EnlargePicture(*network, image, {});
  CHECK(whole.sizes() == torch::IntArrayRef({1, 3, 74, 106}));
  double last = 0;
  const Tensor tiled = EnlargePicture(
      *network, image, {.tile = 16, .context = 8}, [&](double part) {
        CHECK(part > last);
        last = part;
      });
  CHECK(last == doctest::Approx(1));
  CHECK((whole - tiled).abs().max().item<double>() < 1e-5);
}

}  // namespace
}  // namespace stage::test
