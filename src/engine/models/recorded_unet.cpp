#include "engine/models/recorded_unet.h"

#include <torch/torch.h>

#include <algorithm>

namespace stage::models {
namespace {

using torch::Tensor;

/// All tensors of an input in a fixed order, undefined ones among them.
std::vector<Tensor*> TensorsOf(StepInput& input) {
  Conditioning& conditioning = input.conditioning;
  std::vector<Tensor*> all = {&input.sample,
                              &input.beside,
                              &input.timestep,
                              &conditioning.context.text,
                              &conditioning.text_embeds,
                              &conditioning.time_ids};
  for (Tensor& image : conditioning.context.images) all.push_back(&image);
  for (StepControl& control : input.controls) all.push_back(&control.image);
  return all;
}

bool SameForm(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  return a.sizes() == b.sizes() && a.options().type_equal(b.options()) &&
         a.device() == b.device();
}

/// Whether what is no tensor, and so becomes part of a recording, is the same.
bool SameForm(const StepControl& a, const StepControl& b) {
  return a.net.ptr() == b.net.ptr() && a.scale == b.scale &&
         a.guess == b.guess && a.second_half == b.second_half;
}

bool SameForm(StepInput& a, StepInput& b) {
  const auto of_a = TensorsOf(a);
  const auto of_b = TensorsOf(b);
  return a.conditioning.context.images.size() ==
             b.conditioning.context.images.size() &&
         std::equal(
             a.controls.begin(),
             a.controls.end(),
             b.controls.begin(),
             b.controls.end(),
             [](const auto& x, const auto& y) { return SameForm(x, y); }) &&
         std::equal(
             of_a.begin(),
             of_a.end(),
             of_b.begin(),
             of_b.end(),
             [](const Tensor* x, const Tensor* y) { return SameForm(*x, *y); });
}

/// Copies that stay where they are.
StepInput Settled(StepInput input) {
  for (Tensor* tensor : TensorsOf(input)) {
    if (tensor->defined()) *tensor = tensor->clone();
  }
  return input;
}

void CopyInto(StepInput& settled, StepInput& input) {
  const auto to = TensorsOf(settled);
  const auto from = TensorsOf(input);
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i]->defined()) to[i]->copy_(*from[i], /*non_blocking=*/true);
  }
}

std::vector<Tensor> WeightsOf(const UNet2DConditionModel& unet,
                              const StepInput& input) {
  std::vector<Tensor> all = unet->parameters();
  for (const StepControl& control : input.controls) {
    const std::vector<Tensor> more = control.net->parameters();
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

/// Where the networks' weights lie, for which their tensors have to stay.
class WeightPlaces {
 public:
  explicit WeightPlaces(std::vector<Tensor> weights)
      : weights_(std::move(weights)) {
    for (const Tensor& weight : weights_) places_.push_back(Of(weight));
  }
  bool Hold() const {
    return std::equal(places_.begin(),
                      places_.end(),
                      weights_.begin(),
                      [](const void* place, const Tensor& weight) {
                        return Of(weight) == place;
                      });
  }

 private:
  /// Packed weights of oneDNN have no address.
  static const void* Of(const Tensor& weight) {
    return weight.has_storage() ? weight.data_ptr()
                                : weight.unsafeGetTensorImpl();
  }

  std::vector<Tensor> weights_;
  std::vector<const void*> places_;
};

}  // namespace

/// One form of input and what was made of it.
struct RecordedUNet::Pass {
  UNet2DConditionModel unet;
  int64_t revision;
  StepInput input;  ///< the recording reads it
  Tensor output;
  std::unique_ptr<WeightPlaces> weights;
  std::unique_ptr<Recording> recording;

  bool Suits(const UNet2DConditionModel& other, StepInput& fresh) {
    return unet.ptr() == other.ptr() && revision == other->revision() &&
           SameForm(input, fresh) && (!weights || weights->Hold());
  }
  void Run() { output = PredictControlled(unet, input); }
};

RecordedUNet::RecordedUNet() = default;
RecordedUNet::RecordedUNet(std::unique_ptr<WorkRecorder> recorder)
    : recorder_(std::move(recorder)) {}
RecordedUNet::~RecordedUNet() = default;
RecordedUNet::RecordedUNet(RecordedUNet&&) noexcept = default;
RecordedUNet& RecordedUNet::operator=(RecordedUNet&&) noexcept = default;

void RecordedUNet::Forget() {
  if (!pass_) return;
  pass_.reset();
  recorder_->ReleaseMemory();
}

void RecordedUNet::GiveUp(const std::string& why, const OnWarning& on_warning) {
  Forget();
  recorder_.reset();
  if (!on_warning) return;
  on_warning("steps are not recorded as a CUDA graph, which takes longer: " +
             why.substr(0, why.find('\n')));
}

Tensor RecordedUNet::Predict(UNet2DConditionModel& unet,
                             const StepInput& step,
                             const OnWarning& on_warning) {
  if (!recorder_) return PredictControlled(unet, step);
  StepInput input = step;
  if (!pass_ || !pass_->Suits(unet, input)) {
    Forget();
    pass_.reset(new Pass{unet, unet->revision(), Settled(std::move(input))});
    recorder_->WarmUp([&] { pass_->Run(); });
    return pass_->output.clone();
  }
  CopyInto(pass_->input, input);
  try {
    if (!pass_->recording) {
      pass_->output = Tensor();  // its memory is of no use to a recording
      pass_->weights = std::make_unique<WeightPlaces>(WeightsOf(unet, input));
      pass_->recording =
          recorder_->Record([pass = pass_.get()] { pass->Run(); });
    }
    pass_->recording->Replay();
  } catch (const c10::Error& error) {
    GiveUp(error.what_without_backtrace(), on_warning);
    return PredictControlled(unet, step);
  }
  return pass_->output.clone();
}

}  // namespace stage::models
