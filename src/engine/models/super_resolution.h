#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "engine/models/load_weights.h"

namespace stage::models {

/// A network that enlarges pictures.
class SuperResolution {
 public:
  virtual ~SuperResolution() = default;
  /// Pixels of the result a pixel, each way.
  virtual int64_t factor() const = 0;
  /// Sides must be multiples of this.
  virtual int64_t granularity() const = 0;
  /// Pixels around a pixel that its enlargement depends on noticeably; exact
  /// for shallow networks.
  virtual int64_t reach() const = 0;
  /// @param image  [B, 3, h, w], 0..1
  /// @return       [B, 3, factor h, factor w], about 0..1, not clamped
  virtual torch::Tensor Enlarge(const torch::Tensor& image) = 0;
};

/// Reads weights of RRDBNet (ESRGAN, arXiv:1809.00219, section 3.1) or of
/// SRVGGNetCompact (Real-ESRGAN's small network) and builds what they are of:
/// all sizes are read off the tensors.
/// @param file  .safetensors or .pth
/// @throws Error(kModel) when the weights are of neither
std::unique_ptr<SuperResolution> LoadSuperResolution(
    const std::filesystem::path& file, const Placement& placement);

struct EnlargeTiling {
  int64_t tile = 0;      ///< pixels of a tile's side; 0: the whole picture
  int64_t context = 10;  ///< pixels around each tile that the network sees too
  int64_t border = 0;    ///< reflected pixels right and below the picture
};

/// Enlarges any size: the picture is mirrored at its right and lower edge to
/// what the network can work on, cut into tiles where asked for, and the
/// additions are cut off again.
/// @param image  [1, 3, h, w], 0..1
/// @param done   called with 0..1 after each tile, or empty
torch::Tensor EnlargePicture(SuperResolution& network,
                             const torch::Tensor& image,
                             const EnlargeTiling& tiling,
                             const std::function<void(double)>& done = {});

}  // namespace stage::models
