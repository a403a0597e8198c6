#include "engine/models/recorded_unet.h"

#include <torch/torch.h>

#include <algorithm>

namespace stage::models {
namespace {

using torch::Tensor;

struct Input {
  Tensor sample, timestep;
  Conditioning conditioning;
};

/// All tensors of an input in a fixed order, undefined ones among them.
std::vector<Tensor*> TensorsOf(Input& input) {
  Conditioning& conditioning = input.conditioning;
  std::vector<Tensor*> all = {&input.sample,
                              &input.timestep,
                              &conditioning.context.text,
                              &conditioning.text_embeds,
                              &conditioning.time_ids,
                              &conditioning.mid_residual};
  for (Tensor& image : conditioning.context.images) all.push_back(&image);
  for (Tensor& residual : conditioning.down_residuals) all.push_back(&residual);
  return all;
}

bool SameForm(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined()) return a.defined() == b.defined();
  return a.sizes() == b.sizes() && a.options().type_equal(b.options()) &&
         a.device() == b.device();
}

bool SameForm(Input& a, Input& b) {
  const auto of_a = TensorsOf(a);
  const auto of_b = TensorsOf(b);
  return a.conditioning.context.images.size() ==
             b.conditioning.context.images.size() &&
         std::equal(
             of_a.begin(),
             of_a.end(),
             of_b.begin(),
             of_b.end(),
             [](const Tensor* x, const Tensor* y) { return SameForm(*x, *y); });
}

/// Copies that stay where they are.
Input Settled(Input input) {
  for (Tensor* tensor : TensorsOf(input)) {
    if (tensor->defined()) *tensor = tensor->clone();
  }
  return input;
}

void CopyInto(Input& settled, Input& input) {
  const auto to = TensorsOf(settled);
  const auto from = TensorsOf(input);
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i]->defined()) to[i]->copy_(*from[i], /*non_blocking=*/true);
  }
}

/// Where the network's weights lie, for which its tensors have to stay.
class WeightPlaces {
 public:
  explicit WeightPlaces(const torch::nn::Module& module)
      : weights_(module.parameters()) {
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
  Input input;  ///< the recording reads it
  Tensor output;
  std::unique_ptr<WeightPlaces> weights;
  std::unique_ptr<Recording> recording;

  bool Suits(const UNet2DConditionModel& other, Input& fresh) {
    return unet.ptr() == other.ptr() && revision == other->revision() &&
           SameForm(input, fresh) && (!weights || weights->Hold());
  }
  void Run() {
    output = unet(input.sample, input.timestep, input.conditioning);
  }
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
                             const Tensor& sample,
                             const Tensor& timestep,
                             const Conditioning& conditioning,
                             const OnWarning& on_warning) {
  if (!recorder_) return unet(sample, timestep, conditioning);
  Input input{sample, timestep, conditioning};
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
      pass_->weights = std::make_unique<WeightPlaces>(*unet);
      pass_->recording =
          recorder_->Record([pass = pass_.get()] { pass->Run(); });
    }
    pass_->recording->Replay();
  } catch (const c10::Error& error) {
    GiveUp(error.what_without_backtrace(), on_warning);
    return unet(sample, timestep, conditioning);
  }
  return pass_->output.clone();
}

}  // namespace stage::models
