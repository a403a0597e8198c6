#include "engine/pipeline/hidden_corner.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace stage::engine {
namespace {

constexpr int kSteps = 60;
constexpr double kMostlyHidden = 0.75;
constexpr double kTouched = 0.01;
constexpr size_t kLeastSteps = 8;
// Of the picture's width.
constexpr double kSamePlace = 0.006;
constexpr double kSameCorner = 0.06;
constexpr double kClearlyBetter = 1.2;
constexpr double kClearlySurer = 0.15;  // of two interpretations' confidence

std::optional<RoomCorner> CornerAt(const Scene& scene,
                                   const Eigen::Vector2d& foot,
                                   const ImageU8& hole) {
  RoomCorner corner;
  int steps = 0, hidden = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const double height = scene.room.height * i / kSteps;
    const auto pixel = scene.camera.Project({foot.x(), height, foot.y()});
    if (!pixel) continue;
    const Eigen::Vector2d at(pixel->x() / scene.camera.width_px,
                             pixel->y() / scene.camera.height_px);
    if (at.minCoeff() < 0 || at.maxCoeff() >= 1) continue;
    ++steps;
    corner.place += at.x();
    if (hole.at(static_cast<int>(at.x() * hole.width()),
                static_cast<int>(at.y() * hole.height())) != 0) {
      ++hidden;
    } else {
      corner.seen.push_back(at);
    }
  }
  if (steps < static_cast<int>(kLeastSteps)) return std::nullopt;
  corner.place /= steps;
  corner.hidden = static_cast<double>(hidden) / steps;
  return corner;
}

int Lightness(const ImageU8& srgb, int x, int y) {
  const uint8_t* pixel = &srgb.at(std::clamp(x, 0, srgb.width() - 1), y);
  return pixel[0] + 2 * pixel[1] + pixel[2];
}

/// How clear an upright edge is where a corner is seen.
double EdgeAt(const RoomCorner& corner, const ImageU8& srgb) {
  constexpr int kApart = 3, kAside = 1;
  double sum = 0;
  for (const Eigen::Vector2d& at : corner.seen) {
    const int x = static_cast<int>(at.x() * srgb.width());
    const int y = static_cast<int>(at.y() * srgb.height());
    int most = 0;
    for (int aside = -kAside; aside <= kAside; ++aside) {
      most = std::max(most,
                      std::abs(Lightness(srgb, x + aside + kApart, y) -
                               Lightness(srgb, x + aside - kApart, y)));
    }
    sum += most;
  }
  return corner.seen.empty() ? 0
                             : sum / static_cast<double>(corner.seen.size());
}

const RoomCorner* NearestTo(double place,
                            const std::vector<RoomCorner>& corners) {
  const RoomCorner* nearest = nullptr;
  for (const RoomCorner& corner : corners) {
    const double away = std::abs(corner.place - place);
    if (away < kSameCorner &&
        (nearest == nullptr || away < std::abs(nearest->place - place))) {
      nearest = &corner;
    }
  }
  return nearest;
}

}  // namespace

std::vector<RoomCorner> CornersOf(const Scene& scene, const ImageU8& hole) {
  std::vector<RoomCorner> corners;
  if (scene.trust == SceneTrust::kNone) return corners;
  const std::vector<Wall> walls = scene.room.Walls();
  for (size_t i = 0; i < walls.size(); ++i) {
    const Wall& next = walls[(i + 1) % walls.size()];
    if (!walls[i].visible || !next.visible) continue;
    if (auto corner = CornerAt(scene, next.start, hole)) {
      corners.push_back(std::move(*corner));
    }
  }
  return corners;
}

CornerVerdict JudgeCorners(const Scene& without,
                           const Scene& whole,
                           const ImageU8& srgb,
                           const ImageU8& hole) {
  const std::vector<RoomCorner> others = CornersOf(whole, hole);
  const bool whole_is_surer =
      whole.trust == SceneTrust::kRoom &&
      whole.confidence > without.confidence + kClearlySurer;
  bool keep = true;
  for (const RoomCorner& corner : CornersOf(without, hole)) {
    if (corner.hidden < kTouched) continue;
    const RoomCorner* const other = NearestTo(corner.place, others);
    const bool mostly_hidden =
        corner.hidden >= kMostlyHidden || corner.seen.size() < kLeastSteps;
    if (other != nullptr &&
        std::abs(other->place - corner.place) < kSamePlace) {
      continue;
    }
    // A corner that the whole picture has nowhere near: at a window's frame,
    // say, where the hole covers the foot of the true one.
    if (other == nullptr && whole_is_surer) {
      keep = false;
      continue;
    }
    if (mostly_hidden) return CornerVerdict::kUnknown;
    if (other != nullptr && whole.trust == SceneTrust::kRoom &&
        EdgeAt(*other, srgb) > kClearlyBetter * EdgeAt(corner, srgb)) {
      keep = false;
    }
  }
  return keep ? CornerVerdict::kKeep : CornerVerdict::kUseWhole;
}

}  // namespace stage::engine
