#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace stage::models {

/// A square part of latents, in cells.
struct LatentWindow {
  int64_t top = 0, left = 0, height = 0, width = 0;

  /// The window of a picture-like tensor whose cells are `scale` pixels.
  /// @param x  [..., scale h, scale w]
  torch::Tensor Of(const torch::Tensor& x, int64_t scale = 1) const;
};

/// Windows of `side` cells that cover height x width evenly and overlap by a
/// quarter of their side at least; one where that is enough.
std::vector<LatentWindow> CoverWithWindows(int64_t height,
                                           int64_t width,
                                           int64_t side);

/// How much a window's cells count: more in its middle, so that no seam shows.
/// @return  [height, width], above 0
torch::Tensor WindowWeight(const LatentWindow& window);

/// What is made of each window, averaged by WindowWeight where they overlap
/// (arXiv:2302.08113).
/// @param windows  cover a picture
/// @param part     [..., window height, window width], float32
torch::Tensor AveragedOver(
    const std::vector<LatentWindow>& windows,
    const std::function<torch::Tensor(const LatentWindow&)>& part);

}  // namespace stage::models
