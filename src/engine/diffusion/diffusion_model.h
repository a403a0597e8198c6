#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/diffusion_parameters.h"
#include "core/image.h"
#include "engine/diffusion_engine.h"

namespace stage::engine {

/// A picture for a ControlNet: RGB, of the size of the picture that is worked
/// on.
struct ControlPicture {
  ControlKind kind = ControlKind::kDepth;
  ImageU8 image;
};

/// A part of a picture to be made anew.
struct InpaintRequest {
  const ImageU8& picture;  ///< sRGB, sides multiples of kSideMultiple
  const ImageU8& mask;     ///< of the same size, not 0 where to change
  std::string prompt;
  std::string negative_prompt;  ///< empty: what the model takes for nothing
  /// Those the model has no ControlNet for are left aside.
  std::vector<ControlPicture> controls = {};
  /// sRGB, for the IP-Adapter: pieces or rooms to follow.
  std::vector<ImageU8> references = {};
  double strength = 1;  ///< 0..1: how far it may depart from the picture
  uint64_t seed = 0;
  /// Steps, guidance, scheduler and, over the one above, strength.
  const DiffusionParameters& parameters;
  /// Called after each step; may throw to stop the run.
  std::function<void(int done, int of)> on_step;
  /// Told when memory ran out and the work goes on in smaller parts.
  std::function<void(const std::string& warning)> on_warning;
};

inline constexpr int kDefaultSteps = 25;
inline constexpr double kDefaultGuidance = 7.5;

/// A published Stable Diffusion model, ready to run on the device and in the
/// precision that its options name. Not thread-safe.
class DiffusionModel {
 public:
  static constexpr int kSideMultiple = 64;

  /// @throws Error(kModel) when files are missing or are not what they say,
  ///         Error(kDevice) for a device or precision that cannot be had
  explicit DiffusionModel(const DiffusionEngineOptions& options);
  ~DiffusionModel();

  /// The side of the squares it was trained on, in pixels.
  int native_side_px() const;
  /// The most pixels that are worth working on at once, as the side of a
  /// square: on CUDA more than the model was trained on, in windows.
  int most_side_px() const;
  /// What a manifest says of how pictures are made: device, precision,
  /// scheduler, steps, guidance and strength.
  nlohmann::json Settings(const DiffusionParameters& parameters,
                          double strength) const;
  /// The whole picture as the model sees it, changed where the mask is. The
  /// same seed gives the same picture on one kind of device. When memory runs
  /// out it begins again with what is not in use kept off the device and the
  /// picture decoded in tiles, and stays so.
  /// @throws Error(kDevice) when memory runs out even then, or is less than the
  ///         weights take
  ImageU8 Inpaint(const InpaintRequest& request);

 private:
  ImageU8 InpaintOnce(const InpaintRequest& request);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace stage::engine
