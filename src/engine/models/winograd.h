#pragma once

#include <torch/types.h>

namespace stage::models {

/// Convolutions 3x3 of stride and padding one by Winograd's F(4x4, 3x3)
/// (arXiv:1509.09308): a quarter of the multiplications, and a third of the
/// time, for rounding errors some ten times as large. oneDNN computes them,
/// with AVX-512 only. Results do not depend on the number of threads.

/// The weights of one convolution as they are read here.
struct WinogradWeight {
  torch::Tensor blocks;  ///< F32 [ceil(out/16), ceil(in/16), 3, 3, 16, 16]
  int64_t out = 0;
  int64_t in = 0;
};

/// Whether this build and this processor have them.
bool HasWinograd();

/// Whether they are faster than a direct convolution. Told from shapes alone:
/// the same picture is computed in the same way every time.
/// @param x       [B, in, h, w]
/// @param weight  [out, in, 3, 3]
bool SuitsWinograd(torch::IntArrayRef x, torch::IntArrayRef weight);

/// @param weight  F32 [out, in, 3, 3] on the processor
WinogradWeight PackForWinograd(const torch::Tensor& weight);
/// @return  [out, in, 3, 3]
torch::Tensor Unpack(const WinogradWeight& weight);

/// Profilers see it as "stage::winograd" of x and the shape [out, in, 3, 3].
/// @param x     F32 [B, in, h, w] on the processor
/// @param bias  [out] or undefined
/// @return      [B, out, h, w]
torch::Tensor WinogradConvolution(const torch::Tensor& x,
                                  const WinogradWeight& weight,
                                  const torch::Tensor& bias);

}  // namespace stage::models
