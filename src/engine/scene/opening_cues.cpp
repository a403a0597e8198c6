#include "engine/scene/opening_cues.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace stage::engine {
namespace {

constexpr int kSlack = 3;      ///< cells beside an edge that are neither side's
constexpr int kNear = 8;       ///< cells that are next to a rectangle
constexpr int kFar = 30;       ///< the same, beyond a post or a casing
constexpr int kSillBand = 20;  ///< the same, below a window and its board
constexpr double kBorderSupport = 0.35;

/// Cues that SetSizeCues needs of a shape.
constexpr int kCutCue = kSizeCues + 4, kTopCutCue = kSizeCues + 6;

double Gauss(double x, double mean, double sigma) {
  const double r = (x - mean) / sigma;
  return std::exp(-0.5 * r * r);
}

double Ramp(double x, double low, double high) {
  return std::clamp((x - low) / (high - low), 0.0, 1.0);
}

// An upright must show all along: below a window's sill it does not.
double WholeSupport(const WallEvidence& evidence, int x, int y0, int y1) {
  constexpr int kParts = 3;
  double weakest = 1;
  for (int i = 0; i < kParts; ++i) {
    const int from = y0 + (y1 - y0) * i / kParts;
    const int to = y0 + (y1 - y0) * (i + 1) / kParts;
    if (evidence.Valid(x, from, x + 1, to) < 0.3 * (to - from)) continue;
    weakest = std::min(weakest, evidence.UprightSupport(x, from, to));
  }
  return 0.5 * (weakest + evidence.UprightSupport(x, y0, y1));
}

/// Cues in the order in which they are added.
class CueList {
 public:
  CueList(OpeningCues& cues, int first) : cues_(cues), next_(first) {}
  void Add(double value) { cues_[next_++] = static_cast<float>(value); }

 private:
  OpeningCues& cues_;
  int next_;
};

/// Measures one rectangle of a wall.
class CueMeter {
 public:
  CueMeter(const RectifiedWall& wall,
           const WallEvidence& evidence,
           const Rectangle& rectangle)
      : wall_(wall),
        evidence_(evidence),
        r_(rectangle),
        x0_(rectangle.left.cell),
        x1_(rectangle.right.cell),
        y0_(rectangle.bottom.cell),
        y1_(rectangle.top.cell) {}

  void AddFrame(const Frame& frame, CueList& cues) const {
    const bool left_cut = IsCut(r_.left), right_cut = IsCut(r_.right);
    cues.Add(frame.Uprights(r_));
    cues.Add(std::min(left_cut ? 1 : frame.left, right_cut ? 1 : frame.right));
    cues.Add(r_.top.is_border ? 0 : frame.top);
    cues.Add(r_.bottom.is_border ? 0 : frame.bottom);
    cues.Add(0.5 * (left_cut + right_cut));
    cues.Add((r_.left.is_border && !left_cut) ||
             (r_.right.is_border && !right_cut));
    cues.Add(r_.top.is_border);
    cues.Add(r_.bottom.is_border);
  }

  // What is inside, and what is around.
  void AddContrast(const Frame& frame, CueList& cues) const {
    const double inside = evidence_.OtherShare(x0_, y0_, x1_, y1_);
    const int low_part = std::max(r_.height() / 5, 3);
    const double left =
        evidence_.OtherShare(x0_ - kNear - kSlack, y0_, x0_ - kSlack, y1_);
    const double right =
        evidence_.OtherShare(x1_ + kSlack, y0_, x1_ + kNear + kSlack, y1_);
    const double far_left =
        evidence_.OtherShare(x0_ - kFar - kSlack, y0_, x0_ - kNear, y1_);
    const double far_right =
        evidence_.OtherShare(x1_ + kNear, y0_, x1_ + kFar + kSlack, y1_);
    const double above =
        evidence_.OtherShare(x0_, y1_ + kSlack, x1_, y1_ + kSlack + kNear);
    const double below =
        evidence_.OtherShare(x0_, y0_ - kSlack - kSillBand, x1_, y0_ - kSlack);
    const double contrast =
        inside - std::max({0.5 * (left + right), above, 0.8 * below});
    constexpr double kBlank = 0.25;
    cues.Add(inside);
    cues.Add(
        evidence_.OtherShare(x0_, y0_ + kSlack, x1_, y0_ + kSlack + low_part));
    cues.Add(0.5 * (left + right));
    cues.Add(std::max(left, right));
    cues.Add(0.5 * (far_left + far_right));
    cues.Add(std::max(far_left, far_right));
    cues.Add(above);
    cues.Add(below);
    cues.Add(contrast);
    cues.Add(inside < kBlank);
    cues.Add(contrast * frame.Uprights(r_));
  }

  // Sides that run on beyond the corners belong to something else.
  void AddOverruns(CueList& cues) const {
    double above = 0, below = 0;
    for (const Side& side : {r_.left, r_.right}) {
      if (side.is_border) continue;
      if (!r_.top.is_border) {
        above +=
            0.5 * evidence_.UprightSupport(side.cell, y1_ + kFrom, y1_ + kTo);
      }
      below +=
          0.5 * evidence_.UprightSupport(side.cell, y0_ - kTo, y0_ - kFrom);
    }
    cues.Add(above);
    cues.Add(LintelOverrun(evidence_, r_));
    cues.Add(below);
  }

  // The skirting's upper edge beside the rectangle: does it stop there, or run
  // on inside?
  void AddSkirting(CueList& cues) const {
    const int reach = Cells(0.5);
    constexpr double kLowestM = 0.055;  // below: the floor's own edge
    double clearest = 0, stops = 0, runs_on = 0;
    for (int y = Cells(0.04); y <= Cells(0.2); ++y) {
      double outside_length = 0, outside = 0;
      for (const auto& [a, b] : {std::pair{x0_ - reach, x0_ - kBeside},
                                 std::pair{x1_ + kBeside, x1_ + reach}}) {
        const double valid = evidence_.Valid(a, y, b, y + 1);
        outside += evidence_.LevelSupport(
                       y, std::max(a, 0), std::min(b, wall_.columns())) *
                   valid;
        outside_length += valid;
      }
      if (outside_length < kNear) continue;
      const double inside =
          evidence_.LevelSupport(y, x0_ + kBeside, x1_ - kBeside);
      outside /= outside_length;
      stops = std::max(stops, outside - inside);
      if (y * wall_.cell_m > kLowestM && outside > clearest) {
        clearest = outside;
        runs_on = std::min(outside, inside);
      }
    }
    cues.Add(stops);
    cues.Add(runs_on);
  }

  void AddLightness(CueList& cues) const {
    const auto mean = [&](int from, int to) {
      const double valid = evidence_.Valid(from, y0_, to, y1_);
      return valid < kNear ? -1 : evidence_.Light(from, y0_, to, y1_) / valid;
    };
    const double valid = std::max(1.0, evidence_.Valid(x0_, y0_, x1_, y1_));
    const double left = mean(x0_ - kFar, x0_ - kSlack);
    const double right = mean(x1_ + kSlack, x1_ + kFar);
    const double beside = left < 0    ? right
                          : right < 0 ? left
                                      : 0.5 * (left + right);
    cues.Add(mean(x0_, x1_));
    cues.Add(evidence_.Clipped(x0_, y0_, x1_, y1_) / valid);
    cues.Add(beside < 0 ? 0 : mean(x0_, x1_) - beside);
  }

  // How much is seen at all, and what may stand in front.
  void AddSight(CueList& cues) const {
    const double area = static_cast<double>(r_.width()) * r_.height();
    cues.Add(evidence_.Valid(x0_, y0_, x1_, y1_) / area);
    cues.Add(HiddenShare(x0_, x1_));
    cues.Add(std::max(RimAt(x0_), RimAt(x1_)));
  }

  // The clearest edge across all of the inside: a bar, or the real side.
  void AddInnerEdges(CueList& cues) const {
    constexpr int kStep = 3;  // edges are as wide
    constexpr int kWithin = 12;
    double level = 0, upright = 0;
    for (int y = y0_ + kWithin; y < y1_ - kWithin; y += kStep) {
      level = std::max(level, evidence_.LevelSupport(y, x0_, x1_));
    }
    for (int x = x0_ + kWithin; x < x1_ - kWithin; x += kStep) {
      upright = std::max(upright, evidence_.UprightSupport(x, y0_, y1_));
    }
    cues.Add(level);
    cues.Add(upright);
  }

 private:
  static constexpr int kFrom = 7, kTo = 24;  ///< cells; a casing is left out
  static constexpr int kBeside = 5;

  int Cells(double metres) const {
    return static_cast<int>(metres / wall_.cell_m);
  }

  // Cut off by the picture's edge, not by the end of the wall.
  bool IsCut(const Side& side) const {
    return side.is_border && side.cell > kSlack &&
           side.cell < wall_.columns() - kSlack;
  }

  double HiddenShare(int from, int to) const {
    const double valid = evidence_.Valid(from, y0_, to, y1_);
    return valid > 0 ? evidence_.Hidden(from, y0_, to, y1_) / valid : 0;
  }

  // Is a side where something in front of the wall ends?
  double RimAt(int x) const {
    constexpr int kReach = 4;
    return std::abs(HiddenShare(x - 3 * kReach, x - kReach) -
                    HiddenShare(x + kReach, x + 3 * kReach));
  }

  const RectifiedWall& wall_;
  const WallEvidence& evidence_;
  const Rectangle& r_;
  int x0_, x1_, y0_, y1_;
};

}  // namespace

double Frame::Uprights(const Rectangle& r) const {
  if (r.left.is_border == r.right.is_border) return 0.5 * (left + right);
  return r.left.is_border ? right : left;
}

Frame FrameOf(const WallEvidence& evidence, const Rectangle& r) {
  const auto upright = [&](const Side& side) {
    return side.is_border
               ? kBorderSupport
               : WholeSupport(evidence, side.cell, r.bottom.cell, r.top.cell);
  };
  const auto level = [&](const Side& side) {
    return side.is_border
               ? kBorderSupport
               : evidence.LevelSupport(side.cell, r.left.cell, r.right.cell);
  };
  return {upright(r.left), upright(r.right), level(r.bottom), level(r.top)};
}

double LintelOverrun(const WallEvidence& evidence, const Rectangle& r) {
  constexpr int kFrom = 7, kTo = 24;  // cells; a casing is left out
  if (r.top.is_border) return 0;
  double overrun = 0;
  const int x0 = r.left.cell, x1 = r.right.cell, y = r.top.cell;
  if (!r.left.is_border) {
    overrun += 0.5 * evidence.LevelSupport(y, x0 - kTo, x0 - kFrom);
  }
  if (!r.right.is_border) {
    overrun += 0.5 * evidence.LevelSupport(y, x1 + kFrom, x1 + kTo);
  }
  return overrun;
}

double UnlikeWallBeside(const WallEvidence& evidence, const Rectangle& r) {
  const int x0 = r.left.cell, x1 = r.right.cell;
  const int y0 = r.bottom.cell, y1 = r.top.cell;
  return 0.5 * (evidence.OtherShare(x0 - kFar - kSlack, y0, x0 - kNear, y1) +
                evidence.OtherShare(x1 + kNear, y0, x1 + kFar + kSlack, y1));
}

void SetShapeCues(const RectifiedWall& wall,
                  const WallEvidence& evidence,
                  const Rectangle& rectangle,
                  const Frame& frame,
                  OpeningCues& cues) {
  const CueMeter meter(wall, evidence, rectangle);
  CueList list(cues, kSizeCues);
  meter.AddFrame(frame, list);
  meter.AddContrast(frame, list);
  meter.AddOverruns(list);
  meter.AddSkirting(list);
  meter.AddLightness(list);
  meter.AddSight(list);
  meter.AddInnerEdges(list);
}

void SetSizeCues(const Opening& opening, double ceiling_m, OpeningCues& cues) {
  constexpr double kLeafM = 0.82, kLeafSpreadM = 0.18;
  constexpr double kDoorM = 2.05, kDoorSpreadM = 0.13, kUnknown = 0.55;
  const double width_m = opening.u1 - opening.u0;
  const double sill_m = opening.v0, top_m = opening.v1;
  CueList list(cues, 0);
  list.Add(cues[kCutCue] > 0 ? kUnknown : Gauss(width_m, kLeafM, kLeafSpreadM));
  list.Add(Ramp(width_m, 0.3, 1.3));
  list.Add(Ramp(width_m, 1, 3));
  list.Add(Ramp(top_m - sill_m, 0.3, 1.5));
  list.Add(cues[kTopCutCue] > 0 ? kUnknown
                                : Gauss(top_m, kDoorM, kDoorSpreadM));
  list.Add(Ramp(top_m, 1.6, 2.1));
  list.Add(Ramp(top_m, 2.1, 2.5));
  list.Add(Ramp(top_m, ceiling_m - 0.3, ceiling_m));
  list.Add(Ramp(sill_m, 0.1, 0.6));
  list.Add(Ramp(sill_m, 0.6, 1.2));
}

}  // namespace stage::engine
