#include "engine/completion/shift_candidates.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <set>

#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// Places of the rim whose surroundings are looked for elsewhere.
constexpr int kAnchors = 28;
constexpr int kReachInHoles = 2;
constexpr int kLeastReachPx = 120;
constexpr double kWindowShareOfHole = 0.3;
constexpr int kLeastWindowPx = 8;
constexpr int kMostWindowPx = 24;
// Best places of each, with and without a view to how much of the hole the
// shift carries onto something usable.
constexpr int kBest = 3;
constexpr int kBestReaching = 3;
constexpr double kReaches = 0.4;
constexpr int kApartPx = 4;
// What must not be copied from differs from everything.
constexpr float kUnlike = 2;

/// The part of the picture that is looked at: what is farther off has another
/// light and another sharpness.
cv::Rect Surroundings(const cv::Mat& hole) {
  const cv::Rect box = cv::boundingRect(hole);
  const int reach =
      std::max(kLeastReachPx, kReachInHoles * std::max(box.width, box.height));
  return cv::Rect(box.x - reach,
                  box.y - reach,
                  box.width + 2 * reach,
                  box.height + 2 * reach) &
         cv::Rect({0, 0}, hole.size());
}

/// Pixels next to the hole, far from each other.
std::vector<cv::Point> Anchors(const cv::Mat& hole, int window) {
  cv::Mat grown;
  cv::dilate(hole, grown, cv::Mat::ones(3, 3, CV_8U));
  const cv::Mat rim = grown & ~hole;
  std::vector<cv::Point> all;
  cv::findNonZero(rim, all);
  if (static_cast<int>(all.size()) <= kAnchors) return all;
  // Far from each other, one after another.
  std::vector<cv::Point> anchors{all.front()};
  std::vector<int> nearest(all.size(), 1 << 30);
  while (static_cast<int>(anchors.size()) < kAnchors) {
    size_t farthest = 0;
    for (size_t i = 0; i < all.size(); ++i) {
      const cv::Point away = all[i] - anchors.back();
      nearest[i] = std::min(nearest[i], away.dot(away));
      if (nearest[i] > nearest[farthest]) farthest = i;
    }
    if (nearest[farthest] < window * window / 4) break;
    anchors.push_back(all[farthest]);
  }
  return anchors;
}

/// For each shift, the share of the hole that it carries onto `usable`; the
/// shift (0, 0) lies at (width - 1, height - 1).
cv::Mat Reach(const cv::Mat& hole, const cv::Mat& usable) {
  const cv::Rect box = cv::boundingRect(hole);
  cv::Mat padded, part, share;
  cv::copyMakeBorder(usable,
                     padded,
                     hole.rows,
                     hole.rows,
                     hole.cols,
                     hole.cols,
                     cv::BORDER_CONSTANT,
                     cv::Scalar(0));
  padded.convertTo(padded, CV_32F, 1.0 / 255);
  hole(box).convertTo(part, CV_32F, 1.0 / 255);
  cv::matchTemplate(padded, part, share, cv::TM_CCORR);
  // share(y, x) belongs to the shift (x - cols - box.x, y - rows - box.y).
  share /= std::max(1, cv::countNonZero(hole));
  return share(cv::Rect(
                   box.x + 1, box.y + 1, 2 * hole.cols - 1, 2 * hole.rows - 1))
      .clone();
}

/// Takes the best places out of a map of differences.
template <typename Accept>
void TakeBest(cv::Mat difference,
              int count,
              const cv::Point& from,
              const Accept& accept,
              std::vector<cv::Point>& shifts) {
  constexpr int kMostTries = 60;
  for (int taken = 0, tries = 0; taken < count && tries < kMostTries; ++tries) {
    double least = 0;
    cv::Point at;
    cv::minMaxLoc(difference, &least, nullptr, &at, nullptr);
    if (least >= 1e8) return;
    const cv::Point shift = at - from;
    const bool taking = accept(shift);
    if (taking) {
      shifts.push_back(shift);
      ++taken;
    }
    const int apart = taking ? kApartPx : 2 * kApartPx;
    cv::rectangle(difference,
                  at - cv::Point(apart, apart),
                  at + cv::Point(apart, apart),
                  cv::Scalar(1e9),
                  cv::FILLED);
  }
}

/// Carries the hidden part of an edge onto the seen parts beside it.
std::vector<cv::Point> ShiftsAlong(const CrossingLine& line) {
  std::vector<cv::Point> shifts;
  for (const double share : {0.25, 0.5, 0.75, 1.0, 1.25, 1.5}) {
    const double way = share * (line.Length() + 2 * kPatchRadiusPx + 2);
    for (const double side : {way, -way}) {
      const Eigen::Vector2d shift = side * line.Direction();
      shifts.emplace_back(static_cast<int>(std::lround(shift.x())),
                          static_cast<int>(std::lround(shift.y())));
    }
  }
  return shifts;
}

}  // namespace

cv::Mat UsableCentres(const ImageU8& usable) {
  cv::Mat centres;
  const int side = 2 * kPatchRadiusPx + 1;
  cv::erode(MatOf(usable),
            centres,
            cv::Mat::ones(side, side, CV_8U),
            {-1, -1},
            1,
            cv::BORDER_CONSTANT,
            0);
  return centres;
}

std::vector<cv::Point> CandidateShifts(const PatchLevel& level,
                                       const std::vector<CrossingLine>& lines,
                                       const WorkControl& work) {
  const cv::Rect near = Surroundings(MatOf(level.hole));
  const cv::Mat hole = MatOf(level.hole)(near).clone();
  const cv::Mat usable = MatOf(level.usable)(near).clone();
  const double side = std::sqrt(static_cast<double>(cv::countNonZero(hole)));
  const int half = std::clamp(static_cast<int>(kWindowShareOfHole * side),
                              kLeastWindowPx,
                              kMostWindowPx);
  cv::Mat picture(hole.size(), CV_32FC3);
  const int from_to[] = {0, 0, 1, 1, 2, 2};
  const cv::Mat pixels = MatOf(level.pixels)(near).clone();
  cv::mixChannels(&pixels, 1, &picture, 1, from_to, 3);
  cv::Mat shown = picture.clone();
  shown.setTo(cv::Scalar::all(kUnlike), usable == 0);
  const cv::Mat centres = UsableCentres(level.usable)(near).clone();
  const cv::Mat reach = Reach(hole, centres);
  const std::vector<cv::Point> anchors = Anchors(hole, half);
  std::vector<std::vector<cv::Point>> found(anchors.size());
  ParallelFor(static_cast<int>(anchors.size()), work.Silent(), [&](int i) {
    const cv::Rect window = cv::Rect(anchors[i].x - half,
                                     anchors[i].y - half,
                                     2 * half + 1,
                                     2 * half + 1) &
                            cv::Rect({0, 0}, hole.size());
    cv::Mat known, difference;
    cv::Mat(hole(window) == 0).convertTo(known, CV_32F, 1.0 / 255);
    if (cv::countNonZero(known) < 4 * half) return;
    cv::Mat knowns;
    cv::merge(std::vector<cv::Mat>(3, known), knowns);
    cv::matchTemplate(
        shown, picture(window), difference, cv::TM_SQDIFF, knowns);
    const auto share = [&](const cv::Point& shift) {
      return reach.at<float>(shift.y + hole.rows - 1, shift.x + hole.cols - 1);
    };
    const cv::Point from = window.tl();
    TakeBest(
        difference.clone(),
        kBest,
        from,
        [&](const cv::Point& shift) { return share(shift) > 0.03; },
        found[i]);
    TakeBest(
        difference,
        kBestReaching,
        from,
        [&](const cv::Point& shift) { return share(shift) > kReaches; },
        found[i]);
  });
  for (const CrossingLine& line : lines) found.push_back(ShiftsAlong(line));
  std::set<std::pair<int, int>> seen;
  std::vector<cv::Point> shifts;
  for (const auto& of_anchor : found) {
    for (const cv::Point& shift : of_anchor) {
      if (seen.insert({shift.y, shift.x}).second) shifts.push_back(shift);
    }
  }
  return shifts;
}

}  // namespace stage::engine
