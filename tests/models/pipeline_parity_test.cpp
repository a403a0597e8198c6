#include "engine/models/ip_adapter.h"
#include "engine/models/pipeline/diffusion_pipeline.h"
#include "engine/models/pipeline/picture_resize.h"
#include "models/parity_case.h"
#include "models/parity_picture.h"
#include "support/torch_doctest.h"

namespace stage::test {
namespace {

using namespace stage::models;
using nlohmann::json;
using torch::Tensor;

/// Cases of other families, and one of a crop that is worked out elsewhere.
bool IsLeftOut(const ParityCase& parity) {
  const std::string pipeline = parity.params["pipeline"];
  return pipeline.starts_with("Flux") ||
         parity.params["call"].contains("padding_mask_crop");
}

/// Hands out what the library drew for a purpose.
class NamedDraws {
 public:
  explicit NamedDraws(const ParityCase& parity) {
    for (const auto& [name, tensor] : parity.inputs) {
      if (name.ends_with(".vae_sample")) posteriors_.push_back(tensor);
      if (name.ends_with(".prepare_latents")) initial_ = tensor;
      if (name.ends_with(".step")) steps_.push_back(tensor);
    }
  }
  DrawSource source() {
    return [this](Draw purpose, torch::IntArrayRef shape) {
      switch (purpose) {
        case Draw::kImageLatents:
          return posteriors_.front();
        case Draw::kMaskedLatents:
          return posteriors_.back();
        case Draw::kInitialNoise:
          return initial_;
        case Draw::kStep:
          break;
      }
      REQUIRE(next_ < steps_.size());
      return steps_[next_++];
    };
  }

 private:
  std::vector<Tensor> posteriors_, steps_;
  Tensor initial_;
  size_t next_ = 0;
};

/// [1, channels, h, w], 0..1
Tensor Unit(const Tensor& picture) {
  return picture.to(torch::kFloat32).div(255).unsqueeze(0);
}

class PipelineCase {
 public:
  explicit PipelineCase(const ParityCase& parity)
      : parity_(parity), call_(parity.params["call"]) {}

  void Run() {
    const json scheduler = parity_.params.value("scheduler", json::object());
    DiffusionPipeline pipeline(
        parity_.model, parity_.placement, scheduler.value("class", ""));
    if (!scheduler.value("overrides", json::object()).empty()) {
      // The one override of these cases.
      REQUIRE(scheduler["class"] == "DPMSolverMultistepScheduler");
      const bool karras =
          scheduler["overrides"].value("use_karras_sigmas", false);
      pipeline = DiffusionPipeline(parity_.model,
                                   parity_.placement,
                                   karras ? "dpm++2m-karras" : "dpm++2m-sde");
    }
    ReadPictures();
    EncodePrompts();
    AddControl();
    AddAdapters(pipeline);
    SetNumbers();

    NamedDraws draws(parity_);
    std::vector<Tensor> latents;
    DiffusionProgress progress;
    progress.latents = [&](const Tensor& now) { latents.push_back(now); };
    progress.masked = [&](const Tensor& mask, const Tensor& masked) {
      CheckMasks(mask, masked);
    };
    const Tensor image = pipeline.Run(request_, draws.source(), progress);
    parity_.Check("initial_latents", latents.front());
    latents.erase(latents.begin());
    parity_.Check("latents", torch::stack(latents));
    parity_.Check("image", image);
    const auto& timesteps = pipeline.scheduler().timesteps();
    const std::vector<double> made(timesteps.end() - latents.size(),
                                   timesteps.end());
    parity_.Check("timesteps",
                  torch::tensor(made, torch::kFloat64)
                      .to(parity_.outputs.at("timesteps").scalar_type()));
  }

 private:
  std::filesystem::path Picture(const char* name) const {
    return parity_.root / parity_.params["images"][name].get<std::string>();
  }
  bool HasPicture(const char* name) const {
    return parity_.params.contains("images") &&
           parity_.params["images"].contains(name);
  }
  void CheckIfThere(const std::string& output, const Tensor& result) {
    if (parity_.outputs.contains(output)) parity_.Check(output, result);
  }

  void ReadPictures() {
    const std::string kind = parity_.params["pipeline"];
    const bool control_only = kind == "StableDiffusionControlNetPipeline";
    if (HasPicture("image") && !control_only) {
      const Tensor picture = ReadPicture(Picture("image"));
      request_.height = call_.value("height", picture.size(1) / 8 * 8);
      request_.width = call_.value("width", picture.size(2) / 8 * 8);
      request_.image = Unit(Resized(picture)) * 2 - 1;
      CheckIfThere("preprocessed.image", request_.image);
    } else {
      request_.height = call_.at("height");
      request_.width = call_.at("width");
    }
    if (HasPicture("mask_image")) {
      request_.mask = (Unit(Resized(ReadGrey(Picture("mask_image")))) >= 0.5)
                          .to(torch::kFloat32);
      CheckIfThere("preprocessed.mask", request_.mask);
    }
  }
  Tensor Resized(const Tensor& picture) const {
    return ResizePicture(
        picture, request_.height, request_.width, ResizeFilter::kLanczos);
  }

  void EncodePrompts() {
    PromptEncoder encoder(parity_.model, parity_.placement);
    const int skip = call_.value("clip_skip", 0);
    request_.prompt = encoder.Encode(call_.at("prompt"), skip);
    // The library skips layers for the prompt alone.
    request_.negative = call_.contains("negative_prompt")
                            ? encoder.Encode(call_["negative_prompt"])
                            : encoder.EncodeNothing();
    CheckIfThere("prompt_embeds", request_.prompt.tokens);
    CheckIfThere("negative_prompt_embeds", request_.negative.tokens);
    CheckIfThere("pooled_prompt_embeds", request_.prompt.pooled);
    CheckIfThere("negative_pooled_prompt_embeds", request_.negative.pooled);
  }

  void AddControl() {
    if (!parity_.params.contains("controlnet")) return;
    const char* name = HasPicture("control_image") ? "control_image" : "image";
    Control control;
    control.net = std::make_shared<OnDemand<ControlNet>>(LoadControlNet(
        parity_.root / parity_.params["controlnet"].get<std::string>(),
        parity_.placement));
    control.image = Unit(Resized(ReadPicture(Picture(name))));
    // The inpainting pipeline of SD 1 has another default than the others.
    const std::string kind = parity_.params["pipeline"];
    control.scale = call_.value(
        "controlnet_conditioning_scale",
        kind == "StableDiffusionControlNetInpaintPipeline" ? 0.5 : 1.0);
    control.start = call_.value("control_guidance_start", 0.0);
    control.end = call_.value("control_guidance_end", 1.0);
    control.guess =
        call_.value("guess_mode", false) ? GuessMode::kOn : GuessMode::kOff;
    CheckIfThere("preprocessed.control", control.image);
    request_.controls.push_back(control);
  }

  void AddAdapters(DiffusionPipeline& pipeline) {
    if (!parity_.params.contains("ip_adapter")) return;
    const IpAdapter adapter(
        parity_.root / parity_.params["ip_adapter"][0].get<std::string>(),
        parity_.placement);
    adapter.AttachTo(*pipeline.unet(), parity_.params["ip_scale"]);
    request_.image_tokens.push_back(
        adapter.Tokens(parity_.in("ip_image_embeds")));
  }

  void SetNumbers() {
    request_.variants = call_.value("num_images_per_prompt", 1);
    request_.steps = call_.at("num_inference_steps");
    request_.guidance = call_.at("guidance_scale");
    request_.guidance_rescale = call_.value("guidance_rescale", 0.0);
    request_.strength = call_.value("strength", 1.0);
    if (call_.contains("original_size")) {
      for (const char* part :
           {"original_size", "crops_coords_top_left", "target_size"}) {
        for (const auto& number : call_[part]) {
          request_.size_hints.push_back(number);
        }
      }
    }
  }

  void CheckMasks(const Tensor& mask, const Tensor& masked) {
    const int64_t halves = request_.guidance > 1 ? 2 : 1;
    parity_.Check("mask_latents", mask.repeat({halves, 1, 1, 1}));
    if (masked.defined()) {
      parity_.Check("masked_image_latents", masked.repeat({halves, 1, 1, 1}));
    } else {  // four channels: the library makes them and never looks at them
      parity_.checked.insert("masked_image_latents");
    }
  }

  const ParityCase& parity_;
  const json& call_;
  DiffusionRequest request_;
};

TEST_CASE("DiffusionPipeline: gives what the reference gives") {
  int left_out = 0;
  const int cases =
      ForEachParityCase("pipeline", [&](const ParityCase& parity) {
        if (IsLeftOut(parity)) {
          ++left_out;
          for (const auto& [name, tensor] : parity.outputs) {
            parity.checked.insert(name);
          }
          return;
        }
        PipelineCase(parity).Run();
      });
  CHECK(cases >= 42);
  CHECK(left_out == 8);
}

}  // namespace
}  // namespace stage::test
