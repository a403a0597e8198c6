#pragma once

#include <array>

#include "engine/scene/opening_cues.h"

namespace stage::engine {

/// A network of one hidden layer with a linear path around it, over cues.
struct OpeningNetwork {
  static constexpr int kHidden = 12;
  std::array<std::array<float, kOpeningCues>, kHidden> hidden;
  std::array<float, kHidden> hidden_bias;
  std::array<float, kHidden> output;
  std::array<float, kOpeningCues> direct;
  float bias;
};

/// Learned from path traced rooms by train/openings, which writes
/// opening_networks.cpp.
extern const OpeningNetwork kWindowNetwork, kDoorNetwork;

/// How likely a rectangle with these cues is a window, or anything that reaches
/// the floor, and fits it well: 0..1.
double OpeningLikelihood(const OpeningNetwork& network,
                         const OpeningCues& cues);

}  // namespace stage::engine
