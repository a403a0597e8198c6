#include "engine/models/pipeline/latent_windows.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace stage::models {
namespace {

/// Where windows begin along one side.
std::vector<int64_t> Begins(int64_t length, int64_t side) {
  if (length <= side) return {0};
  const int64_t step = side - side / 4;
  const int64_t count = (length - side + step - 1) / step + 1;
  std::vector<int64_t> begins;
  for (int64_t i = 0; i < count; ++i) {
    begins.push_back(std::llround(static_cast<double>(i * (length - side)) /
                                  static_cast<double>(count - 1)));
  }
  return begins;
}

/// 1, 2, ... in the middle, ..., 2, 1, not above a quarter of the length.
torch::Tensor Ramp(int64_t length) {
  const torch::Tensor rise = torch::arange(1, length + 1, torch::kFloat32);
  return torch::minimum(rise, rise.flip(0))
      .clamp_max(static_cast<double>(std::max<int64_t>(length / 4, 1)));
}

}  // namespace

torch::Tensor LatentWindow::Of(const torch::Tensor& x, int64_t scale) const {
  return x.narrow(-2, top * scale, height * scale)
      .narrow(-1, left * scale, width * scale);
}

std::vector<LatentWindow> CoverWithWindows(int64_t height,
                                           int64_t width,
                                           int64_t side) {
  std::vector<LatentWindow> windows;
  for (const int64_t top : Begins(height, side)) {
    for (const int64_t left : Begins(width, side)) {
      windows.push_back(
          {top, left, std::min(side, height), std::min(side, width)});
    }
  }
  return windows;
}

torch::Tensor WindowWeight(const LatentWindow& window) {
  return Ramp(window.height).unsqueeze(1) * Ramp(window.width).unsqueeze(0);
}

torch::Tensor AveragedOver(
    const std::vector<LatentWindow>& windows,
    const std::function<torch::Tensor(const LatentWindow&)>& part) {
  int64_t height = 0;
  int64_t width = 0;
  for (const LatentWindow& window : windows) {
    height = std::max(height, window.top + window.height);
    width = std::max(width, window.left + window.width);
  }
  torch::Tensor sum, weights;
  for (const LatentWindow& window : windows) {
    const torch::Tensor made = part(window);
    const torch::Tensor weight = WindowWeight(window).to(made.options());
    if (!sum.defined()) {
      std::vector<int64_t> shape = made.sizes().vec();
      shape[shape.size() - 2] = height;
      shape[shape.size() - 1] = width;
      sum = torch::zeros(shape, made.options());
      weights = torch::zeros({height, width}, made.options());
    }
    window.Of(sum).add_(made * weight);
    window.Of(weights).add_(weight);
  }
  return sum / weights;
}

}  // namespace stage::models
