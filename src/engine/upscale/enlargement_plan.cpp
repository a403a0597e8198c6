#include "engine/upscale/enlargement_plan.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace stage::engine {
namespace {

constexpr double kMostPixels = 400e6;

/// The edge that decides the scale, and what it is to become.
struct Edge {
  int64_t from = 0, to = 0;
};

Edge DecidingEdge(int width, int height, const UpscaleParameters& asked) {
  const int long_edge = std::max(width, height);
  const int short_edge = std::min(width, height);
  if (asked.short_edge_px > 0) return {short_edge, asked.short_edge_px};
  if (asked.long_edge_px > 0) return {long_edge, asked.long_edge_px};
  return {long_edge, static_cast<int64_t>(long_edge) * asked.factor};
}

int Scaled(int side, const Edge& edge) {
  return static_cast<int>(
      std::max<int64_t>(1, (2 * side * edge.to + edge.from) / (2 * edge.from)));
}

}  // namespace

EnlargementPlan PlanEnlargement(const std::string& name,
                                int width,
                                int height,
                                const UpscaleParameters& asked,
                                int network_factor) {
  const Edge edge = DecidingEdge(width, height, asked);
  if (edge.to > kLargestEnlargement * edge.from) {
    throw Error(ErrorKind::kInput,
                name + ": is too small for " + std::to_string(edge.to) +
                    " px; at most " +
                    std::to_string(kLargestEnlargement * edge.from) +
                    " px can be made of its " + std::to_string(edge.from));
  }
  EnlargementPlan plan;
  plan.width = Scaled(width, edge);
  plan.height = Scaled(height, edge);
  int64_t factor = 1;
  while (factor * edge.from < edge.to) {
    factor *= network_factor;
    ++plan.passes;
  }
  if (static_cast<double>(width) * height * factor * factor > kMostPixels) {
    throw Error(ErrorKind::kInput,
                name +
                    ": would be larger than 400 megapixels on the way; ask "
                    "for a smaller size");
  }
  return plan;
}

}  // namespace stage::engine
