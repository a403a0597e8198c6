#include "upscale/training.h"

#include <torch/torch.h>

#include <cmath>
#include <iostream>
#include <map>
#include <numbers>
#include <string>

#include "upscale/training_pictures.h"
#include "upscale/write_safetensors.h"

namespace stage::train {
namespace {

constexpr int64_t kFactor = 2;
constexpr int64_t kWidth = 16;
constexpr int64_t kConvs = 4;
constexpr int kBatch = 8;
constexpr int kSmallSide = 40;
/// Near a patch's edge the network sees zeros beyond it: not judged there.
constexpr int kUnjudged = 4;
constexpr double kWornShare = 0.4;
constexpr double kLearningRate = 2e-3;
constexpr double kLevelShare = 0.4;
constexpr int kReportSteps = 100;
constexpr int kFitBatches = 60;

/// A level stretch, then half a cosine down to nothing. Until it goes down
/// all runs are alike, so that a longer one can go on where a shorter one was.
double LearningRateAt(int step, int steps) {
  const double level = steps * kLevelShare;
  if (step < level) return kLearningRate;
  return kLearningRate * 0.5 *
         (1 + std::cos(std::numbers::pi * (step - level) / (steps - level)));
}

torch::Tensor Inside(const torch::Tensor& image, int64_t edge) {
  return image.slice(2, edge, -edge).slice(3, edge, -edge);
}

torch::Tensor Judged(const torch::Tensor& large) {
  return Inside(large, kFactor * kUnjudged);
}

double Psnr(const torch::Tensor& made, const torch::Tensor& wanted) {
  const double error =
      torch::mse_loss(Judged(made).clamp(0, 1), Judged(wanted)).item<double>();
  return -10 * std::log10(error);
}

/// A batch as tensors.
struct Patches {
  torch::Tensor small;  ///< [B, 3, n, n]
  torch::Tensor large;  ///< [B, 3, 2 n, 2 n]

  Patches() = default;
  Patches(const Batch& batch)  // NOLINT(google-explicit-constructor): the same
      : small(Planes(batch.small, batch.count, batch.small_side)),
        large(Planes(batch.large, batch.count, 2 * batch.small_side)) {}

 private:
  static torch::Tensor Planes(const std::vector<float>& values,
                              int64_t count,
                              int64_t side) {
    return torch::from_blob(const_cast<float*>(values.data()),
                            {count, 3, side, side})
        .clone();
  }
};

torch::Tensor Repeated(const torch::Tensor& image) {
  return torch::upsample_nearest2d(
      image, {kFactor * image.size(2), kFactor * image.size(3)});
}

/// SRVGGNetCompact as models::LoadSuperResolution reads it, in a form that can
/// be trained: plain convolutions, whose result is added to the repeated
/// pixels.
class UpscalerNetworkImpl : public torch::nn::Module {
 public:
  /// @param width  channels
  /// @param convs  between the first convolution and the last
  UpscalerNetworkImpl(int64_t width, int64_t convs);

  /// [B, 3, h, w], 0..1 -> [B, 3, 2 h, 2 w]
  torch::Tensor forward(const torch::Tensor& image);
  /// What the last convolution works on: [B, width, h, w].
  torch::Tensor Features(const torch::Tensor& image);
  /// What is left to the last convolution: [B, 12, h, w].
  static torch::Tensor Wanted(const torch::Tensor& small,
                              const torch::Tensor& large);
  torch::nn::Conv2d& last() { return last_; }

 private:
  torch::nn::Conv2d Convolution(int64_t in, int64_t out);

  torch::nn::ModuleList body = nullptr;
  torch::nn::Conv2d last_ = nullptr;
};
TORCH_MODULE(UpscalerNetwork);

UpscalerNetworkImpl::UpscalerNetworkImpl(int64_t width, int64_t convs) {
  body = register_module("body", torch::nn::ModuleList());
  body->push_back(Convolution(3, width));
  for (int64_t i = 0; i <= convs; ++i) {
    body->push_back(torch::nn::PReLU(
        torch::nn::PReLUOptions().num_parameters(width).init(0.1)));
    last_ = Convolution(width, i < convs ? width : 3 * kFactor * kFactor);
    body->push_back(last_);
  }
  // The first results are repeated pixels, or nearly so.
  const torch::NoGradGuard no_gradients;
  last_->weight.mul_(0.1);
}

torch::nn::Conv2d UpscalerNetworkImpl::Convolution(int64_t in, int64_t out) {
  torch::nn::Conv2d convolution(
      torch::nn::Conv2dOptions(in, out, 3).padding(1));
  torch::nn::init::kaiming_normal_(convolution->weight, 0.1);
  torch::nn::init::zeros_(convolution->bias);
  return convolution;
}

torch::Tensor UpscalerNetworkImpl::Features(const torch::Tensor& image) {
  torch::Tensor x = image;
  for (size_t i = 0; i + 1 < body->size(); ++i) {
    if (auto* convolution = body[i]->as<torch::nn::Conv2d>()) {
      x = convolution->forward(x);
    } else {
      x = body[i]->as<torch::nn::PReLU>()->forward(x);
    }
  }
  return x;
}

torch::Tensor UpscalerNetworkImpl::forward(const torch::Tensor& image) {
  return torch::pixel_shuffle(last_->forward(Features(image)), kFactor) +
         Repeated(image);
}

torch::Tensor UpscalerNetworkImpl::Wanted(const torch::Tensor& small,
                                          const torch::Tensor& large) {
  return torch::pixel_unshuffle(large - Repeated(small), kFactor);
}

class Training {
 public:
  explicit Training(TrainingPlan plan);
  void Run();

 private:
  double Step(int step);
  void FitLastLayer(uint64_t seed);
  void Report(double loss);
  double GainOverBicubic(const Patches& batch);
  void Resume();
  void SaveState();
  void WriteWeights();

  TrainingPlan plan_;
  std::filesystem::path state_;
  TrainingPictures pictures_;
  Patches clean_, worn_;  ///< to report on
  UpscalerNetwork network_;
  torch::optim::Adam optimizer_;
  int step_ = 0;
};

Training::Training(TrainingPlan plan)
    : plan_(std::move(plan)),
      state_(plan_.output.string() + ".state"),
      pictures_(plan_.seed, {.rooms = plan_.rooms}),
      network_(kWidth, kConvs),
      optimizer_(network_->parameters(),
                 torch::optim::AdamOptions(kLearningRate)) {
  Random random(plan_.seed + 1);
  clean_ = pictures_.Sample(random, 48, kSmallSide, 0);
  worn_ = pictures_.Sample(random, 48, kSmallSide, 1);
}

void Training::Run() {
  Resume();
  if (step_ == 0) FitLastLayer(1);
  double loss = 0;
  while (step_ < plan_.steps) {
    loss = Step(step_++);
    if (step_ % kReportSteps == 0) {
      Report(loss);
      SaveState();
    }
  }
  FitLastLayer(2);
  Report(loss);
  WriteWeights();
}

double Training::Step(int step) {
  Random random(plan_.seed * 1'000'003 + 1000 + static_cast<uint64_t>(step));
  const Patches batch =
      pictures_.Sample(random, kBatch, kSmallSide, kWornShare);
  static_cast<torch::optim::AdamOptions&>(
      optimizer_.param_groups()[0].options())
      .lr(LearningRateAt(step, plan_.steps));
  optimizer_.zero_grad();
  const torch::Tensor loss = torch::l1_loss(
      Judged(network_->forward(batch.small)), Judged(batch.large));
  loss.backward();
  torch::nn::utils::clip_grad_norm_(network_->parameters(), 0.5);
  optimizer_.step();
  return loss.item<double>();
}

// The last convolution is linear in its weights, so the best one for given
// features is the solution of a linear system.
void Training::FitLastLayer(uint64_t seed) {
  const torch::NoGradGuard no_gradients;
  Random random(plan_.seed * 7919 + seed);
  const int64_t unknowns = 9 * kWidth + 1;
  torch::Tensor left = torch::zeros({unknowns, unknowns}, torch::kFloat64);
  torch::Tensor right =
      torch::zeros({unknowns, 3 * kFactor * kFactor}, torch::kFloat64);
  for (int i = 0; i < kFitBatches; ++i) {
    const Patches batch =
        pictures_.Sample(random, kBatch, kSmallSide, kWornShare);
    // A row for every pixel: the features around it, and one.
    const torch::Tensor around =
        torch::im2col(Inside(network_->Features(batch.small), kUnjudged),
                      {3, 3},
                      {1, 1},
                      {0, 0},
                      {1, 1});
    const torch::Tensor features =
        around.transpose(1, 2).reshape({-1, 9 * kWidth});
    const torch::Tensor rows =
        torch::cat({features, torch::ones({features.size(0), 1})}, 1);
    const torch::Tensor wanted =
        Inside(UpscalerNetworkImpl::Wanted(batch.small, batch.large),
               kUnjudged + 1)
            .permute({0, 2, 3, 1})
            .reshape({-1, 3 * kFactor * kFactor});
    left += rows.t().mm(rows).to(torch::kFloat64);
    right += rows.t().mm(wanted).to(torch::kFloat64);
  }
  // As if each weight had been seen to be about zero a little, too.
  left += 1e-5 * left.diagonal().mean() * torch::eye(unknowns, torch::kFloat64);
  const torch::Tensor solved =
      torch::linalg_solve(left, right).to(torch::kFloat32);
  torch::nn::Conv2d& last = network_->last();
  last->weight.copy_(
      solved.slice(0, 0, 9 * kWidth).t().reshape(last->weight.sizes()));
  last->bias.copy_(solved[unknowns - 1]);
}

double Training::GainOverBicubic(const Patches& batch) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor bicubic = torch::upsample_bicubic2d(
      batch.small, {batch.large.size(2), batch.large.size(3)}, false);
  return Psnr(network_->forward(batch.small), batch.large) -
         Psnr(bicubic, batch.large);
}

void Training::Report(double loss) {
  std::cout << step_ << " steps, loss " << loss << ", above bicubic "
            << GainOverBicubic(clean_) << " dB, worn " << GainOverBicubic(worn_)
            << " dB" << std::endl;
}

void Training::Resume() {
  if (!std::filesystem::exists(state_)) return;
  torch::serialize::InputArchive archive;
  archive.load_from(state_.string());
  network_->load(archive);
  optimizer_.load(archive);
  torch::IValue step;
  archive.read("step", step);
  step_ = static_cast<int>(step.toInt());
}

void Training::SaveState() {
  torch::serialize::OutputArchive archive;
  network_->save(archive);
  optimizer_.save(archive);
  archive.write("step", torch::IValue(static_cast<int64_t>(step_)));
  archive.save_to(state_.string());
}

void Training::WriteWeights() {
  std::map<std::string, NamedTensor> tensors;
  for (const auto& parameter : network_->named_parameters()) {
    const torch::Tensor values = parameter.value().detach().contiguous();
    tensors[parameter.key()] = {
        values.sizes().vec(),
        {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()}};
  }
  WriteSafetensors(plan_.output,
                   tensors,
                   {{"format", "pt"},
                    {"seed", std::to_string(plan_.seed)},
                    {"steps", std::to_string(plan_.steps)}});
}

}  // namespace

void TrainUpscaler(const TrainingPlan& plan) {
  torch::set_num_threads(1);
  torch::manual_seed(plan.seed);
  Training(plan).Run();
}

}  // namespace stage::train
