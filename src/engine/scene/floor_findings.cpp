#include "engine/scene/floor_findings.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "engine/scene/boundary_search.h"
#include "engine/scene/floor_appearance.h"
#include "engine/scene/floor_outline.h"
#include "engine/scene/floor_parts.h"
#include "engine/scene/floor_recesses.h"
#include "engine/scene/run_alignment.h"
#include "engine/scene/skirting.h"

namespace stage::engine {
namespace {

/// Part of a guess's area that has to be left to learn colours from.
constexpr double kEnough = 0.3;

double Overlap(const cv::Mat& a, const cv::Mat& b) {
  const double either = cv::countNonZero(a | b);
  return either > 0 ? cv::countNonZero(a & b) / either : 0;
}

/// The sum of what `values` has within a mask.
double SumWithin(const cv::Mat& values, const cv::Mat& mask) {
  return cv::mean(values, mask)[0] * cv::countNonZero(mask);
}

/// Looks for a picture's floor: with lines, then with colours as well, then
/// asks whether something else was taken for floor.
class FloorSearch {
 public:
  FloorSearch(const LayoutEvidence& evidence,
              const Box& box,
              const Camera& unit_half,
              const cv::Mat& half_lab,
              const cv::Mat& unknown,
              const cv::Mat& seen)
      : search_(evidence, box, {}),
        camera_(unit_half),
        points_(unit_half),
        lab_(half_lab),
        unknown_(unknown),
        seen_(SaysEnough(seen) ? seen : cv::Mat()),
        of_box_(BoxFloorMask(unit_half, box)) {
    const BoundarySearch::Boundary boundary = search_.Follow(seen_);
    of_lines_.runs = boundary.runs;
    of_lines_.lines = boundary.lines;
    of_lines_.floor = points_.InFrontOf(boundary.runs);
  }

  /// Colour is learned from a first guess of the floor, and a wrong guess
  /// teaches wrong colours: at first only what the box and lines alone agree
  /// on.
  void LearnColors() {
    cv::Mat inside = of_box_ & of_lines_.floor,
            outside = ~(of_box_ | of_lines_.floor);
    if (cv::countNonZero(inside) < kEnough * cv::countNonZero(of_box_)) {
      inside = of_box_;
      outside = ~of_box_;
    }
    if (!seen_.empty()) {
      inside = seen_ > kSeenClearly;
      outside = seen_ < -kSeenClearly;
    }
    found_ = Learn(inside, outside, [](const Guess&) { return true; });
  }

  /// The wall below a window, or the front of an island, that was taken for
  /// floor has taught its own colours. Where the floor has two hues, it is
  /// looked for without the one that walls have, or that lies farther away.
  void WithdrawWalls() {
    if (!seen_.empty()) return;  // a network knows walls
    const cv::Mat nearer = NearerColor(lab_, found_.floor);
    if (nearer.empty()) return;
    const cv::Mat farther = found_.floor & ~nearer;
    for (const auto& [part, rest] :
         {std::pair(farther, nearer), std::pair(nearer, farther)}) {
      const auto colors = ComparePart(lab_, part, rest, found_.floor);
      if (!colors || colors->from_floor < kOtherHue) continue;
      if (!HasWallsColor(*colors) && part.data != farther.data) continue;
      const Guess other = Learn(rest, ~rest, [&](const Guess& first) {
        return IsLarge(found_.floor & ~first.floor);
      });
      if (!IsWall(found_.floor & ~other.floor, other)) continue;
      found_ = other;
      return;
    }
  }

  /// A thing on the floor that was taken for floor has taught its own colours:
  /// what lies past the walls beside it has to be floor without its own word.
  /// Where that is withdrawn, a thing's foot must show, or its colours must be
  /// clearly others.
  void WithdrawThings() {
    if (!seen_.empty()) return;  // a network knows things
    constexpr double kFootShows = 0.4, kUnlikeFloor = -0.3;
    const std::vector<AzimuthRange> recesses = FindRecesses(found_.runs);
    if (recesses.empty()) return;
    cv::Mat rest = found_.floor.clone();
    ClearDirections(camera_, recesses, rest);
    if (cv::countNonZero(rest) <= kEnough * cv::countNonZero(of_box_)) return;
    const cv::Mat likelihood = FloorLikelihood(lab_, rest, ~found_.floor);
    const BoundarySearch::Boundary boundary =
        search_.Follow(Evidence(likelihood, found_.trust));
    if (SupportWithin(boundary.runs, recesses) <= kFootShows &&
        cv::mean(likelihood, found_.floor & ~rest)[0] >= kUnlikeFloor) {
      return;
    }
    found_.likelihood = likelihood;
    found_.runs = boundary.runs;
    things_withdrawn_ = true;
    found_.floor = points_.InFrontOf(boundary.runs);
  }

  /// Sunlight, or shade, may take a part of the floor its colour, or give a
  /// wall the floor's. Where hues do not tell such parts from floor or wall,
  /// and lines speak clearly, lines decide: but not where a window is above,
  /// whose sill they take for the floor's end.
  void FollowLines() {
    if (!seen_.empty() || things_withdrawn_) return;
    if (of_lines_.lines < found_.lines + kClearLines) return;
    const cv::Mat added = of_lines_.floor & ~found_.floor;
    const cv::Mat dropped = found_.floor & ~of_lines_.floor;
    if ((!IsLarge(added) && !IsLarge(dropped)) || !IsOfNoHue(added) ||
        !IsOfNoHue(dropped)) {
      return;
    }
    const double trust = found_.trust;
    found_ = of_lines_;
    found_.trust = trust;
    found_.likelihood = FloorLikelihood(lab_, found_.floor, ~found_.floor);
  }

  FloorFindings Found() const {
    FloorFindings found;
    found.runs = found_.runs;
    found.likelihood = found_.likelihood;
    found.half_mask = found_.floor;
    found.agreement =
        Overlap(of_box_, found_.floor) * Overlap(of_lines_.floor, found_.floor);
    if (seen_.empty()) return found;
    found.likelihood = Evidence(found_.likelihood, found_.trust);
    const cv::Mat clear = cv::abs(seen_) > kSeenClearly;
    const double with_network =
        Overlap(seen_ > kSeenClearly, found_.floor & clear);
    found.agreement = with_network * with_network;
    return found;
  }

  const FloorPoints& points() const { return points_; }

 private:
  static constexpr float kSeenClearly = 0.75f;
  static constexpr double kOtherHue = 5.5;     ///< see HueDifference
  static constexpr double kWallsHue = 4.5;     ///< the same
  static constexpr double kClearLines = 0.05;  ///< as Guess::lines

  struct Guess {
    std::vector<BoundaryRun> runs;
    cv::Mat likelihood, floor;
    double trust = 1;  ///< in colours
    double lines = 0;  ///< see BoundarySearch::Boundary
  };

  /// Whether a part of the picture is worth another look.
  static bool IsLarge(const cv::Mat& part) {
    constexpr double kLarge = 0.02;
    return cv::countNonZero(part) > kLarge * static_cast<double>(part.total());
  }

  /// Whether a part that lines and colours do not agree on has the hue of
  /// floor and walls alike; small parts do not matter.
  bool IsOfNoHue(const cv::Mat& part) const {
    if (!IsLarge(part)) return true;
    const auto colors = ComparePart(lab_,
                                    part,
                                    found_.floor & of_lines_.floor,
                                    found_.floor | of_lines_.floor);
    return colors && colors->from_floor < kOtherHue &&
           colors->from_wall < kWallsHue;
  }

  /// Sheen and sunlight take a floor its hue as well, but are brighter than
  /// the walls.
  static bool HasWallsColor(const PartColors& colors) {
    constexpr double kClearlyOtherHue = 8, kBrighter = 1;
    return colors.from_floor > kClearlyOtherHue &&
           colors.from_wall < kWallsHue && colors.above_wall < kBrighter;
  }

  /// Whether a part of the floor found is none, as `other` has it: lines may
  /// say so, or its colours.
  bool IsWall(const cv::Mat& part, const Guess& other) const {
    constexpr double kLeastLines = -0.2;
    const cv::Mat added = other.floor & ~found_.floor;
    if (!IsLarge(part) || cv::countNonZero(added) > cv::countNonZero(part)) {
      return false;
    }
    const cv::Mat common = found_.floor & other.floor;
    const auto colors = ComparePart(lab_, part, common, found_.floor);
    const double lines = other.lines - found_.lines;
    if (!colors || colors->from_floor < kOtherHue) return false;
    if (lines > kClearLines) return true;
    if (lines < kLeastLines || !HasWallsColor(*colors)) return false;
    // What both guesses agree on is to judge between them.
    const cv::Mat likelihood =
        FloorLikelihood(lab_, common, ~(found_.floor | other.floor));
    return SumWithin(likelihood, part) < SumWithin(likelihood, added);
  }

  /// The floor whose colours are learned from where it is first thought to be
  /// and not to be.
  /// @param goes_on  whether a second round, which learns from the first one's
  ///                 guess, is worth while
  template <typename GoesOn>
  Guess Learn(cv::Mat inside, cv::Mat outside, const GoesOn& goes_on) const {
    Guess guess;
    for (int round = 0; round < 2; ++round) {
      if (!unknown_.empty()) {
        inside.setTo(0, unknown_);
        outside.setTo(0, unknown_);
      }
      guess.likelihood = FloorLikelihood(lab_, inside, outside);
      if (!unknown_.empty()) guess.likelihood.setTo(0, unknown_);
      // Later rounds have learned from what they are to judge.
      if (round == 0) {
        guess.trust = ColorTrust(guess.likelihood, inside, outside);
      }
      const BoundarySearch::Boundary boundary =
          search_.Follow(Evidence(guess.likelihood, guess.trust));
      guess.runs = boundary.runs;
      guess.lines = boundary.lines;
      guess.floor = points_.InFrontOf(guess.runs);
      if (round == 0 && !goes_on(guess)) break;
      inside = guess.floor.clone();
      outside = ~inside;
    }
    return guess;
  }

  /// Whether a network is sure of a good part of the picture, floor included.
  static bool SaysEnough(const cv::Mat& seen) {
    constexpr double kGoodPart = 0.3, kSomeFloor = 0.02;
    if (seen.empty()) return false;
    const double whole = static_cast<double>(seen.total());
    return cv::countNonZero(cv::abs(seen) > kSeenClearly) > kGoodPart * whole &&
           cv::countNonZero(seen > kSeenClearly) > kSomeFloor * whole;
  }

  /// What is known of each pixel: by colour, and by a network, which knows
  /// better.
  cv::Mat Evidence(const cv::Mat& of_colors, double trust) const {
    if (seen_.empty()) return trust * of_colors;
    constexpr double kBeside = 0.4, kMost = 1.5;
    cv::Mat sum = kBeside * trust * of_colors + seen_;
    cv::min(sum, kMost, sum);
    cv::max(sum, -kMost, sum);
    return sum;
  }

  BoundarySearch search_;
  const Camera& camera_;
  FloorPoints points_;
  const cv::Mat& lab_;
  const cv::Mat& unknown_;
  cv::Mat seen_;    ///< a network's word, or empty
  cv::Mat of_box_;  ///< first guess
  Guess of_lines_, found_;
  bool things_withdrawn_ = false;
};

}  // namespace

FloorFindings FindFloor(const LayoutEvidence& evidence,
                        const Box& box,
                        const Camera& unit_half,
                        const cv::Mat& half_lab,
                        const cv::Mat& unknown,
                        const cv::Mat& seen) {
  FloorSearch search(evidence, box, unit_half, half_lab, unknown, seen);
  search.LearnColors();
  search.WithdrawWalls();
  search.WithdrawThings();
  search.FollowLines();
  FloorFindings found = search.Found();
  AlignWeakRuns(FloorPanorama(evidence.camera()), found.likelihood, found.runs);
  DropBelowSkirting(evidence, half_lab, found.likelihood, found.runs);
  found.half_mask = search.points().InFrontOf(found.runs);
  return found;
}

bool FollowsSun(const LayoutEvidence& evidence,
                const std::vector<BoundaryRun>& runs) {
  constexpr double kNear = 0.04;  // of the distance
  constexpr double kMuch = 0.2;   // of the boundary's width
  const auto is_at_foot = [&](const Eigen::Vector2d& pixel) {
    const auto p = evidence.camera().FloorPoint(pixel);
    if (!p) return false;
    const double azimuth = std::atan2(p->x(), -p->y());
    return std::any_of(runs.begin(), runs.end(), [&](const BoundaryRun& run) {
      const double distance = run.Distance(azimuth);
      return azimuth > run.from && azimuth < run.to &&
             run.along != Axis::kNone &&
             std::abs(p->norm() - distance) < kNear * distance;
    });
  };
  double width = 0, of_sun = 0;
  for (const BoundaryRun& run : runs) width += run.to - run.from;
  for (const LineSegment& segment : evidence.segments()) {
    if (!segment.is_sun || !is_at_foot(segment.start) ||
        !is_at_foot(segment.Midpoint()) || !is_at_foot(segment.end)) {
      continue;
    }
    const Eigen::Vector3d a = evidence.camera().Ray(segment.start);
    const Eigen::Vector3d b = evidence.camera().Ray(segment.end);
    of_sun += std::abs(std::atan2(a.x(), -a.z()) - std::atan2(b.x(), -b.z()));
  }
  return of_sun > kMuch * width;
}

FloorFindings FindWallsAround(const std::vector<Eigen::Vector2d>& outline,
                              const LayoutEvidence& evidence,
                              const Box& box,
                              const Camera& unit_half) {
  FloorFindings found;
  std::vector<Eigen::Vector2d> corners;
  for (const Eigen::Vector2d& p : outline) {
    if (const auto corner = unit_half.FloorPoint(p)) corners.push_back(*corner);
  }
  found.half_mask =
      MaskOfOutline(outline, {unit_half.width_px, unit_half.height_px});
  found.half_mask.convertTo(found.likelihood, CV_32F, 3.0 / 255, -1.5);
  found.runs =
      BoundarySearch(evidence, box, corners).Follow(found.likelihood).runs;
  return found;
}

}  // namespace stage::engine
