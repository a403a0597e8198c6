#pragma once

#include <torch/types.h>

namespace stage::models {

/// What lies between the layers of a network, in one pass over memory each
/// where libtorch takes two to four: on the processor, in float32. Results do
/// not depend on the number of threads.

/// Whether the functions below take the tensor; in builds with a PyTorch wheel,
/// whose threads are its own, they take none.
bool InOnePass(const torch::Tensor& x);

/// silu(group_norm(x)) (arXiv:1803.08494, arXiv:1702.03118).
/// @param x             F32 [B, channels, ...]
/// @param weight, bias  [channels]
/// @return              as x
torch::Tensor GroupNormSilu(const torch::Tensor& x,
                            int64_t groups,
                            const torch::Tensor& weight,
                            const torch::Tensor& bias,
                            double epsilon);

/// (x1 + bias1) * gelu(x2 + bias2) of the halves of the last dimension (GEGLU,
/// arXiv:2002.05202, eq. 5).
/// @param x     F32 [..., 2 n]
/// @param bias  [2 n]
/// @return      [..., n]
torch::Tensor BiasedGeglu(const torch::Tensor& x, const torch::Tensor& bias);

/// exp(x - its row's largest), in place: a softmax that is still to be divided
/// by the rows' sums.
/// @param x      F32 [..., n], contiguous
/// @param count  of each row's numbers, the first; the others become 0
/// @param sums   F32 [..., 1], contiguous; set
void ExpRows(torch::Tensor& x, int64_t count, torch::Tensor& sums);

}  // namespace stage::models
