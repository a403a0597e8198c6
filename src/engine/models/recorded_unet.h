#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/models/controlled_unet.h"
#include "engine/models/work_recorder.h"

namespace stage::models {

/// A step of a UNet and its ControlNets that is recorded once and replayed for
/// every further step with inputs of the same form: on fast devices starting
/// thousands of small kernels one by one takes longer than they do. The first
/// call of a form is made as usual, the second is recorded; other networks,
/// weights, scales, adapters or sizes begin anew, other pictures, texts and
/// timesteps do not. Keeps one recording.
class RecordedUNet {
 public:
  using OnWarning = std::function<void(const std::string&)>;

  /// One that calls the network as usual.
  RecordedUNet();
  explicit RecordedUNet(std::unique_ptr<WorkRecorder> recorder);
  ~RecordedUNet();
  RecordedUNet(RecordedUNet&&) noexcept;
  RecordedUNet& operator=(RecordedUNet&&) noexcept;

  /// As PredictControlled.
  /// @param on_warning  called once where recording fails; from then on the
  ///                    networks are called as usual
  torch::Tensor Predict(UNet2DConditionModel& unet,
                        const StepInput& input,
                        const OnWarning& on_warning = {});
  /// Lets go of the recording, its memory and the networks.
  void Forget();

 private:
  struct Pass;
  void GiveUp(const std::string& why, const OnWarning& on_warning);

  std::unique_ptr<WorkRecorder> recorder_;
  std::unique_ptr<Pass> pass_;
};

}  // namespace stage::models
