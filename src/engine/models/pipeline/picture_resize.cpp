#include "engine/models/pipeline/picture_resize.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace stage::models {
namespace {

using torch::Tensor;

// Weights are fixed-point numbers of this many bits.
constexpr int kPrecisionBits = 22;

double Sinc(double x) { return x == 0 ? 1 : std::sin(x * M_PI) / (x * M_PI); }

double Weight(ResizeFilter filter, double x) {
  x = std::abs(x);
  switch (filter) {
    case ResizeFilter::kBilinear:
      return std::max(0.0, 1 - x);
    case ResizeFilter::kBicubic:  // Catmull-Rom: a = -0.5
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    case ResizeFilter::kLanczos:
      return x < 3 ? Sinc(x) * Sinc(x / 3) : 0;
  }
  return 0;
}

double SupportOf(ResizeFilter filter) {
  return filter == ResizeFilter::kBilinear  ? 1
         : filter == ResizeFilter::kBicubic ? 2
                                            : 3;
}

/// What one number of the result is made of.
struct Window {
  int64_t first = 0;
  std::vector<int64_t> weights;  ///< fixed-point
};

std::vector<Window> Windows(int64_t from, int64_t to, ResizeFilter filter) {
  const double scale = static_cast<double>(from) / static_cast<double>(to);
  const double stretch = std::max(scale, 1.0);
  const double support = SupportOf(filter) * stretch;
  std::vector<Window> windows;
  for (int64_t i = 0; i < to; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * scale;
    const auto first =
        std::max<int64_t>(static_cast<int64_t>(center - support + 0.5), 0);
    const auto end =
        std::min<int64_t>(static_cast<int64_t>(center + support + 0.5), from);
    std::vector<double> weights;
    double sum = 0;
    for (int64_t x = first; x < end; ++x) {
      const double offset = static_cast<double>(x) - center + 0.5;
      weights.push_back(Weight(filter, offset / stretch));
      sum += weights.back();
    }
    Window window{.first = first};
    for (const double weight : weights) {
      window.weights.push_back(static_cast<int64_t>(
          std::lround(weight / sum * (int64_t{1} << kPrecisionBits))));
    }
    windows.push_back(std::move(window));
  }
  return windows;
}

/// Resizes the last dimension.
Tensor ResizeRows(const Tensor& picture, int64_t to, ResizeFilter filter) {
  const int64_t from = picture.size(-1);
  if (from == to) return picture;
  const Tensor rows = picture.contiguous().view({-1, from});
  Tensor out = torch::empty({rows.size(0), to}, torch::kUInt8);
  const std::vector<Window> windows = Windows(from, to, filter);
  for (int64_t row = 0; row < rows.size(0); ++row) {
    const uint8_t* in = rows.data_ptr<uint8_t>() + row * from;
    uint8_t* made = out.data_ptr<uint8_t>() + row * to;
    for (int64_t i = 0; i < to; ++i) {
      const Window& window = windows[static_cast<size_t>(i)];
      int64_t sum = int64_t{1} << (kPrecisionBits - 1);
      for (size_t k = 0; k < window.weights.size(); ++k) {
        sum += in[window.first + static_cast<int64_t>(k)] * window.weights[k];
      }
      made[i] = static_cast<uint8_t>(
          std::clamp<int64_t>(sum >> kPrecisionBits, 0, 255));
    }
  }
  std::vector<int64_t> shape = picture.sizes().vec();
  shape.back() = to;
  return out.view(shape);
}

}  // namespace

Tensor ResizePicture(const Tensor& picture,
                     int64_t height,
                     int64_t width,
                     ResizeFilter filter) {
  const Tensor rows = ResizeRows(picture, width, filter);
  return ResizeRows(rows.transpose(1, 2), height, filter)
      .transpose(1, 2)
      .contiguous();
}

Tensor ClipPixels(const Tensor& picture, int64_t size) {
  const int64_t height = picture.size(1);
  const int64_t width = picture.size(2);
  const int64_t shorter = std::min(height, width);
  const Tensor resized = ResizePicture(picture,
                                       size * height / shorter,
                                       size * width / shorter,
                                       ResizeFilter::kBicubic);
  const int64_t top = (resized.size(1) - size) / 2;
  const int64_t left = (resized.size(2) - size) / 2;
  const Tensor square =
      resized.slice(1, top, top + size).slice(2, left, left + size);
  const Tensor mean = torch::tensor({0.48145466, 0.4578275, 0.40821073});
  const Tensor deviation = torch::tensor({0.26862954, 0.26130258, 0.27577711});
  return ((square.to(torch::kFloat32) / 255 - mean.view({3, 1, 1})) /
          deviation.view({3, 1, 1}))
      .unsqueeze(0);
}

}  // namespace stage::models
