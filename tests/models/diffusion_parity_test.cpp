#include "engine/models/autoencoder_kl.h"
#include "engine/models/clip_text.h"
#include "engine/models/clip_vision.h"
#include "engine/models/controlnet.h"
#include "engine/models/ip_adapter.h"
#include "engine/models/pipeline/picture_resize.h"
#include "engine/models/unet_2d_condition.h"
#include "models/parity_case.h"
#include "models/parity_picture.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using torch::Tensor;

/// The tensor, or an undefined one.
Tensor Optional(const ParityCase& parity, const std::string& name) {
  return parity.inputs.contains(name) ? parity.in(name) : Tensor();
}

Conditioning ConditioningOf(const ParityCase& parity) {
  Conditioning conditioning;
  conditioning.context.text = parity.in("encoder_hidden_states");
  conditioning.text_embeds = Optional(parity, "text_embeds");
  conditioning.time_ids = Optional(parity, "time_ids");
  return conditioning;
}

/// A number, or one a batch row.
Tensor Timestep(const nlohmann::json& value) {
  if (value.is_array()) {
    return torch::tensor(value.get<std::vector<double>>()).to(torch::kFloat32);
  }
  return torch::tensor({value.get<double>()}).to(torch::kFloat32);
}

TEST_CASE("ClipText: gives what the reference gives") {
  const int cases =
      ForEachParityCase("clip_text", [](const ParityCase& parity) {
        ClipTextModel model = LoadClipText(parity.model, parity.placement);
        const TextEncoding encoding =
            model(parity.in("input_ids"), Optional(parity, "attention_mask"));
        const auto& states = encoding.hidden_states;
        const Tensor before_last = states[states.size() - 2];
        parity.Check("hidden_states.0", states[0]);
        parity.Check("hidden_states.minus2", before_last);
        parity.Check("hidden_states.minus2.final_layer_norm",
                     model->FinalNorm(before_last));
        parity.Check("last_hidden_state", encoding.last_hidden_state);
        const bool projects = parity.outputs.contains("text_embeds");
        parity.Check(projects ? "text_embeds" : "pooler_output",
                     encoding.pooled);
      });
  CHECK(cases >= 6);
}

constexpr int64_t kImageSize = 56;  // of the tiny models

TEST_CASE("ClipVision: gives what the reference gives") {
  const int cases =
      ForEachParityCase("clip_vision", [](const ParityCase& parity) {
        ClipVisionModel model = LoadClipVision(parity.model, parity.placement);
        Tensor pixels = Optional(parity, "pixel_values");
        if (!pixels.defined()) {
          pixels = ClipPixels(ReadPicture(parity.root / parity.params["image"]),
                              kImageSize);
          parity.Check("pixel_values", pixels);
        }
        const ImageEncoding encoding =
            model(pixels.to(parity.placement.device, parity.placement.type));
        const auto& states = encoding.hidden_states;
        parity.Check("hidden_states.minus2", states[states.size() - 2]);
        parity.Check("last_hidden_state", encoding.last_hidden_state);
        parity.Check("image_embeds", encoding.image_embeds);
      });
  CHECK(cases >= 4);
}

TEST_CASE("UNet2DCondition: gives what the reference gives") {
  const int cases = ForEachParityCase("unet", [](const ParityCase& parity) {
    UNet2DConditionModel unet = LoadUNet(parity.model, parity.placement);
    Conditioning conditioning = ConditioningOf(parity);
    const auto files =
        parity.params.value("ip_adapter", nlohmann::json::array());
    for (size_t i = 0; i < files.size(); ++i) {
      const IpAdapter adapter(parity.root / files[i].get<std::string>(),
                              parity.placement);
      adapter.AttachTo(*unet, parity.params["ip_scale"][i].get<double>());
      conditioning.context.images.push_back(
          adapter.Tokens(parity.in("image_embeds." + std::to_string(i))));
    }
    const auto& timesteps = parity.params["timesteps"];
    for (size_t i = 0; i < timesteps.size(); ++i) {
      parity.Check(
          "sample." + std::to_string(i),
          unet(parity.in("sample"), Timestep(timesteps[i]), conditioning));
    }
  });
  CHECK(cases >= 10);
}

void CheckResiduals(const ParityCase& parity,
                    const std::string& tag,
                    const ControlResiduals& residuals,
                    UNet2DConditionModel& unet,
                    const Tensor& timestep) {
  const bool shows_all = parity.outputs.contains(tag + ".mid");
  for (size_t i = 0; shows_all && i < residuals.down.size(); ++i) {
    parity.Check(tag + ".down." + (i < 10 ? "0" : "") + std::to_string(i),
                 residuals.down[i]);
  }
  if (shows_all) parity.Check(tag + ".mid", residuals.mid);
  Conditioning conditioning = ConditioningOf(parity);
  conditioning.down_residuals = residuals.down;
  conditioning.mid_residual = residuals.mid;
  parity.Check("unet.sample." + tag,
               unet(parity.in("sample"), timestep, conditioning));
}

TEST_CASE("ControlNet: gives what the reference gives") {
  const int cases =
      ForEachParityCase("controlnet", [](const ParityCase& parity) {
        ControlNet net = LoadControlNet(parity.model, parity.placement);
        UNet2DConditionModel unet =
            LoadUNet(parity.root / parity.params["unet"].get<std::string>(),
                     parity.placement);
        const Tensor timestep = Timestep(parity.params["timestep"]);
        struct Way {
          const char* tag;
          double scale;
          GuessMode guess;
        };
        for (const Way& way : {Way{"scale1", 1, GuessMode::kOff},
                               Way{"scale0.6", 0.6, GuessMode::kOff},
                               Way{"guess", 1, GuessMode::kOn}}) {
          CheckResiduals(parity,
                         way.tag,
                         net(parity.in("sample"),
                             timestep,
                             ConditioningOf(parity),
                             parity.in("controlnet_cond"),
                             way.scale,
                             way.guess),
                         unet,
                         timestep);
        }
      });
  CHECK(cases >= 2);
}

TEST_CASE("AutoencoderKL: gives what the reference gives") {
  const int cases = ForEachParityCase("vae", [](const ParityCase& parity) {
    AutoencoderKL vae = LoadAutoencoderKL(parity.model, parity.placement);
    const Tiling tiling =
        parity.params.value("tiling", false) ? Tiling::kTiled : Tiling::kWhole;
    const LatentDistribution latents = vae->Encode(parity.in("image"), tiling);
    parity.Check("mean", latents.mean);
    parity.Check("logvar", latents.logvar);
    parity.Check("std", latents.std());
    if (parity.inputs.contains("noise")) {
      parity.Check("sample", latents.Sample(parity.in("noise")));
    }
    parity.Check("decoded", vae->Decode(parity.in("latents"), tiling));
  });
  CHECK(cases >= 6);
}

}  // namespace
}  // namespace stage::test
