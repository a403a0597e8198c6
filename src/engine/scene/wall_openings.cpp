#include "engine/scene/wall_openings.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/scene/opening_selection.h"
#include "engine/scene/rectified_wall.h"
#include "engine/scene/wall_search.h"

namespace stage::engine {
namespace {

/// Whether `window`, on the same wall of a room `scale` times smaller, is where
/// `door` is.
bool IsAt(const Opening& window, const Opening& door, double scale) {
  const double from = std::max(door.u0, window.u0 * scale);
  const double to = std::min(door.u1, window.u1 * scale);
  return window.kind == OpeningKind::kWindow && window.wall == door.wall &&
         to - from > 0.5 * (door.u1 - door.u0);
}

/// How well the doors found at a scale speak for it; what is hardly a door says
/// nothing, nor does a window that could be called one.
double DoorEvidence(const std::vector<Opening>& openings,
                    const std::vector<Opening>& unscaled,
                    double scale) {
  constexpr double kWorth = 8, kHardly = 0.45;
  constexpr double kUsualM = 2.05, kSpreadM = 0.12;
  double evidence = 0;
  for (const Opening& door : openings) {
    if (door.kind == OpeningKind::kWindow) continue;
    const bool is_window =
        std::any_of(unscaled.begin(), unscaled.end(), [&](const Opening& o) {
          return IsAt(o, door, scale);
        });
    if (!is_window) {
      const double off = (door.v1 - kUsualM) / kSpreadM;
      evidence += kWorth * std::max(0.0, door.confidence - kHardly) *
                  std::exp(-0.5 * off * off);
    }
  }
  return evidence;
}

/// All candidates in the walls of a room, but for those that are hopeless at
/// any scale.
std::vector<OpeningCandidate> Candidates(
    const std::vector<RectifiedWall>& walls, const RoomLayout& room) {
  constexpr double kHopeless = 0.02;
  std::vector<OpeningCandidate> found;
  for (const RectifiedWall& wall : walls) SearchWall(wall, room, found);
  std::erase_if(found, [](const OpeningCandidate& candidate) {
    return candidate.score < kHopeless;
  });
  return found;
}

}  // namespace

WallOpenings FindWallOpenings(const ImageU8& srgb,
                              const Camera& camera,
                              const RoomLayout& room,
                              double log_sigma,
                              const ImageU8& foreground) {
  const std::vector<OpeningCandidate> candidates =
      Candidates(RectifyWalls(srgb, camera, room, foreground), room);
  const std::vector<Opening> unscaled = SelectOpenings(candidates);
  WallOpenings best{unscaled, 1};
  if (log_sigma <= 0) return best;
  double best_evidence = DoorEvidence(unscaled, unscaled, 1);
  constexpr double kStep = 0.04, kReach = 1.4;
  const int steps = static_cast<int>(kReach * log_sigma / kStep);
  for (int i = -steps; i <= steps; ++i) {
    if (i == 0) continue;
    const double off = i * kStep / log_sigma;
    const double scale = std::exp(i * kStep);
    std::vector<Opening> openings =
        SelectOpenings(AtScale(candidates, room.height, scale));
    const double evidence =
        DoorEvidence(openings, unscaled, scale) - 0.5 * off * off;
    if (evidence <= best_evidence) continue;
    best_evidence = evidence;
    best = {std::move(openings), scale};
  }
  return best;
}

}  // namespace stage::engine
