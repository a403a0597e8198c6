#include "engine/models/attention.h"

#include <torch/torch.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>

#include "engine/models/one_pass.h"

// libtorch 2.0 has the fused kernels, 2.1 their scale.
#define STAGE_FUSED_ATTENTION \
  (TORCH_VERSION_MAJOR > 2 || \
   (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1))

namespace stage::models {
namespace {

// Rows of scores at a time: larger chunks leave the processor's caches.
[[maybe_unused]] constexpr int64_t kChunkRows = 256;

// BLAS adds up more than some hundred products in parts that depend on the
// number of threads, unless they are a multiple of this.
[[maybe_unused]] constexpr int64_t kColumns = 32;
[[maybe_unused]] constexpr int64_t kFewColumns = 128;

/// Rows of zeros after those of [B, m, d], if BLAS needs them.
[[maybe_unused]] torch::Tensor Filled(const torch::Tensor& x) {
  const int64_t rest = x.size(1) % kColumns;
  if (rest == 0 || x.size(1) <= kFewColumns || !InOnePass(x)) return x;
  return torch::constant_pad_nd(x, {0, 0, 0, kColumns - rest});
}

/// softmax(scores) v; the scores are lost.
/// @param scores  [B, n, m]
/// @param columns that count, the first
/// @param v       [B, m, d]
/// @param mixed   [B, n, d], set
[[maybe_unused]] void MixByScores(torch::Tensor& scores,
                                  int64_t columns,
                                  const torch::Tensor& v,
                                  torch::Tensor& mixed) {
  if (!InOnePass(scores)) {
    at::_softmax_out(scores, scores, -1, /*half_to_float=*/false);
    torch::bmm_out(mixed, scores, v);
    return;
  }
  torch::Tensor sums =
      torch::empty({scores.size(0), scores.size(1), 1}, scores.options());
  ExpRows(scores, columns, sums);
  torch::bmm_out(mixed, scores, v);
  mixed.div_(sums);  // few numbers: divided here, not in the scores
}

/// The scores of one chunk of rows at a time, one head after the other.
[[maybe_unused]] torch::Tensor ChunkedAttention(const torch::Tensor& q,
                                                const torch::Tensor& k,
                                                const torch::Tensor& v,
                                                const torch::Tensor& mask,
                                                double scale) {
  const int64_t batch = q.size(0) * q.size(1);
  const int64_t rows = q.size(2);
  const int64_t columns = k.size(2);
  const torch::Tensor flat_q = q.reshape({batch, rows, q.size(3)}) * scale;
  const torch::Tensor flat_k =
      Filled(k.reshape({batch, columns, k.size(3)})).transpose(1, 2);
  const torch::Tensor flat_v = Filled(v.reshape({batch, columns, v.size(3)}));
  const int64_t filled = flat_v.size(1);
  const torch::Tensor flat_mask =
      mask.defined() ? mask.expand({q.size(0), q.size(1), rows, columns})
                           .reshape({batch, rows, columns})
                     : mask;
  torch::Tensor result = torch::empty_like(flat_q);
  const bool whole = rows * columns <= kChunkRows * kChunkRows;
  const int64_t heads_at_once = whole ? batch : 1;
  const int64_t rows_at_once = whole ? rows : std::min(kChunkRows, rows);
  // One buffer for all scores: fresh memory costs as much as filling it.
  const torch::Tensor buffer =
      torch::empty({heads_at_once, rows_at_once, filled}, q.options());
  for (int64_t head = 0; head < batch; head += heads_at_once) {
    const auto part = [&](const torch::Tensor& x) {
      return x.narrow(0, head, heads_at_once);
    };
    for (int64_t row = 0; row < rows; row += rows_at_once) {
      const int64_t count = std::min(rows_at_once, rows - row);
      torch::Tensor scores =
          count == rows_at_once
              ? buffer
              : torch::empty({heads_at_once, count, filled}, q.options());
      torch::bmm_out(scores, part(flat_q).narrow(1, row, count), part(flat_k));
      if (mask.defined()) {
        scores.narrow(2, 0, columns)
            .add_(part(flat_mask).narrow(1, row, count));
      }
      torch::Tensor mixed = part(result).narrow(1, row, count);
      MixByScores(scores, columns, part(flat_v), mixed);
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
#if STAGE_FUSED_ATTENTION
  c10::optional<torch::Tensor> added;
  if (mask.defined()) added = mask;
  c10::optional<double> factor;
  if (scale) factor = *scale;
  return at::scaled_dot_product_attention(
      q, k, v, added, /*dropout_p=*/0.0, /*is_causal=*/false, factor);
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
