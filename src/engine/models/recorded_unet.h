#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/models/unet_2d_condition.h"
#include "engine/models/work_recorder.h"

namespace stage::models {

/// A UNet's forward pass that is recorded once and replayed for every further
/// step with inputs of the same form: on fast devices starting a thousand
/// small kernels one by one takes longer than they do. The first call of a
/// form is made as usual, the second is recorded; another network, other
/// weights, ControlNets, adapters or sizes begin anew. Keeps one recording.
class RecordedUNet {
 public:
  using OnWarning = std::function<void(const std::string&)>;

  /// One that calls the network as usual.
  RecordedUNet();
  explicit RecordedUNet(std::unique_ptr<WorkRecorder> recorder);
  ~RecordedUNet();
  RecordedUNet(RecordedUNet&&) noexcept;
  RecordedUNet& operator=(RecordedUNet&&) noexcept;

  /// As UNet2DConditionModelImpl::forward.
  /// @param on_warning  called once where recording fails; from then on the
  ///                    network is called as usual
  torch::Tensor Predict(UNet2DConditionModel& unet,
                        const torch::Tensor& sample,
                        const torch::Tensor& timestep,
                        const Conditioning& conditioning,
                        const OnWarning& on_warning = {});
  /// Lets go of the recording, its memory and the network.
  void Forget();

 private:
  struct Pass;
  void GiveUp(const std::string& why, const OnWarning& on_warning);

  std::unique_ptr<WorkRecorder> recorder_;
  std::unique_ptr<Pass> pass_;
};

}  // namespace stage::models
