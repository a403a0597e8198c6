#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/image.h"

namespace stage::engine {

/// A part of a picture to be made anew.
struct InpaintRequest {
  const ImageU8& picture;  ///< sRGB, sides multiples of kSideMultiple
  const ImageU8& mask;     ///< of the same size, not 0 where to change
  std::string prompt;
  std::string negative_prompt;  ///< empty: what the model takes for nothing
  /// For a model with a ControlNet for depth: RGB of the same size, the nearer
  /// the whiter; or null.
  const ImageU8* depth = nullptr;
  double strength = 1;  ///< 0..1: how far it may depart from the picture
  uint64_t seed = 0;
  int steps = 25;
  double guidance = 7.5;
  /// Called after each step; may throw to stop the run.
  std::function<void(int done, int of)> on_step;
};

/// A published Stable Diffusion inpainting model, ready to run: on CUDA in
/// bfloat16 where there is a device, else on the CPU in float32. Not
/// thread-safe.
class DiffusionModel {
 public:
  static constexpr int kSideMultiple = 64;

  /// @param depth_control  a ControlNet for depth, or empty
  /// @throws Error(kModel) when files are missing or are not what they say
  DiffusionModel(const std::filesystem::path& folder,
                 const std::filesystem::path& depth_control,
                 int threads);
  ~DiffusionModel();

  /// The side of the squares it was trained on, in pixels.
  int native_side_px() const;
  /// "cuda" or "cpu"
  std::string device() const;
  /// The whole picture as the model sees it, changed where the mask is. The
  /// same seed gives the same picture on one kind of device.
  /// @throws Error(kDevice) when memory runs out
  ImageU8 Inpaint(const InpaintRequest& request);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace stage::engine
