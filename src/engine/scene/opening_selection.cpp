#include "engine/scene/opening_selection.h"

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

double OverlapShare(const Opening& a, const Opening& b) {
  if (a.wall != b.wall) return 0;
  const double w = std::min(a.u1, b.u1) - std::max(a.u0, b.u0);
  const double h = std::min(a.v1, b.v1) - std::max(a.v0, b.v0);
  if (w <= 0 || h <= 0) return 0;
  const double smaller =
      std::min((a.u1 - a.u0) * (a.v1 - a.v0), (b.u1 - b.u0) * (b.v1 - b.v0));
  return w * h / smaller;
}

/// What is worth showing: about the overlap by which a rectangle counts.
constexpr double kLeastWindow = 0.45, kLeastDoor = 0.3;

double LeastScore(const Opening& opening) {
  return opening.kind == OpeningKind::kWindow ? kLeastWindow : kLeastDoor;
}

// One half for what is just worth showing.
double Confidence(double score, double least) {
  return 0.5 + 0.5 * (std::min(1.0, score) - least) / (1 - least);
}

// A window light under its transom or arch.
bool AreStacked(const Opening& a, const Opening& b) {
  if (a.kind != OpeningKind::kWindow || b.kind != OpeningKind::kWindow) {
    return false;
  }
  const double gap = std::max(a.v0, b.v0) - std::min(a.v1, b.v1);
  return gap < 0.22 && std::abs(a.u0 - b.u0) < 0.15 &&
         std::abs(a.u1 - b.u1) < 0.15;
}

// Leaves of one sliding door, lights of one window: side by side, level with
// each other, with no more than a post between them.
bool AreOne(const Opening& a, const Opening& b) {
  if (a.wall != b.wall) return false;
  const bool a_is_window = a.kind == OpeningKind::kWindow;
  if (a_is_window != (b.kind == OpeningKind::kWindow)) return false;
  if (AreStacked(a, b)) return true;
  const double gap = std::max(a.u0, b.u0) - std::min(a.u1, b.u1);
  const double level = a_is_window ? 0.12 : 0.09;
  return gap < 0.16 && std::abs(a.v1 - b.v1) < level &&
         std::abs(a.v0 - b.v0) < level;
}

// A door's frame beside it, but for its height, is no second door's.
bool BorrowsSide(const Opening& kept, const Opening& next) {
  if (kept.wall != next.wall || kept.kind == OpeningKind::kWindow ||
      next.kind == OpeningKind::kWindow) {
    return false;
  }
  constexpr double kFrameM = 0.12, kSameTopM = 0.09;
  const double gap = std::max(kept.u0, next.u0) - std::min(kept.u1, next.u1);
  return gap < kFrameM && std::abs(kept.v1 - next.v1) > kSameTopM;
}

void JoinNeighbours(std::vector<Opening>& openings) {
  for (bool joined = true; joined;) {
    joined = false;
    for (size_t i = 0; i < openings.size() && !joined; ++i) {
      for (size_t j = i + 1; j < openings.size() && !joined; ++j) {
        Opening& a = openings[i];
        const Opening& b = openings[j];
        if (!AreOne(a, b)) continue;
        a.u0 = std::min(a.u0, b.u0);
        a.u1 = std::max(a.u1, b.u1);
        a.v0 = std::min(a.v0, b.v0);
        a.v1 = std::max(a.v1, b.v1);
        a.confidence = std::max(a.confidence, b.confidence);
        openings.erase(openings.begin() + static_cast<std::ptrdiff_t>(j));
        joined = true;
      }
    }
  }
}

}  // namespace

std::vector<Opening> SelectOpenings(std::vector<OpeningCandidate> found) {
  std::stable_sort(found.begin(),
                   found.end(),
                   [](const OpeningCandidate& a, const OpeningCandidate& b) {
                     return a.score > b.score;
                   });
  std::vector<Opening> kept;
  for (const OpeningCandidate& candidate : found) {
    if (candidate.score < LeastScore(candidate.opening)) continue;
    const bool is_taken =
        std::any_of(kept.begin(), kept.end(), [&](const Opening& opening) {
          return OverlapShare(opening, candidate.opening) > 0.15 ||
                 BorrowsSide(opening, candidate.opening);
        });
    if (is_taken) continue;
    kept.push_back(candidate.opening);
    kept.back().confidence =
        Confidence(candidate.score, LeastScore(candidate.opening));
  }
  JoinNeighbours(kept);
  return kept;
}

}  // namespace stage::engine
