#include "engine/scene/floor_findings.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "engine/scene/boundary_search.h"
#include "engine/scene/floor_appearance.h"
#include "engine/scene/floor_outline.h"
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

/// One way to look for a picture's floor.
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
        lab_(half_lab),
        unknown_(unknown),
        seen_(SaysEnough(seen) ? seen : cv::Mat()),
        of_box_(BoxFloorMask(unit_half, box)) {
    runs_ = search_.Follow(seen_).runs;
    of_lines_ = BoundaryFloorMask(camera_, runs_);
  }

  /// Colour is learned from a first guess of the floor, and a wrong guess
  /// teaches wrong colours: at first only what the box and lines alone agree
  /// on.
  void LearnColors() {
    cv::Mat inside = of_box_ & of_lines_, outside = ~(of_box_ | of_lines_);
    if (cv::countNonZero(inside) < kEnough * cv::countNonZero(of_box_)) {
      inside = of_box_;
      outside = ~of_box_;
    }
    if (!seen_.empty()) {
      inside = seen_ > kSeenClearly;
      outside = seen_ < -kSeenClearly;
    }
    for (int round = 0; round < 2; ++round) {
      if (!unknown_.empty()) {
        inside.setTo(0, unknown_);
        outside.setTo(0, unknown_);
      }
      likelihood_ = FloorLikelihood(lab_, inside, outside);
      if (!unknown_.empty()) likelihood_.setTo(0, unknown_);
      // Later rounds have learned from what they are to judge.
      if (round == 0) trust_ = ColorTrust(likelihood_, inside, outside);
      runs_ = search_.Follow(Evidence(likelihood_)).runs;
      inside = BoundaryFloorMask(camera_, runs_);
      outside = ~inside;
    }
    floor_ = inside;
  }

  /// A thing on the floor that was taken for floor has taught its own colours:
  /// what lies past the walls beside it has to be floor without its own word.
  /// Where that is withdrawn, a thing's foot must show, or its colours must be
  /// clearly others.
  void WithdrawThings() {
    if (!seen_.empty()) return;  // a network knows things
    constexpr double kFootShows = 0.4, kUnlikeFloor = -0.3;
    const std::vector<AzimuthRange> recesses = FindRecesses(runs_);
    if (recesses.empty()) return;
    cv::Mat rest = floor_.clone();
    ClearDirections(camera_, recesses, rest);
    if (cv::countNonZero(rest) <= kEnough * cv::countNonZero(of_box_)) return;
    const cv::Mat likelihood = FloorLikelihood(lab_, rest, ~floor_);
    const std::vector<BoundaryRun> runs =
        search_.Follow(Evidence(likelihood)).runs;
    if (SupportWithin(runs, recesses) <= kFootShows &&
        cv::mean(likelihood, floor_ & ~rest)[0] >= kUnlikeFloor) {
      return;
    }
    likelihood_ = likelihood;
    runs_ = runs;
    floor_ = BoundaryFloorMask(camera_, runs_);
  }

  FloorFindings Found() const {
    FloorFindings found;
    found.runs = runs_;
    found.likelihood = likelihood_;
    found.half_mask = floor_;
    found.agreement = Overlap(of_box_, floor_) * Overlap(of_lines_, floor_);
    if (seen_.empty()) return found;
    found.likelihood = Evidence(likelihood_);
    const cv::Mat clear = cv::abs(seen_) > kSeenClearly;
    const double with_network = Overlap(seen_ > kSeenClearly, floor_ & clear);
    found.agreement = with_network * with_network;
    return found;
  }

 private:
  static constexpr float kSeenClearly = 0.75f;

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
  cv::Mat Evidence(const cv::Mat& of_colors) const {
    if (seen_.empty()) return trust_ * of_colors;
    constexpr double kBeside = 0.4, kMost = 1.5;
    cv::Mat sum = kBeside * trust_ * of_colors + seen_;
    cv::min(sum, kMost, sum);
    cv::max(sum, -kMost, sum);
    return sum;
  }

  BoundarySearch search_;
  const Camera& camera_;
  const cv::Mat& lab_;
  const cv::Mat& unknown_;
  cv::Mat seen_;               ///< a network's word, or empty
  cv::Mat of_box_, of_lines_;  ///< first guesses
  std::vector<BoundaryRun> runs_;
  cv::Mat likelihood_, floor_;
  double trust_ = 1;  ///< in colours
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
  search.WithdrawThings();
  FloorFindings found = search.Found();
  AlignWeakRuns(FloorPanorama(evidence.camera()), found.likelihood, found.runs);
  DropBelowSkirting(evidence, half_lab, found.likelihood, found.runs);
  found.half_mask = BoundaryFloorMask(unit_half, found.runs);
  return found;
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
