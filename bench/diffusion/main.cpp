// What diffusion costs on this machine, with random weights of full size.
//   diffusion [--model sd15|sdxl] [--device cpu|cuda|cuda:N]
//             [--precision fp32|bf16|fp16] [--threads N] [--times N]
//             [--load FOLDER] [--layers] [--only load|reload|step|decode]
//             [--plain]
// Prints a guided step (one forward pass for a batch of two) at the model's own
// size, the same step's convolutions and matrix products run alone (the floor)
// and the ratio of the two, the share of a large matrix product's rate,
// decoding, what a picture of 20 steps takes, and the most memory. --load
// writes the weights as float16 below FOLDER, if they are not there, and times
// reading them back, the first time in a process that did nothing else.
// On CUDA the step is measured as a graph as well, unless --plain, which leaves
// out all that is done for CUDA's sake. --layers lists the step's layers. On a
// busy machine only the ratios and the processor seconds mean anything.

#include <torch/torch.h>
#include <torch/version.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "core/error.h"
#include "core/processor.h"
#include "diffusion/full_size_model.h"
#include "diffusion/layer_record.h"
#include "diffusion/process_memory.h"
#include "diffusion/step_input.h"
#include "engine/models/kept_memory.h"

namespace stage::bench {
namespace {

namespace fs = std::filesystem;
using torch::Tensor;

constexpr int kSteps = 20;
constexpr auto kPrepared = "STAGE_BENCH_PREPARED";

struct Arguments {
  std::string model = "sd15";
  std::string device = "cpu";
  std::string precision;
  int threads = 2;
  int times = 3;
  std::string load;
  bool layers = false;
  std::string only;

  bool Asks(const std::string& part) const {
    return only.empty() || only == part;
  }
};

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() -> std::string {
      if (i + 1 < argc) return argv[++i];
      throw Error(ErrorKind::kUsage, word + " needs a value");
    };
    if (word == "--model")
      arguments.model = value();
    else if (word == "--device")
      arguments.device = value();
    else if (word == "--precision")
      arguments.precision = value();
    else if (word == "--threads")
      arguments.threads = std::stoi(value());
    else if (word == "--times")
      arguments.times = std::stoi(value());
    else if (word == "--load")
      arguments.load = value();
    else if (word == "--layers")
      arguments.layers = true;
    else if (word == "--plain")
      setenv("STAGE_CUDA_PLAIN", "1", /*overwrite=*/1);
    else if (word == "--only")
      arguments.only = value();
    else
      throw Error(ErrorKind::kUsage, "unknown option " + word);
  }
  return arguments;
}

models::Placement PlacementOf(const Arguments& arguments) {
  models::Placement placement;
  placement.device = torch::Device(arguments.device);
  const std::string precision = !arguments.precision.empty()
                                    ? arguments.precision
                                : placement.device.is_cuda() ? "bf16"
                                                             : "fp32";
  if (precision == "bf16") placement.type = torch::kBFloat16;
  if (precision == "fp16") placement.type = torch::kFloat16;
  return placement;
}

double GigaflopOf(const std::vector<LayerCall>& calls) {
  double sum = 0;
  for (const LayerCall& call : calls) sum += call.gigaflop() * call.count;
  return sum;
}

/// GFLOP/s of one large matrix product.
double MatrixRate(const models::Placement& placement) {
  const int64_t side = placement.device.is_cuda() ? 8192 : 2048;
  const auto options =
      torch::TensorOptions(placement.type).device(placement.device);
  const Tensor a = torch::randn({side, side}, options);
  const Tensor b = torch::randn({side, side}, options);
  torch::mm(a, b);
  const Seconds one = Fastest(5, placement, [&] { torch::mm(a, b); });
  return 2e-9 * side * side * static_cast<double>(side) / one.wall;
}

void PrintLayers(std::vector<LayerCall> calls,
                 const models::Placement& placement) {
  std::sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) {
    return a.gigaflop() * a.count > b.gigaflop() * b.count;
  });
  for (const LayerCall& call : calls) {
    const Seconds alone = Floor({call}, placement);
    std::printf("  %-7s x%-3d", call.operation.c_str(), call.count);
    for (const auto& shape : call.shapes) {
      std::string text;
      for (const int64_t side : shape) text += " " + std::to_string(side);
      std::printf(" [%s ]", text.c_str());
    }
    const double gigaflop = call.gigaflop() * call.count;
    std::printf("  %.1f GFLOP, %.1f ms, %.1f ms processor\n",
                gigaflop,
                1e3 * alone.wall,
                1e3 * alone.processor);
  }
}

constexpr auto kHalfWeights = "diffusion_pytorch_model.fp16.safetensors";
constexpr auto kHalfText = "model.fp16.safetensors";

std::string TextPart(const models::ModelFamily& model) {
  return model.parts.contains("text_encoder") ? "text_encoder"
                                              : "text_encoder_2";
}

fs::path LoadFolder(const Arguments& arguments,
                    const models::ModelFamily& model) {
  return fs::path(arguments.load) / model.name;
}

/// Writes what --load reads, if it is not there.
/// @return whether it did: this process's memory is no measure any more
bool WriteWeights(const Arguments& arguments,
                  const models::ModelFamily& model) {
  const fs::path folder = LoadFolder(arguments, model);
  const std::string text = TextPart(model);
  if (fs::exists(folder / text / kHalfText)) return false;
  const models::Placement here;
  const auto write = [&](const torch::nn::Module& module,
                         const std::string& part,
                         const std::string& file) {
    WriteHalf(module, model.parts.at(part), folder / part, file);
  };
  write(*RandomUNet(model, here), "unet", kHalfWeights);
  write(*RandomVae(model, here), "vae", kHalfWeights);
  write(*RandomText(model, text, here), text, kHalfText);
  return true;
}

double WeightGigabytes(const torch::nn::Module& module) {
  double sum = 0;
  for (const Tensor& x : module.parameters()) {
    sum += 1e-9 * static_cast<double>(x.numel()) *
           static_cast<double>(x.element_size());
  }
  return sum;
}

/// The first time and the fastest of the others: freed memory is kept, so only
/// the first has to get it from the system.
void Load(const Arguments& arguments,
          const models::ModelFamily& model,
          const models::Placement& placement) {
  const fs::path folder = LoadFolder(arguments, model);
  const std::string text_part = TextPart(model);
  ForgetPeakMemory();
  const double before = ResidentGigabytes();
  double weights = 0;
  double unet_wall = 0;
  const auto load = [&] {
    models::UNet2DConditionModel unet = nullptr;
    unet_wall = Fastest(1, placement, [&] {
                  unet = models::LoadUNet(folder / "unet", placement);
                }).wall;
    const auto vae = models::LoadAutoencoderKL(folder / "vae", placement);
    const auto text = models::LoadClipText(folder / text_part, placement);
    weights =
        WeightGigabytes(*unet) + WeightGigabytes(*vae) + WeightGigabytes(*text);
  };
  const Seconds first = Fastest(1, placement, load);
  std::printf(
      "load from float16       %8.2f s wall, %.2f s processor; UNet alone %.2f "
      "s; weights %.2f GB, peak %.2f GB more than before, ratio %.3f\n",
      first.wall,
      first.processor,
      unet_wall,
      weights,
      PeakGigabytes() - before,
      (PeakGigabytes() - before) / weights);
  if (arguments.times < 2) return;
  const Seconds again = Fastest(arguments.times - 1, placement, load);
  std::printf("load once more          %8.2f s wall, %.2f s processor\n",
              again.wall,
              again.processor);
}

/// What reading the UNet again for a photo costs: it, and that its convolutions
/// get their weights ready in the first step, beside a step.
void Reload(const Arguments& arguments,
            const models::ModelFamily& model,
            const models::Placement& placement) {
  models::UNet2DConditionModel unet = nullptr;
  const auto read = [&] {
    unet = models::LoadUNet(LoadFolder(arguments, model) / "unet", placement);
  };
  const StepInput input(model, placement);
  const auto step = [&] { input.Predict(unet); };
  read();
  step();
  unet = nullptr;
  const Seconds again = Fastest(1, placement, read);
  const Seconds first = Fastest(1, placement, step);
  const Seconds other = Fastest(arguments.times, placement, step);
  const auto more = [&](double Seconds::*kind) {
    return again.*kind + first.*kind - other.*kind;
  };
  std::printf(
      "the UNet again          %8.2f s wall, %.2f s processor; with its first "
      "step %.2f s wall, %.2f s processor more than a step of %.2f s, %.2f s\n",
      again.wall,
      again.processor,
      more(&Seconds::wall),
      more(&Seconds::processor),
      other.wall,
      other.processor);
}

/// A guided step beside its floor.
/// @return  of a step
Seconds MeasureStep(const Arguments& arguments,
                    const models::ModelFamily& model,
                    const models::Placement& placement) {
  auto unet = RandomUNet(model, placement);
  const StepInput input(model, placement);
  const auto step = [&] { input.Predict(unet); };

  ForgetPeakMemory();
  const std::vector<LayerCall> calls = RecordLayers(step);
  // One after the other, so that the machine is as busy for both.
  const Seconds stepped = Fastest(arguments.times, placement, step);
  const double peak = PeakGigabytes();
  const double gigaflop = GigaflopOf(calls);
  std::printf(
      "guided step             %8.3f s wall, %.2f s processor, %.0f "
      "GFLOP, %.0f GFLOP/s\n",
      stepped.wall,
      stepped.processor,
      gigaflop,
      gigaflop / stepped.wall);
  const std::optional<Seconds> replayed =
      MeasureRecorded(arguments.times, unet, input, placement);
  if (replayed) {
    std::printf("the same as a graph     %8.3f s wall, %.0f GFLOP/s\n",
                replayed->wall,
                gigaflop / replayed->wall);
  }
  if (!placement.device.is_cuda()) {
    std::printf("peak memory of a step   %8.2f GB\n", peak);
  }
  std::fflush(stdout);
  const Seconds floor = Floor(calls, placement);
  const double rate = MatrixRate(placement);
  std::printf("its layers alone        %8.3f s wall, %.2f s processor\n",
              floor.wall,
              floor.processor);
  std::printf("ratio                   %8.3f wall, %.3f processor\n",
              stepped.wall / floor.wall,
              stepped.processor / floor.processor);
  std::printf(
      "large matrix product    %8.0f GFLOP/s; the step reaches %.0f %%\n",
      rate,
      100 * gigaflop / stepped.wall / rate);
  if (arguments.layers) PrintLayers(calls, placement);
  return replayed.value_or(stepped);
}

/// @return  of decoding one picture
Seconds MeasureDecoding(const Arguments& arguments,
                        const models::ModelFamily& model,
                        const models::Placement& placement) {
  auto vae = RandomVae(model, placement);
  const int64_t side = model.side_px / 8;
  const Tensor latents = torch::randn(
      {1, 4, side, side},
      torch::TensorOptions(placement.type).device(placement.device));
  ForgetPeakMemory();
  vae->Decode(latents);
  const Seconds decoded =
      Fastest(arguments.times, placement, [&] { vae->Decode(latents); });
  std::printf("decoding                %8.3f s wall, %.2f s processor",
              decoded.wall,
              decoded.processor);
  if (!placement.device.is_cuda())
    std::printf(", peak %.2f GB", PeakGigabytes());
  std::printf("\n");
  return decoded;
}

void Measure(const Arguments& arguments, char** argv) {
  const torch::NoGradGuard no_grad;
  const models::ModelFamily model = models::FamilyNamed(arguments.model);
  if (!arguments.load.empty() && WriteWeights(arguments, model)) {
    execv("/proc/self/exe", argv);
  }
  const models::Placement placement = PlacementOf(arguments);
  torch::set_num_threads(arguments.threads);
  models::KeepFreedTensors();
  std::printf("libtorch %s, %s, %s, %d threads; %s at %d x %d\n",
              TORCH_VERSION,
              arguments.device.c_str(),
              std::string(torch::toString(placement.type)).c_str(),
              arguments.threads,
              model.name.c_str(),
              static_cast<int>(model.side_px),
              static_cast<int>(model.side_px));
  if (!arguments.load.empty() && arguments.Asks("load")) {
    Load(arguments, model, placement);
  }
  if (!arguments.load.empty() && arguments.Asks("reload")) {
    Reload(arguments, model, placement);
  }
  Seconds stepped, decoded;
  if (arguments.Asks("step")) {
    stepped = MeasureStep(arguments, model, placement);
  }
  if (arguments.Asks("decode")) {
    decoded = MeasureDecoding(arguments, model, placement);
  }
  if (!arguments.only.empty()) return;
  const double picture = kSteps * stepped.wall + decoded.wall;
  std::printf(
      "a picture of %d steps   %8.1f s, %.2f a minute; all but the "
      "steps %.0f %%\n",
      kSteps,
      picture,
      60 / picture,
      100 * decoded.wall / picture);
}

}  // namespace
}  // namespace stage::bench

int main(int argc, char** argv) {
  using namespace stage;
  if (std::getenv(bench::kPrepared) == nullptr) {
    // libtorch reads these when it is loaded, before main.
    setenv(bench::kPrepared, "1", 1);
    PrepareProcessorLibraries();
    execv("/proc/self/exe", argv);
  }
  try {
    bench::Measure(bench::Parse(argc, argv), argv);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "diffusion: " << error.what() << "\n";
    return 1;
  }
}
