#include "engine/render/sharp_patches.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

constexpr int kReach = 3;  // pixels on both sides of an edge
constexpr int kLeastEdge = 30;
constexpr float kStep = 1.4f;  // inside over outside, at a sharp edge
constexpr float kLevels[] = {1.7f, 2.3f, 3.1f, 4.2f, 5.6f, 7.5f, 10.0f};

// The edge of a connected patch: its length, and how much of that is a step.
struct Edge {
  int length = 0, sharp = 0;
  float Share() const {
    return length > 0 ? static_cast<float>(sharp) / static_cast<float>(length)
                      : 0.0f;
  }
  bool IsSharp() const { return length >= kLeastEdge && 2 * sharp > length; }
  void Add(const Edge& other) {
    length += other.length;
    sharp += other.sharp;
  }
};

// The patches brighter than one level.
struct Layer {
  cv::Mat labels;
  std::vector<Edge> edges;    // by label; what is chosen for it, in the end
  std::vector<uint8_t> kept;  // whether the patch itself is chosen
};

Layer PatchesAbove(float level, const ImageF& factor) {
  const cv::Mat values(factor.height(),
                       factor.width(),
                       CV_32F,
                       const_cast<float*>(factor.data()));
  Layer layer;
  const int count =
      cv::connectedComponents(values > level, layer.labels, 8, CV_32S);
  layer.edges.resize(count);
  layer.kept.resize(count, 0);
  auto compare = [&](int x, int y, int dx, int dy) {
    const int own = layer.labels.at<int>(y, x);
    const int next = layer.labels.at<int>(y + dy, x + dx);
    if ((own > 0) == (next > 0)) return;
    float inside = factor.at(x - kReach * dx, y - kReach * dy);
    float outside = factor.at(x + kReach * dx, y + kReach * dy);
    if (own == 0) std::swap(inside, outside);
    layer.edges[std::max(own, next)].Add({1, inside > kStep * outside ? 1 : 0});
  };
  for (int y = kReach; y + kReach < factor.height(); ++y) {
    for (int x = kReach; x + kReach < factor.width(); ++x) {
      compare(x, y, 1, 0);
      compare(x, y, 0, 1);
    }
  }
  return layer;
}

// What the patches inside each patch of `outer` have chosen, added up.
std::vector<Edge> ChosenInside(const Layer& outer, const Layer& inner) {
  std::vector<int> around(inner.edges.size(), 0);
  for (int y = 0; y < inner.labels.rows; ++y) {
    for (int x = 0; x < inner.labels.cols; ++x) {
      around[inner.labels.at<int>(y, x)] = outer.labels.at<int>(y, x);
    }
  }
  std::vector<Edge> inside(outer.edges.size());
  for (size_t label = 1; label < inner.edges.size(); ++label) {
    inside[around[label]].Add(inner.edges[label]);
  }
  return inside;
}

// Sun on a bright part of the floor: the lower level takes that part for sun as
// well, with an edge that is none. A patch gives way to those inside it when
// they keep most of its sharp edge and lose what is not sharp.
void Choose(const std::vector<Edge>& inside, Layer& layer) {
  constexpr float kMost = 0.5f, kSharper = 0.1f;
  for (size_t label = 1; label < layer.edges.size(); ++label) {
    Edge& own = layer.edges[label];
    const Edge& other = inside[label];
    const bool other_is_better = static_cast<float>(other.sharp) >
                                     kMost * static_cast<float>(own.sharp) &&
                                 other.Share() > own.Share() + kSharper;
    layer.kept[label] = own.IsSharp() && !other_is_better;
    if (!layer.kept[label]) own = other;
  }
}

}  // namespace

ImageU8 SharpPatches(const ImageF& factor) {
  std::vector<Layer> layers;
  for (const float level : kLevels) {
    layers.push_back(PatchesAbove(level, factor));
  }
  for (size_t i = layers.size(); i-- > 0;) {
    const bool last = i + 1 == layers.size();
    Choose(last ? std::vector<Edge>(layers[i].edges.size())
                : ChosenInside(layers[i], layers[i + 1]),
           layers[i]);
  }
  ImageU8 sharp(factor.width(), factor.height(), 1);
  for (int y = 0; y < factor.height(); ++y) {
    for (int x = 0; x < factor.width(); ++x) {
      // From below: what is inside a chosen patch belongs to it.
      for (const Layer& layer : layers) {
        sharp.at(x, y) |= layer.kept[layer.labels.at<int>(y, x)];
      }
    }
  }
  return sharp;
}

}  // namespace stage::engine
