#include "engine/render/room_exposure.h"

#include <algorithm>
#include <array>

namespace stage::engine {
namespace {

constexpr float kPercentile = 0.75f;
constexpr float kMostGiven = 0.88f;       // no more than 12 % is given back
constexpr float kMostGivenFloor = 0.95f;  // where shadows hold things down
constexpr int kLeastPixels = 500;
constexpr float kBinWidth = 1 / 256.0f;
constexpr int kBins = 257;  // ratios 0..1; the last holds all from 1 on

using Histogram = std::array<int, kBins>;

float Percentile(const Histogram& histogram, int count) {
  int left = static_cast<int>(static_cast<float>(count) * kPercentile);
  for (int bin = 0; bin < kBins; ++bin) {
    left -= histogram[bin];
    if (left < 0) return static_cast<float>(bin) * kBinWidth;
  }
  return 1;
}

}  // namespace

RoomExposure::RoomExposure(const RenderLayers& layers) : layers_(layers) {
  std::vector<std::array<Histogram, 3>> histograms;
  std::vector<int> counts;
  for (int y = 0; y < layers.ratio.height(); y += 2) {
    for (int x = 0; x < layers.ratio.width(); x += 2) {
      if (layers.coverage.at(x, y) > 0) continue;
      const float* normal = layers.normal.row(y) + 3 * static_cast<size_t>(x);
      int group = GroupOf(normal);
      if (group < 0) {
        group = static_cast<int>(normals_.size());
        normals_.emplace_back(normal[0], normal[1], normal[2]);
        histograms.emplace_back();
        for (Histogram& histogram : histograms.back()) histogram.fill(0);
        counts.push_back(0);
      }
      const float* ratio = layers.ratio.row(y) + 3 * static_cast<size_t>(x);
      for (int c = 0; c < 3; ++c) {
        const int bin =
            std::clamp(static_cast<int>(ratio[c] / kBinWidth), 0, kBins - 1);
        ++histograms[group][c][bin];
      }
      ++counts[group];
    }
  }
  for (size_t group = 0; group < normals_.size(); ++group) {
    Color exposure = Color::Ones();
    const float most =
        normals_[group].y() > 0.9f ? kMostGivenFloor : kMostGiven;
    if (counts[group] >= kLeastPixels) {
      for (int c = 0; c < 3; ++c) {
        exposure[c] = std::clamp(
            Percentile(histograms[group][c], counts[group]), most, 1.0f);
      }
    }
    exposure_.push_back(exposure);
  }
}

int RoomExposure::GroupOf(const float* normal) const {
  constexpr float kSame = 0.995f;
  const Eigen::Vector3f n(normal[0], normal[1], normal[2]);
  for (size_t i = 0; i < normals_.size(); ++i) {
    if (normals_[i].dot(n) > kSame) return static_cast<int>(i);
  }
  return -1;
}

void RoomExposure::Adjust(int row, float* ratio) const {
  const float* normals = layers_.normal.row(row);
  const uint16_t* objects = layers_.object.row(row);
  int group = -1;
  for (int x = 0; x < layers_.ratio.width(); ++x) {
    // Beside furniture its own normal says nothing: the last wall's goes on.
    if (objects[x] == 0) {
      const float* normal = normals + 3 * static_cast<size_t>(x);
      if (group < 0 || normals_[group].dot(Eigen::Vector3f(
                           normal[0], normal[1], normal[2])) <= 0.995f) {
        group = GroupOf(normal);
      }
    }
    if (group < 0) continue;
    float* r = ratio + 3 * static_cast<size_t>(x);
    for (int c = 0; c < 3; ++c) {
      const float given = exposure_[group][c];
      if (r[c] < 1) r[c] = std::min(1.0f, r[c] / given);
    }
  }
}

}  // namespace stage::engine
