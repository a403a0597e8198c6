#pragma once

#include <functional>
#include <vector>

#include "engine/models/load_weights.h"

namespace stage::bench {

/// Convolutions or matrix products of one shape in a piece of work.
struct LayerCall {
  /// conv2d, packed (the same, its weights as oneDNN reads them), winograd,
  /// linear, bmm or sdpa
  std::string operation;
  std::vector<std::vector<int64_t>> shapes;  ///< of its tensors
  std::vector<int64_t> stride, padding;      ///< of convolutions
  int count = 0;

  /// Of one call: two a multiplication, those that winograd saves included.
  double gigaflop() const;
};

/// Runs the work once and notes its convolutions and matrix products.
std::vector<LayerCall> RecordLayers(const std::function<void()>& work);

/// Seconds of wall and of processor time.
struct Seconds {
  double wall = 0;
  double processor = 0;
};

/// Runs it `times` times; the shortest of them.
Seconds Fastest(int times,
                const models::Placement& placement,
                const std::function<void()>& work);

/// What the same calls take one by one on tensors of their own, with nothing
/// between them: no work made of them can be faster on this library.
Seconds Floor(const std::vector<LayerCall>& calls,
              const models::Placement& placement);

}  // namespace stage::bench
