#include "engine/scene/wall_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/scene/wall_evidence.h"

namespace stage::engine {
namespace {

constexpr int kSlack = 3;  ///< cells beside an edge that belong to neither side
constexpr int kBand = 8;   ///< cells; how far a rectangle's surroundings reach
constexpr int kSillBand = 20;  ///< the same below a window and its board

// How well the four sides of a rectangle show, 0..1 each; a side on the border
// of the picture is neither for nor against.
struct Frame {
  double left, right, bottom, top;
};
constexpr double kBorderSupport = 0.35;
constexpr double kGoodScore = 0.6;
/// Glass above a rail that feet can step over may be a door's.
constexpr double kHighestRailM = 0.4, kLowestSillM = 0.1;
constexpr double kLowSillM = 0.65;
constexpr double kLowestLintelM = 1.75;
constexpr double kUsualDoorM = 2.05;
/// Doors are much alike, the scale of a photo is known to a tenth.
constexpr double kDoorSpreadM = 0.16;

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

// Share of other-than-wall in a band just outside the rectangle.
double Surroundings(const WallEvidence& evidence,
                    const Rectangle& r,
                    int band,
                    bool include_below) {
  const int x0 = r.left.cell, x1 = r.right.cell;
  const int y0 = r.bottom.cell, y1 = r.top.cell;
  double other = 0, valid = 0;
  const auto add = [&](int ax, int ay, int bx, int by) {
    other += evidence.Other(ax, ay, bx, by);
    valid += evidence.Valid(ax, ay, bx, by);
  };
  add(x0 - band - kSlack, y0, x0 - kSlack, y1);
  add(x1 + kSlack, y0, x1 + band + kSlack, y1);
  add(x0, y1 + kSlack, x1, y1 + kSlack + band);
  if (include_below) add(x0, y0 - kSlack - band, x1, y0 - kSlack);
  return valid > 0 ? other / valid : 0;
}

double Gauss(double x, double mean, double sigma) {
  const double r = (x - mean) / sigma;
  return std::exp(-0.5 * r * r);
}

// 1 within [low, high], falling off outside.
double Plateau(double x, double low, double high, double sigma) {
  return Gauss(x, std::clamp(x, low, high), sigma);
}

/// What looks like the wall around it is a leaf at most, or double doors whose
/// frame shows beyond doubt.
constexpr double kBlank = 0.25, kClearFrame = 0.9, kClearStop = 0.45;
constexpr double kWidestLeafM = 1.3, kWidestCutLeafM = 1.0;

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
        if (width_m < 0.35 || width_m > 5.0) continue;
        if (left.is_border && right.is_border) continue;
        SearchHeights(left, right, found);
      }
    }
  }

 private:
  double Metres(int cells) const { return cells * wall_.cell_m; }

  void SearchHeights(const Side& left,
                     const Side& right,
                     std::vector<OpeningCandidate>& found) const {
    // Cut off by the picture, often together with its lintel.
    const int usual = static_cast<int>(kUsualDoorM / wall_.cell_m);
    if (evidence_.LastSeenRow(left.cell, right.cell) < usual + kSlack) {
      TryStanding(left, right, {usual, true}, found);
    }
    for (const Side& top : sides_.level) {
      const double top_m = Metres(top.cell);
      if (top_m < 1.2) continue;
      bool has_low_sill = false;
      for (const Side& bottom : sides_.level) {
        if (bottom.cell >= top.cell || Metres(bottom.cell) < kLowestSillM)
          continue;
        const bool is_window = TryWindow({left, right, bottom, top}, found);
        has_low_sill |= is_window && Metres(bottom.cell) < kLowSillM;
      }
      if (!has_low_sill) TryStanding(left, right, top, found);
    }
  }

  Opening ToOpening(const Rectangle& r, OpeningKind kind) const {
    Opening opening;
    opening.kind = kind;
    opening.wall = wall_.wall;
    opening.u0 = Metres(r.left.cell);
    opening.u1 = Metres(r.right.cell);
    opening.v0 = kind == OpeningKind::kWindow ? Metres(r.bottom.cell) : 0;
    opening.v1 = Metres(r.top.cell);
    return opening;
  }

  // True when it is a good one.
  bool TryWindow(const Rectangle& r,
                 std::vector<OpeningCandidate>& found) const {
    const double width_m = Metres(r.width()), height_m = Metres(r.height());
    if (height_m < 0.35 || width_m < 0.4) return false;
    const double inside = evidence_.OtherShare(
        r.left.cell, r.bottom.cell, r.right.cell, r.top.cell);
    if (inside < 0.3) return false;
    const Frame frame = FrameOf(evidence_, r);
    const double weakest =
        std::min({frame.left, frame.right, frame.top, frame.bottom});
    const double mean =
        (frame.left + frame.right + frame.top + frame.bottom) / 4;
    if (mean < 0.38 || weakest < 0.12) return false;
    // What goes on below its lower edge is no window but a door, or only a part
    // of what is seen through the glass.
    const double below =
        evidence_.OtherShare(r.left.cell,
                             r.bottom.cell - kSlack - kSillBand,
                             r.right.cell,
                             r.bottom.cell - kSlack);
    const double outside =
        std::max(Surroundings(evidence_, r, kBand, true), 0.8 * below);
    const double contrast = inside - outside;
    if (contrast < 0.12) return false;
    const double sill_m = Metres(r.bottom.cell), top_m = Metres(r.top.cell);
    if (sill_m < kHighestRailM && top_m > kLowestLintelM && StandsOnFloor(r)) {
      return false;  // a glass door, which TryStanding judges
    }
    const double highest_m =
        room_.height * (room_.ceiling_visible ? 1.05 : 1.2);
    const double shape = 0.6 + 0.4 * Plateau(top_m, 1.85, highest_m, 0.25) *
                                   Plateau(sill_m, 0.0, 1.6, 0.3);
    const double size = std::min(1.0, std::sqrt(width_m * height_m) / 0.9);
    OpeningCandidate candidate;
    candidate.opening = ToOpening(r, OpeningKind::kWindow);
    candidate.score =
        shape * (0.55 * mean + 0.45 * contrast) * (0.72 + 0.28 * size);
    found.push_back(candidate);
    return candidate.score > kGoodScore;
  }

  // Do the uprights go on below the lower edge, down to the floor?
  bool StandsOnFloor(const Rectangle& r) const {
    if (r.left.is_border || r.right.is_border) return true;
    // Beside one leaf is the next.
    constexpr int kFrom = 8, kTo = 40;  // cells
    constexpr double kRailM = 0.22, kSeen = 0.5, kOther = 0.3;
    const int y0 = r.bottom.cell, y1 = r.top.cell;
    const bool is_rail = Metres(y0) < kRailM;
    for (const auto& [x0, x1] :
         {std::pair{r.left.cell - kTo, r.left.cell - kFrom},
          std::pair{r.right.cell + kFrom, r.right.cell + kTo}}) {
      const bool is_seen =
          evidence_.Valid(x0, y0, x1, y1) > kSeen * (x1 - x0) * (y1 - y0);
      if (is_seen ? evidence_.OtherShare(x0, y0, x1, y1) > kOther : is_rail) {
        return true;
      }
    }
    if (is_rail) return SkirtingOf(r).runs_on < 0.5;
    const int base = evidence_.FirstSeenRow(r.left.cell, r.right.cell);
    if (base < 0) return false;
    double support = 0;
    int sides = 0;
    for (const Side& side : {r.left, r.right}) {
      if (side.is_border) continue;
      support += evidence_.UprightSupport(side.cell, base, r.bottom.cell);
      ++sides;
    }
    return sides > 0 && support > 0.4 * sides;
  }

  // Anything that reaches the floor: closed and open doors, glass doors,
  // passages.
  void TryStanding(const Side& left,
                   const Side& right,
                   const Side& top,
                   std::vector<OpeningCandidate>& found) const {
    const int base = evidence_.FirstSeenRow(left.cell, right.cell);
    if (base < 0 || Metres(base) > 1.3) return;
    const Side bottom{base, true};
    const Rectangle r{left, right, bottom, top};
    const double width_m = Metres(r.width()), top_m = Metres(top.cell);
    if (width_m < 0.45 || top_m < 1.75 || top_m > 2.75) return;
    const Frame frame = FrameOf(evidence_, r);
    const double weakest_upright = std::min(frame.left, frame.right);
    const double mean = StandingFrame(r, frame);
    if (mean < 0.4 || weakest_upright < 0.25 || frame.top < 0.2) return;
    const double inside = evidence_.OtherShare(
        r.left.cell, r.bottom.cell, r.right.cell, r.top.cell);
    const double outside = Surroundings(evidence_, r, kBand, false);
    const Skirting skirting = SkirtingOf(r);
    const bool is_cut = left.is_border || right.is_border;
    const double width_fit = is_cut
                                 ? 0.8
                                 : std::max({Gauss(width_m, 0.82, 0.16),
                                             0.85 * Gauss(width_m, 1.6, 0.45),
                                             0.6 * Gauss(width_m, 2.6, 0.7)});
    const double top_fit =
        top.is_border ? 0.7 : Gauss(top_m, kUsualDoorM, kDoorSpreadM);
    // Wall below something else is a window's.
    const int low_part = std::max(r.height() / 5, 3);
    const double low = evidence_.OtherShare(r.left.cell,
                                            r.bottom.cell + kSlack,
                                            r.right.cell,
                                            r.bottom.cell + kSlack + low_part);
    const double contrast =
        std::clamp(std::min(inside, low + 0.25) - outside, -0.2, 1.0) -
        0.5 * std::max(0.0, inside - low - 0.35);
    const bool is_whole = !is_cut && !top.is_border;
    if (std::max(inside, low) < kBlank &&
        width_m > (is_whole ? kWidestLeafM : kWidestCutLeafM) &&
        (mean < kClearFrame || skirting.stops < kClearStop)) {
      return;  // a piece of wall between a jamb and the next edge
    }
    // The ceiling's edge is no lintel: it runs on.
    constexpr double kAtCeilingM = 0.15;
    const Overruns overruns = OverrunsOf(r);
    if (top_m > room_.height - kAtCeilingM && overruns.level > 0.4) return;
    OpeningCandidate candidate;
    candidate.score = (0.62 * mean + 0.25 * contrast + 0.2 * skirting.stops) *
                          (0.45 + 0.3 * width_fit + 0.25 * top_fit) +
                      0.06;
    const bool is_open =
        inside > 0.75 && contrast > 0.5 && skirting.stops > 0.3;
    candidate.opening = ToOpening(r,
                                  is_open && width_m > 1.15 && !IsBright(r)
                                      ? OpeningKind::kPassage
                                      : OpeningKind::kDoor);
    found.push_back(candidate);
  }

  // How well the sides that can be seen show, and end where they meet.
  double StandingFrame(const Rectangle& r, const Frame& frame) const {
    constexpr double kUpright = 0.36, kTop = 0.28;
    double known = 0, sum = 0;
    const auto add = [&](bool is_known, double support, double weight) {
      if (!is_known) return;
      known += weight;
      sum += weight * support;
    };
    add(!r.left.is_border || IsCorner(r.left), frame.left, kUpright);
    add(!r.right.is_border || IsCorner(r.right), frame.right, kUpright);
    add(!r.top.is_border, frame.top, kTop);
    if (known <= 0) return 0;
    constexpr double kUnseen = 0.25, kRunOn = 0.25;
    return sum / known * (1 - kUnseen * (1 - known)) -
           kRunOn * OverrunsOf(r).Mean();
  }

  // An end of the wall, not of what the picture shows of it.
  bool IsCorner(const Side& side) const {
    return side.cell <= kSlack || side.cell >= wall_.columns() - kSlack;
  }

  // Sides that run on beyond the corners belong to something else, 0..1 each.
  struct Overruns {
    double upright = 0, level = 0;
    double Mean() const { return 0.5 * (upright + level); }
  };
  Overruns OverrunsOf(const Rectangle& r) const {
    constexpr int kFrom = 7, kTo = 24;  // cells; a casing is left out
    Overruns overruns;
    if (r.top.is_border) return overruns;
    const int x0 = r.left.cell, x1 = r.right.cell, y = r.top.cell;
    for (const Side& side : {r.left, r.right}) {
      if (side.is_border) continue;
      overruns.upright +=
          0.5 * evidence_.UprightSupport(side.cell, y + kFrom, y + kTo);
    }
    if (!r.left.is_border) {
      overruns.level += 0.5 * evidence_.LevelSupport(y, x0 - kTo, x0 - kFrom);
    }
    if (!r.right.is_border) {
      overruns.level += 0.5 * evidence_.LevelSupport(y, x1 + kFrom, x1 + kTo);
    }
    return overruns;
  }

  // The skirting's upper edge beside the rectangle: does it stop there, or run
  // on inside? 0..1 each.
  struct Skirting {
    double stops = 0, runs_on = 0;
  };
  Skirting SkirtingOf(const Rectangle& r) const {
    const int reach = static_cast<int>(0.5 / wall_.cell_m);
    constexpr double kLowestSkirtingM = 0.055;  // below: the floor's own edge
    double clearest = 0;
    Skirting skirting;
    for (int y = static_cast<int>(0.04 / wall_.cell_m);
         y <= static_cast<int>(0.2 / wall_.cell_m);
         ++y) {
      double outside_length = 0, outside = 0;
      for (const auto& [a, b] :
           {std::pair{r.left.cell - reach, r.left.cell - 5},
            std::pair{r.right.cell + 5, r.right.cell + reach}}) {
        const double valid = evidence_.Valid(a, y, b, y + 1);
        outside += evidence_.LevelSupport(
                       y, std::max(a, 0), std::min(b, wall_.columns())) *
                   valid;
        outside_length += valid;
      }
      if (outside_length < 8) continue;
      const double inside =
          evidence_.LevelSupport(y, r.left.cell + 5, r.right.cell - 5);
      outside /= outside_length;
      skirting.stops = std::max(skirting.stops, outside - inside);
      if (y * wall_.cell_m > kLowestSkirtingM && outside > clearest) {
        clearest = outside;
        skirting.runs_on = std::min(outside, inside);
      }
    }
    return skirting;
  }

  bool IsBright(const Rectangle& r) const {
    double sum = 0;
    int count = 0;
    for (int y = r.bottom.cell; y < r.top.cell; y += 3) {
      for (int x = r.left.cell; x < r.right.cell; x += 3) {
        if (x < 0 || x >= wall_.columns() || y < 0 || y >= wall_.rows() ||
            !wall_.valid.at<uint8_t>(y, x)) {
          continue;
        }
        sum += wall_.lab.at<cv::Vec3f>(y, x)[0];
        ++count;
      }
    }
    return count > 0 && sum / count > 78;
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

}  // namespace stage::engine
