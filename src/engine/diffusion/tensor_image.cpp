#include "engine/diffusion/tensor_image.h"

#include <torch/torch.h>

#include <algorithm>

namespace stage::engine {

torch::Tensor UnitTensor(const ImageU8& image) {
  return torch::from_blob(const_cast<uint8_t*>(image.data()),
                          {image.height(), image.width(), image.channels()},
                          torch::kUInt8)
      .to(torch::kFloat32)
      .div(255)
      .permute({2, 0, 1})
      .unsqueeze(0);
}

ImageU8 ToImage(const torch::Tensor& unit) {
  const torch::Tensor pixels = unit.squeeze(0)
                                   .to(torch::kCPU, torch::kFloat32)
                                   .clamp(0, 1)
                                   .mul(255)
                                   .round()
                                   .to(torch::kUInt8)
                                   .permute({1, 2, 0})
                                   .contiguous();
  ImageU8 image(static_cast<int>(pixels.size(1)),
                static_cast<int>(pixels.size(0)),
                static_cast<int>(pixels.size(2)));
  std::copy_n(pixels.data_ptr<uint8_t>(), pixels.numel(), image.data());
  return image;
}

}  // namespace stage::engine
