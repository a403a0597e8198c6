#include "engine/scene/wall_search.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "engine/scene/opening_cues.h"
#include "engine/scene/opening_likelihood.h"
#include "engine/scene/wall_evidence.h"

namespace stage::engine {
namespace {

constexpr int kSlack = 3;  ///< cells that an edge may be off
constexpr double kNarrowestM = 0.35, kWidestM = 5.0;
constexpr double kLowestSillM = 0.1;  ///< what is lower stands on the floor
constexpr double kLowestTopM = 1.2;
/// Doors are higher and lower than that only in a room of another scale.
constexpr double kLowestLintelM = 1.45, kHighestLintelM = 2.9;
constexpr double kUsualDoorM = 2.05;
// What is less is no opening, whatever else speaks for it.
constexpr double kLeastUprights = 0.45, kLeastLevel = 0.3, kLeastInside = 0.3;
constexpr double kMostBeside = 0.5, kMostOverrun = 0.7, kMostAbove = 0.8;

double Score(const OpeningCandidate& candidate) {
  return OpeningLikelihood(candidate.opening.kind == OpeningKind::kWindow
                               ? kWindowNetwork
                               : kDoorNetwork,
                           candidate.cues);
}

class WallSearch {
 public:
  WallSearch(const RectifiedWall& wall, const RoomLayout& room)
      : wall_(wall), evidence_(wall), sides_(FindSides(wall)), room_(room) {}

  void Run(std::vector<OpeningCandidate>& found) const {
    for (size_t i = 0; i < sides_.upright.size(); ++i) {
      for (size_t j = i + 1; j < sides_.upright.size(); ++j) {
        const Side& left = sides_.upright[i];
        const Side& right = sides_.upright[j];
        const double width_m = Metres(right.cell - left.cell);
        if (width_m < kNarrowestM || width_m > kWidestM) continue;
        if (left.is_border && right.is_border) continue;
        SearchHeights(left, right, found);
      }
    }
  }

 private:
  double Metres(int cells) const { return cells * wall_.cell_m; }

  /// Level edges that show over a width, and where it ends to be seen.
  std::vector<Side> LevelsOf(const Side& left, const Side& right) const {
    const int first = evidence_.FirstSeenRow(left.cell, right.cell);
    const int last = evidence_.LastSeenRow(left.cell, right.cell);
    if (first < 0) return {};
    std::vector<Side> levels = {{first, true}};
    for (const Side& side : sides_.level) {
      if (!side.is_border && side.cell > first + kSlack &&
          side.cell < last - kSlack &&
          evidence_.LevelSupport(side.cell, left.cell, right.cell) >=
              kLeastLevel) {
        levels.push_back(side);
      }
    }
    levels.push_back({last, true});
    return levels;
  }

  void SearchHeights(const Side& left,
                     const Side& right,
                     std::vector<OpeningCandidate>& found) const {
    const std::vector<Side> levels = LevelsOf(left, right);
    for (const Side& top : levels) {
      if (Metres(top.cell) < kLowestTopM) continue;
      for (const Side& bottom : levels) {
        const Rectangle r{left, right, bottom, top};
        if (MayBeWindow(r)) Add(r, OpeningKind::kWindow, found);
      }
      const Rectangle r{left, right, levels.front(), top};
      if (MayStand(r)) Add(r, OpeningKind::kDoor, found);
    }
  }

  bool MayBeWindow(const Rectangle& r) const {
    if (r.bottom.is_border && r.top.is_border) return false;
    if (Metres(r.height()) < kNarrowestM ||
        Metres(r.bottom.cell) < kLowestSillM) {
      return false;
    }
    const double inside = evidence_.OtherShare(
        r.left.cell, r.bottom.cell, r.right.cell, r.top.cell);
    const double above = evidence_.OtherShare(r.left.cell,
                                              r.top.cell + kSlack,
                                              r.right.cell,
                                              r.top.cell + 4 * kSlack);
    return inside > kLeastInside && above < kMostAbove;
  }

  // Anything that reaches the floor: closed and open doors, glass doors,
  // passages.
  bool MayStand(const Rectangle& r) const {
    constexpr double kNarrowestDoorM = 0.45, kHighestBaseM = 1.3;
    const double top_m = Metres(r.top.cell);
    return Metres(r.bottom.cell) < kHighestBaseM &&
           Metres(r.width()) > kNarrowestDoorM && top_m < kHighestLintelM &&
           top_m > (r.top.is_border ? kLowestTopM : kLowestLintelM);
  }

  void Add(const Rectangle& r,
           OpeningKind kind,
           std::vector<OpeningCandidate>& found) const {
    if (LintelOverrun(evidence_, r) > kMostOverrun ||
        UnlikeWallBeside(evidence_, r) > kMostBeside) {
      return;
    }
    const Frame frame = FrameOf(evidence_, r);
    if (frame.Uprights(r) < kLeastUprights) return;
    if (kind == OpeningKind::kDoor && IsPieceOfWall(r, frame)) return;
    OpeningCandidate candidate;
    Opening& opening = candidate.opening;
    opening.kind = kind;
    opening.wall = wall_.wall;
    opening.u0 = Metres(r.left.cell);
    opening.u1 = Metres(r.right.cell);
    opening.v0 = kind == OpeningKind::kWindow ? Metres(r.bottom.cell) : 0;
    opening.v1 = Metres(r.top.cell);
    if (kind == OpeningKind::kDoor && r.top.is_border) {  // so is its lintel
      opening.v1 = std::max(opening.v1, kUsualDoorM);
    }
    SetShapeCues(wall_, evidence_, r, frame, candidate.cues);
    SetSizeCues(opening, room_.height, candidate.cues);
    candidate.score = Score(candidate);
    if (kind == OpeningKind::kDoor && IsPassage(r, candidate.cues)) {
      opening.kind = OpeningKind::kPassage;
    }
    found.push_back(candidate);
  }

  // What looks like the wall around it is a leaf at most, or double doors whose
  // frame shows beyond doubt; else it is wall between a jamb and the next edge.
  bool IsPieceOfWall(const Rectangle& r, const Frame& frame) const {
    constexpr double kBlank = 0.25, kClearFrame = 0.9;
    constexpr double kWidestLeafM = 1.3, kWidestCutLeafM = 1.0;
    const bool is_cut =
        r.left.is_border || r.right.is_border || r.top.is_border;
    return Metres(r.width()) > (is_cut ? kWidestCutLeafM : kWidestLeafM) &&
           evidence_.OtherShare(
               r.left.cell, r.bottom.cell, r.right.cell, r.top.cell) < kBlank &&
           (frame.left + frame.right + frame.top) / 3 < kClearFrame;
  }

  // A wide door behind which another room is seen, not the sky.
  bool IsPassage(const Rectangle& r, const OpeningCues& cues) const {
    constexpr double kWidestDoorM = 1.15, kMostly = 0.75, kBright = 0.78;
    constexpr float kClearContrast = 0.5f, kClearStop = 0.3f;
    const int x0 = r.left.cell, x1 = r.right.cell;
    const int y0 = r.bottom.cell, y1 = r.top.cell;
    return Metres(r.width()) > kWidestDoorM &&
           cues[kContrastCue] > kClearContrast &&
           cues[kSkirtingStopsCue] > kClearStop &&
           evidence_.OtherShare(x0, y0, x1, y1) > kMostly &&
           evidence_.Light(x0, y0, x1, y1) <
               kBright * evidence_.Valid(x0, y0, x1, y1);
  }

  const RectifiedWall& wall_;
  WallEvidence evidence_;
  SideCandidates sides_;
  const RoomLayout& room_;
};

}  // namespace

void SearchWall(const RectifiedWall& wall,
                const RoomLayout& room,
                std::vector<OpeningCandidate>& found) {
  WallSearch(wall, room).Run(found);
}

std::vector<OpeningCandidate> AtScale(std::vector<OpeningCandidate> candidates,
                                      double ceiling_m,
                                      double scale) {
  for (OpeningCandidate& candidate : candidates) {
    Opening& opening = candidate.opening;
    for (double* m : {&opening.u0, &opening.u1, &opening.v0, &opening.v1}) {
      *m *= scale;
    }
    SetSizeCues(opening, ceiling_m * scale, candidate.cues);
    candidate.score = Score(candidate);
  }
  return candidates;
}

}  // namespace stage::engine
