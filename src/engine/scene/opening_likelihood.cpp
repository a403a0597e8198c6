#include "engine/scene/opening_likelihood.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace stage::engine {
namespace {

float Dot(const std::array<float, kOpeningCues>& weights,
          const OpeningCues& cues) {
  return std::inner_product(weights.begin(), weights.end(), cues.begin(), 0.f);
}

}  // namespace

double OpeningLikelihood(const OpeningNetwork& network,
                         const OpeningCues& cues) {
  float logit = network.bias + Dot(network.direct, cues);
  for (int i = 0; i < OpeningNetwork::kHidden; ++i) {
    const float activation =
        network.hidden_bias[i] + Dot(network.hidden[i], cues);
    logit += network.output[i] * std::max(0.f, activation);
  }
  return 1 / (1 + std::exp(-static_cast<double>(logit)));
}

}  // namespace stage::engine
