#include "engine/models/attention.h"

#include <torch/torch.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>

namespace stage::models {
namespace {

// Rows of scores at a time: larger chunks leave the processor's caches.
[[maybe_unused]] constexpr int64_t kChunkRows = 256;

/// The scores of one chunk of rows at a time, one head after the other.
[[maybe_unused]] torch::Tensor ChunkedAttention(const torch::Tensor& q,
                                                const torch::Tensor& k,
                                                const torch::Tensor& v,
                                                const torch::Tensor& mask,
                                                double scale) {
  const int64_t batch = q.size(0) * q.size(1);
  const int64_t rows = q.size(2);
  const torch::Tensor flat_q = q.reshape({batch, rows, q.size(3)});
  const torch::Tensor flat_k =
      k.reshape({batch, k.size(2), k.size(3)}).transpose(1, 2);
  const torch::Tensor flat_v = v.reshape({batch, v.size(2), v.size(3)});
  const torch::Tensor flat_mask =
      mask.defined() ? mask.expand({q.size(0), q.size(1), rows, k.size(2)})
                           .reshape({batch, rows, k.size(2)})
                     : mask;
  torch::Tensor result = torch::empty_like(flat_q);
  const bool whole = rows * k.size(2) <= kChunkRows * kChunkRows;
  const int64_t heads_at_once = whole ? batch : 1;
  for (int64_t head = 0; head < batch; head += heads_at_once) {
    for (int64_t row = 0; row < rows; row += kChunkRows) {
      const int64_t count = std::min(kChunkRows, rows - row);
      const auto part = [&](const torch::Tensor& x) {
        return x.narrow(0, head, heads_at_once);
      };
      torch::Tensor scores =
          torch::bmm(part(flat_q).narrow(1, row, count), part(flat_k));
      scores.mul_(scale);
      if (mask.defined()) scores.add_(part(flat_mask).narrow(1, row, count));
      part(result)
          .narrow(1, row, count)
          .copy_(torch::bmm(torch::softmax(scores, -1), part(flat_v)));
    }
  }
  return result.view(q.sizes());
}

}  // namespace

torch::Tensor Attention(const torch::Tensor& q,
                        const torch::Tensor& k,
                        const torch::Tensor& v,
                        const torch::Tensor& mask,
                        std::optional<double> scale) {
#if TORCH_VERSION_MAJOR >= 2
  return torch::scaled_dot_product_attention(q,
                                             k,
                                             v,
                                             mask,
                                             /*dropout_p=*/0.0,
                                             /*is_causal=*/false,
                                             scale);
#else
  const double usual = 1.0 / std::sqrt(static_cast<double>(q.size(3)));
  return ChunkedAttention(q, k, v, mask, scale.value_or(usual));
#endif
}

torch::Tensor SplitHeads(const torch::Tensor& x, int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, -1}).transpose(1, 2);
}

torch::Tensor MergeHeads(const torch::Tensor& x) {
  return x.transpose(1, 2).reshape({x.size(0), x.size(2), -1});
}

}  // namespace stage::models
