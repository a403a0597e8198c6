#pragma once

#include <torch/types.h>

#include <vector>

namespace stage::models {

/// Two halves of a batch, without and with the prompt; or the prompt alone.
inline torch::Tensor Halves(const torch::Tensor& negative,
                            const torch::Tensor& positive,
                            bool guided) {
  return guided ? torch::cat({negative, positive}) : positive;
}

inline torch::Tensor Repeated(const torch::Tensor& x, int64_t times) {
  std::vector<int64_t> repeats(static_cast<size_t>(x.dim()), 1);
  repeats[0] = times;
  return x.repeat(repeats);
}

/// Every row `times` times, one after the other.
inline torch::Tensor RowsRepeated(const torch::Tensor& x, int64_t times) {
  return x.repeat_interleave(times, 0);
}

}  // namespace stage::models
