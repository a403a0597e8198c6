#pragma once

#include <cstdint>
#include <filesystem>

namespace stage::train {

struct TrainingPlan {
  std::filesystem::path rooms;   ///< folder of rendered rooms
  std::filesystem::path output;  ///< weights; `<output>.state` beside it
  int steps = 2000;
  uint64_t seed = 1;
};

/// Trains on one thread: mean absolute error, Adam; the last convolution is
/// solved for the least squared error before the first step and after the last
/// one. Goes on from the state that an interrupted run left. The same seed
/// gives the same weights on the same machine, in one run or in several.
void TrainUpscaler(const TrainingPlan& plan);

}  // namespace stage::train
