#pragma once

#include <torch/types.h>

#include <optional>

namespace stage::models {

/// softmax(q k^T scale + mask) v, head by head (arXiv:1706.03762, eq. 1).
/// Uses the fused kernels of libtorch 2 where there are; else works in chunks
/// of rows, so that the scores of a large picture never exist all at once.
/// @param q     [B, heads, n, d]
/// @param k, v  [B, heads, m, d]
/// @param mask  added to the scores, broadcast to [B, heads, n, m], or
///              undefined
/// @param scale of the scores; none: 1 / sqrt(d)
/// @return      [B, heads, n, d]
torch::Tensor Attention(const torch::Tensor& q,
                        const torch::Tensor& k,
                        const torch::Tensor& v,
                        const torch::Tensor& mask = {},
                        std::optional<double> scale = {});

/// [B, n, heads * d] -> [B, heads, n, d]
torch::Tensor SplitHeads(const torch::Tensor& x, int64_t heads);
/// [B, heads, n, d] -> [B, n, heads * d]
torch::Tensor MergeHeads(const torch::Tensor& x);

}  // namespace stage::models
