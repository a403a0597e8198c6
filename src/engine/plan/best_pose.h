#pragma once

#include <optional>

#include "engine/plan/arrangement.h"

namespace stage::engine {

/// The best of several candidate poses of one item.
class BestPose {
 public:
  void Offer(const Item& item, double score) {
    if (best_ && score <= score_) return;
    best_ = item;
    score_ = score;
  }
  bool AddTo(Arrangement& arrangement) const {
    if (best_) arrangement.items().push_back(*best_);
    return best_.has_value();
  }

 private:
  std::optional<Item> best_;
  double score_ = 0;
};

}  // namespace stage::engine
