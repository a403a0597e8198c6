#pragma once

#include <filesystem>
#include <memory>

#include "engine/models/load_weights.h"

namespace stage::models {

/// Fills holes in pictures.
class Inpainter {
 public:
  virtual ~Inpainter() = default;
  /// @param image  [B, 3, h, w], 0..1; what the mask covers does not count
  /// @param mask   [B, 1, h, w], 1 where to fill
  /// @return       [B, 3, h, w]: the image with its holes filled
  virtual torch::Tensor Fill(const torch::Tensor& image,
                             const torch::Tensor& mask) = 0;
};

// LaMa (arXiv:2109.07161) is a convolutional network whose global branch works
// on the Fourier transform of its features.

/// Reads LaMa from its state dict (.ckpt, .pth, .safetensors) or as TorchScript
/// (.pt with code). All sizes are read off the tensors.
/// @throws Error(kModel)
std::unique_ptr<Inpainter> LoadLama(const std::filesystem::path& file,
                                    const Placement& placement);

/// Continues a picture right and below, mirrored, to sides that are multiples
/// of `multiple`.
torch::Tensor PadSymmetric(const torch::Tensor& image, int64_t multiple);

}  // namespace stage::models
