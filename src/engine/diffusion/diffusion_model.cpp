#include "engine/diffusion/diffusion_model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "engine/diffusion/device.h"
#include "engine/diffusion/memory_use.h"
#include "engine/diffusion/tensor_image.h"
#include "engine/models/clip_vision.h"
#include "engine/models/ip_adapter.h"
#include "engine/models/kept_memory.h"
#include "engine/models/ldm_names.h"
#include "engine/models/lora.h"
#include "engine/models/on_demand.h"
#include "engine/models/pipeline/diffusion_pipeline.h"
#include "engine/models/pipeline/picture_resize.h"
#include "engine/models/pipeline/prompt_encoder.h"
#include "engine/models/single_file.h"

namespace stage::engine {
namespace {

using torch::Tensor;

// Part of the schedule after which XL's refiner takes over, as it was
// published.
constexpr double kRefinedFrom = 0.8;
// Weight of reference pictures beside the words.
constexpr double kReferenceScale = 0.6;
// On CUDA, times the side that the model was trained on.
constexpr int kMostWindowsASide = 2;

/// Turns libtorch's exceptions into the project's.
template <typename Work>
auto Translated(const Work& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    for (const char* words :
         {"out of memory", "not enough memory", "can't allocate memory"}) {
      if (text.find(words) == std::string::npos) continue;
      throw Error(ErrorKind::kDevice,
                  "out of memory: close other programs, or use a smaller "
                  "model");
    }
    throw Error(ErrorKind::kUnexpected, "libtorch: " + text);
  }
}

/// Has a LoRA file merged into the networks whenever they are read.
/// @throws Error(kModel) for a file that does not go with them
void Merge(const LoraFile& file,
           models::PromptEncoder& encoder,
           models::DiffusionPipeline& pipeline) {
  using models::Lora;
  const auto lora = std::make_shared<Lora>(file.file);
  const double weight = file.weight;
  const models::UNet2DConditionConfig config = pipeline.unet_config();
  pipeline.unet().Prepare([=](models::UNet2DConditionModel& unet) {
    lora->MergeInto(*unet, Lora::Part::kUNet, weight, [&](const auto& name) {
      return models::LdmUNetName(name, config);
    });
  });
  for (size_t i = 0; i < encoder.count(); ++i) {
    const auto part =
        i == 0 ? Lora::Part::kTextEncoder : Lora::Part::kTextEncoder2;
    encoder.model(i).Prepare([=](models::ClipTextModel& text) {
      lora->MergeInto(*text, part, weight);
    });
    encoder.model(i).Get();
  }
  encoder.LetGo();
  pipeline.unet().Get();
  pipeline.unet().LetGo();
  const std::vector<std::string> unused = lora->Unused();
  if (unused.empty()) return;
  throw Error(ErrorKind::kModel,
              lora->source() + ": changes '" + unused.front() + "' and " +
                  std::to_string(unused.size() - 1) +
                  " more layers that this model does not have; the file was "
                  "made for another model");
}

/// CLIP's picture encoder and the adapter that turns what it sees into tokens.
class References {
 public:
  References(const ImageAdapterModel& model,
             models::DiffusionPipeline& pipeline,
             models::Residence residence)
      : placement_(pipeline.placement()),
        encoder_(
            [folder = model.encoder, placement = placement_] {
              return models::LoadClipVision(folder, placement);
            },
            residence),
        adapter_(std::make_shared<models::IpAdapter>(model.file, placement_)) {
    pipeline.unet().Prepare(
        [adapter = adapter_](models::UNet2DConditionModel& unet) {
          adapter->AttachTo(*unet, kReferenceScale);
        });
  }

  /// [1 or 2, tokens, d]: without and with the pictures. Those of the last
  /// pictures are remembered: a folder's photos have the same.
  Tensor Tokens(const std::vector<ImageU8>& pictures, bool guided) {
    std::vector<Tensor> seen;
    for (const ImageU8& picture : pictures) {
      seen.push_back(models::ClipPixels(
          (UnitTensor(picture).squeeze(0) * 255).to(torch::kUInt8),
          encoder_->image_size()));
    }
    const Tensor pixels = torch::cat(seen);
    if (!tokens_.defined() || guided != guided_ || !pixels.equal(pixels_)) {
      tokens_ = Encoded(pixels.to(placement_.device, placement_.type), guided);
      pixels_ = pixels;
      guided_ = guided;
    }
    encoder_.LetGo();
    return tokens_;
  }

 private:
  Tensor Encoded(const Tensor& pixels, bool guided) {
    const bool pooled =
        adapter_->input() == models::IpAdapter::Input::kImageEmbeds;
    const auto features = [&](const Tensor& of) {
      const models::ImageEncoding encoding = encoder_.Get()(of);
      return pooled
                 ? encoding.image_embeds
                 : encoding.hidden_states.at(encoding.hidden_states.size() - 2);
    };
    const Tensor with = features(pixels);
    if (!guided) return adapter_->Tokens(with.unsqueeze(0));
    // What the adapters were trained to take for no picture.
    const Tensor without =
        pooled ? torch::zeros_like(with) : features(torch::zeros_like(pixels));
    return adapter_->Tokens(torch::stack({without, with}));
  }

  models::Placement placement_;
  models::OnDemand<models::ClipVisionModel> encoder_;
  std::shared_ptr<models::IpAdapter> adapter_;
  Tensor pixels_, tokens_;
  bool guided_ = false;
};

/// On the processor networks are out of memory while others work: reading them
/// from their mapped files again takes a second, a picture takes minutes.
models::Residence ResidenceOf(const models::PublishedModel& model,
                              const models::Placement& placement) {
  const bool mapped = model.Part("unet").weights.forget != nullptr;
  return placement.device.is_cpu() && mapped ? models::Residence::kComesAndGoes
                                             : models::Residence::kStays;
}

}  // namespace

struct DiffusionModel::State {
  State(const std::shared_ptr<const models::PublishedModel>& model,
        const models::Placement& place,
        const DiffusionEngineOptions& asked)
      : options(asked),
        placement(place),
        residence(ResidenceOf(*model, place)),
        encoder(model, place, residence),
        pipeline(model, place, "", residence) {
    for (const LoraFile& lora : options.loras) Merge(lora, encoder, pipeline);
    WeighParts(*model);
    for (const ControlModel& control : options.controls) {
      const auto read = [folder = control.folder, place] {
        return models::LoadControlNet(folder, place);
      };
      controls.emplace_back(
          control.kind,
          std::make_shared<models::OnDemand<models::ControlNet>>(read,
                                                                 residence));
      weights.network +=
          models::WeightBytes(models::ReadPart(control.folder), place.type);
    }
    if (options.latent_refiner) {
      const auto& folder = options.latent_refiner->folder;
      refiner = models::LoadLatentRefiner(folder, place, residence);
      weights.refiner =
          models::WeightBytes(models::ReadPart(folder / "unet"), place.type);
    }
    if (options.image_adapter) {
      references = std::make_unique<References>(
          *options.image_adapter, pipeline, residence);
      WeighReferences(*options.image_adapter);
    }
  }

  void WeighParts(const models::PublishedModel& model) {
    const auto bytes = [&](const char* part, torch::ScalarType type) {
      return model.Has(part) ? models::WeightBytes(model.Part(part), type) : 0;
    };
    weights.network = bytes("unet", placement.type);
    weights.autoencoder = bytes("vae", torch::kFloat32);
    weights.text = bytes("text_encoder", placement.type) +
                   bytes("text_encoder_2", placement.type);
  }

  /// The picture encoder works before the UNet, and is not taken off a device.
  void WeighReferences(const ImageAdapterModel& adapter) {
    const int64_t bytes =
        models::WeightBytes(models::ReadPart(adapter.encoder), placement.type);
    if (residence == models::Residence::kStays) {
      weights.network += bytes;
    } else {
      weights.text = std::max(weights.text, bytes);
    }
  }

  MemoryNeed Need(int64_t pixels) const {
    const int64_t native =
        pipeline.unet_config().sample_size * pipeline.vae_config().downscale();
    const bool is_single = placement.type == torch::kFloat32;
    return WithWork(weights,
                    {.pixels = pixels,
                     .native = native * native,
                     .control_nets = static_cast<int64_t>(controls.size()),
                     .number_bytes = is_single ? 4 : 2,
                     .on_device = placement.device.is_cuda()});
  }

  void EncodePrompts(const InpaintRequest& request,
                     models::DiffusionRequest& run) {
    const bool apart = use == MemoryUse::kThrifty && placement.device.is_cuda();
    if (apart) encoder.MoveTo(placement.device);
    run.prompt = encoder.Encode(request.prompt);
    run.negative = request.negative_prompt.empty()
                       ? encoder.EncodeNothing()
                       : encoder.Encode(request.negative_prompt);
    if (refiner) run.refinement = RefinementOf(request, run);
    if (apart) encoder.MoveTo(torch::kCPU);
    encoder.LetGo();
  }

  models::Refinement RefinementOf(const InpaintRequest& request,
                                  const models::DiffusionRequest& run) {
    const int64_t width = refiner->config.cross_attention_dim;
    // The base may take zeros for nothing where the refiner takes "".
    const models::PromptEmbeds negative =
        request.negative_prompt.empty() && !refiner->zeros_for_nothing
            ? encoder.Encode("")
            : run.negative;
    return {.refiner = refiner,
            .prompt = models::OfSecondEncoder(run.prompt, width),
            .negative = models::OfSecondEncoder(negative, width),
            .from = kRefinedFrom};
  }

  DiffusionEngineOptions options;
  models::Placement placement;
  models::Residence residence;
  models::PromptEncoder encoder;
  models::DiffusionPipeline pipeline;
  std::vector<std::pair<ControlKind,
                        std::shared_ptr<models::OnDemand<models::ControlNet>>>>
      controls;
  std::unique_ptr<References> references;
  std::shared_ptr<models::LatentRefiner> refiner;
  MemoryNeed weights;
  MemoryUse use = MemoryUse::kRoomy;
  bool keeps_networks = false;
};

DiffusionModel::DiffusionModel(const DiffusionEngineOptions& options) {
  if (options.threads > 0) torch::set_num_threads(options.threads);
  models::KeepFreedTensors();
  state_ = Translated([&] {
    const torch::NoGradGuard no_grad;
    return std::make_unique<State>(
        models::OpenModel(options.model, options.tokenizer),
        ChoosePlacement(options.device, options.precision),
        options);
  });
}

DiffusionModel::~DiffusionModel() = default;

int DiffusionModel::native_side_px() const {
  return static_cast<int>(state_->pipeline.unet_config().sample_size *
                          state_->pipeline.vae_config().downscale());
}

int DiffusionModel::most_side_px() const {
  return native_side_px() *
         (state_->placement.device.is_cuda() ? kMostWindowsASide : 1);
}

nlohmann::json DiffusionModel::Settings(const DiffusionParameters& parameters,
                                        double strength) const {
  nlohmann::json settings = {
      {"device", DeviceName(state_->placement)},
      {"precision", PrecisionName(state_->placement)},
      {"scheduler",
       parameters.scheduler.empty() ? state_->pipeline.own_scheduler()
                                    : parameters.scheduler},
      {"steps", parameters.steps.value_or(kDefaultSteps)},
      {"guidance", parameters.guidance.value_or(kDefaultGuidance)},
      {"strength", parameters.strength.value_or(strength)}};
  if (state_->refiner) settings["refined_from"] = kRefinedFrom;
  return settings;
}

ImageU8 DiffusionModel::Inpaint(const InpaintRequest& request) {
  State& state = *state_;
  const int64_t asked = state.options.max_memory_bytes;
  const MemoryNeed need =
      state.Need(int64_t{request.picture.width()} * request.picture.height());
  if (state.use == MemoryUse::kRoomy && asked > 0) {
    state.use = ChooseMemoryUse(need, asked, "--max-memory", state.residence);
  }
  state.keeps_networks =
      state.use == MemoryUse::kRoomy && MayKeepNetworks(need, asked);
  return WithLessMemory(state.use, request.on_warning, [&](MemoryUse) {
    return Translated([&] { return InpaintOnce(request); });
  });
}

ImageU8 DiffusionModel::InpaintOnce(const InpaintRequest& request) {
  const torch::NoGradGuard no_grad;
  State& state = *state_;
  const DiffusionParameters& asked = request.parameters;
  models::DiffusionRequest run;
  state.EncodePrompts(request, run);
  run.height = request.picture.height();
  run.width = request.picture.width();
  run.steps = asked.steps.value_or(kDefaultSteps);
  run.guidance = asked.guidance.value_or(kDefaultGuidance);
  run.strength = asked.strength.value_or(request.strength);
  run.window = state.pipeline.unet_config().sample_size;
  // A little over the native size is no reason for windows.
  if (std::max(run.height, run.width) <= native_side_px() * 3 / 2) {
    run.window = 0;
  }
  run.keep_networks = state.keeps_networks && state.use == MemoryUse::kRoomy;
  if (state.use == MemoryUse::kThrifty) {
    run.vae_tiling = models::Tiling::kTiled;
    run.apart = true;
  }
  for (const ControlPicture& picture : request.controls) {
    for (auto& [kind, net] : state.controls) {
      if (kind != picture.kind) continue;
      models::Control control;
      control.net = net;
      control.image = UnitTensor(picture.image);
      run.controls.push_back(std::move(control));
    }
  }
  if (state.references && !request.references.empty()) {
    run.image_tokens.push_back(
        state.references->Tokens(request.references, run.guidance > 1));
  }
  run.image = UnitTensor(request.picture) * 2 - 1;
  run.mask = UnitTensor(request.mask).gt(0).to(torch::kFloat32);
  const at::Generator generator = at::detail::createCPUGenerator(request.seed);
  // From the CPU on every device, so that devices agree.
  const models::DrawSource draw = [&](models::Draw, torch::IntArrayRef shape) {
    return torch::randn(shape, generator);
  };
  models::DiffusionProgress progress;
  progress.step = request.on_step;
  progress.warning = request.on_warning;
  state.pipeline.UseScheduler(asked.scheduler);
  return ToImage(state.pipeline.Run(run, draw, progress));
}

}  // namespace stage::engine
