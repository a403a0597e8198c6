#include "engine/clutter/surface_islands.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "engine/clutter/outline_shape.h"
#include "engine/clutter/thin_parts.h"

namespace stage::engine {
namespace {

constexpr double kLeastIsland = 0.00025;
// Crumbs: smaller than sockets and switches, in parts of the picture.
constexpr double kLeastCrumb = 8e-6, kLargestCrumb = 0.00025,
                 kLargestBranch = 0.0015, kRagged = 0.5;
constexpr double kCrumbGap = 0.011, kBridge = 0.007;  // of the long side
constexpr int kRounds = 5;
constexpr double kPole = 0.03, kPoleGap = 0.075;  // of the long side
// What is cut off something else has to be all the more a rectangle.
constexpr double kFrame = 0.9, kSurelyFrame = 0.97, kLeastFrame = 0.0015;
constexpr double kHung = 0.09;                      // of the long side
constexpr int kMoat = 2, kCorner = 3, kNarrow = 3;  ///< pixels
constexpr double kPoleLike = 0.2;                   // of its box
constexpr double kLargestFoot = 0.01;               // of the long side, squared
constexpr double kReach = 0.024;  ///< a good half of a skirting

/// Blossoms, tassels, ends of cables: small parts close to a large one go with
/// it, and so does what is too thin to be seen between them.
void JoinCrumbs(cv::Mat& mask, const cv::Mat& crumbs) {
  const double side = std::max(mask.cols, mask.rows);
  const int bridge = static_cast<int>(kBridge * side);
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(
      crumbs.clone(), outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  std::vector<char> joined(outlines.size(), 0);
  for (int round = 0; round < kRounds; ++round) {
    cv::Mat distance, nearest;
    cv::distanceTransform(
        mask == 0, distance, nearest, cv::DIST_L2, 3, cv::DIST_LABEL_PIXEL);
    std::vector<cv::Point> at(mask.total() + 1);
    for (int y = 0; y < mask.rows; ++y) {
      for (int x = 0; x < mask.cols; ++x) {
        if (mask.at<uchar>(y, x)) {
          at[static_cast<size_t>(nearest.at<int>(y, x))] = {x, y};
        }
      }
    }
    for (size_t i = 0; i < outlines.size(); ++i) {
      if (joined[i]) continue;
      const cv::Point from = *std::min_element(
          outlines[i].begin(),
          outlines[i].end(),
          [&](const cv::Point& a, const cv::Point& b) {
            return distance.at<float>(a) < distance.at<float>(b);
          });
      if (distance.at<float>(from) > kCrumbGap * side * (round + 1) / kRounds) {
        continue;
      }
      cv::drawContours(
          mask, outlines, static_cast<int>(i), cv::Scalar(255), cv::FILLED);
      cv::line(mask,
               from,
               at[static_cast<size_t>(nearest.at<int>(from))],
               cv::Scalar(255),
               bridge);
      joined[i] = 1;
    }
  }
}

/// Bridges the gap between a pole that comes down before a wall and the foot
/// it ends in on the floor, where the floor's colour hides it.
void JoinPoles(const EvenSurfaces& surfaces, cv::Mat& mask) {
  cv::Mat labels, stats, centers;
  const int count =
      cv::connectedComponentsWithStats(mask, labels, stats, centers, 8);
  const double side = std::max(mask.cols, mask.rows);
  const auto box_of = [&stats](int part) {
    return cv::Rect(stats.at<int>(part, cv::CC_STAT_LEFT),
                    stats.at<int>(part, cv::CC_STAT_TOP),
                    stats.at<int>(part, cv::CC_STAT_WIDTH),
                    stats.at<int>(part, cv::CC_STAT_HEIGHT));
  };
  for (int pole = 1; pole < count; ++pole) {
    const cv::Rect box = box_of(pole);
    const int bottom = box.br().y - 1;
    if (box.height < 3 * kPoleGap * side) continue;
    std::vector<cv::Point> end;
    cv::findNonZero(labels(cv::Rect(box.x, bottom, box.width, 1)) == pole, end);
    const int left = box.x + end.front().x, right = box.x + end.back().x;
    const int middle = (left + right) / 2;
    const int below =
        std::min(mask.rows - 1, bottom + static_cast<int>(0.02 * side));
    if (right - left > kPole * side ||
        surfaces.kind.at<uchar>(below, middle) != EvenSurfaces::kFloor) {
      continue;
    }
    for (int foot = 1; foot < count; ++foot) {
      const cv::Rect other = box_of(foot);
      if (foot == pole || other.x > left || other.br().x < right ||
          other.y < bottom - 0.02 * side ||
          other.y > bottom + kPoleGap * side) {
        continue;
      }
      cv::line(mask,
               {middle, bottom - 2},
               {middle, other.y + other.height / 2},
               cv::Scalar(255),
               std::max(right - left, static_cast<int>(kBridge * side)));
    }
  }
}

/// Parts of a mask by their size, in parts of the picture; ragged ones, as
/// branches are, up to another.
cv::Mat PartsBetween(const cv::Mat& mask,
                     double least,
                     double most,
                     double most_ragged) {
  cv::Mat labels, stats, centers;
  cv::connectedComponentsWithStats(mask, labels, stats, centers, 8);
  const auto total = static_cast<double>(mask.total());
  cv::Mat found(mask.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      const int part = labels.at<int>(y, x);
      if (part == 0) continue;
      const double area = stats.at<int>(part, cv::CC_STAT_AREA) / total;
      const double box = stats.at<int>(part, cv::CC_STAT_WIDTH) *
                         stats.at<int>(part, cv::CC_STAT_HEIGHT) / total;
      const bool ragged = area < kRagged * box;
      if (area >= least && area < (ragged ? most_ragged : most))
        found.at<uchar>(y, x) = 255;
    }
  }
  return found;
}

/// The parts of a mask that are rectangles, once what is narrower than `core`
/// pixels is taken off them, away from the floor.
cv::Mat FramesFrom(const cv::Mat& mask, const cv::Mat& floor, int core) {
  cv::Mat frames(mask.size(), CV_8U, cv::Scalar(0)), cores, around;
  cv::morphologyEx(
      mask, cores, cv::MORPH_OPEN, cv::Mat::ones(core, core, CV_8U));
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(cores, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  const double least = kLeastFrame * static_cast<double>(mask.total());
  // What is closer to the floor may stand on it.
  const cv::Mat above_floor = cv::Mat::ones(
      2 * static_cast<int>(kHung * std::max(mask.cols, mask.rows)) + 1,
      1,
      CV_8U);
  for (const auto& outline : outlines) {
    if (cv::contourArea(outline) < least) continue;
    cv::Mat frame(mask.size(), CV_8U, cv::Scalar(0));
    cv::fillPoly(frame, std::vector{outline}, cv::Scalar(255));
    cv::dilate(frame, around, above_floor);
    if (Boxed(frame) < (core > kNarrow ? kSurelyFrame : kFrame) ||
        cv::countNonZero(around & floor) > 0)
      continue;
    cv::dilate(
        frame, frame, cv::Mat::ones(2 * kCorner + 1, 2 * kCorner + 1, CV_8U));
    frames |= frame & mask;
  }
  return frames;
}

/// Rectangles that a wall surrounds: what is close to one, or before it, is
/// another thing.
cv::Mat FramesAmong(const cv::Mat& large, const EvenSurfaces& surfaces) {
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(
      large.clone(), outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  cv::Mat filled(large.size(), CV_8U, cv::Scalar(0));
  for (const auto& outline : outlines) {
    cv::fillPoly(filled, std::vector{outline}, cv::Scalar(255));
  }
  const cv::Mat floor = surfaces.kind == EvenSurfaces::kFloor;
  cv::Mat frames(large.size(), CV_8U, cv::Scalar(0));
  for (const int core : {kNarrow, 21, 41, 81}) {
    frames |= FramesFrom(filled & ~frames, floor, core);
  }
  return frames;
}

/// The foot of a pole may shine as the floor does: all that its rim goes
/// around belongs to it.
void FillFoot(const EvenSurfaces& surfaces, cv::Mat& island) {
  const cv::Rect box = cv::boundingRect(island);
  if (cv::countNonZero(island) > kPoleLike * box.area()) return;
  const double side = std::max(island.cols, island.rows);
  const int near = static_cast<int>(kReach * side);
  cv::Mat floor, foot;
  cv::dilate(surfaces.kind == EvenSurfaces::kFloor,
             floor,
             cv::Mat::ones(near, near, CV_8U));
  std::vector<cv::Point> rim;
  cv::findNonZero(island & floor, rim);
  if (rim.empty()) return;
  std::vector<cv::Point> hull;
  cv::convexHull(rim, hull);
  if (cv::contourArea(hull) > kLargestFoot * static_cast<double>(side * side)) {
    return;
  }
  cv::fillPoly(island, std::vector{hull}, cv::Scalar(255));
}

}  // namespace

std::vector<cv::Mat> IslandsAmong(const EvenSurfaces& surfaces,
                                  const cv::Mat& thin) {
  const cv::Mat rest = (surfaces.label == 0) & ~surfaces.lines;
  cv::Mat cores, near;
  cv::morphologyEx(rest, cores, cv::MORPH_CLOSE, cv::Mat::ones(5, 5, CV_8U));
  cores &= ~surfaces.lines;
  cv::morphologyEx(cores, cores, cv::MORPH_OPEN, cv::Mat::ones(3, 3, CV_8U));
  const cv::Mat crumbs =
      PartsBetween(cores, kLeastCrumb, kLargestCrumb, kLargestBranch);
  cv::Mat large = PartsBetween(cores & ~crumbs, kLeastIsland, 2, 2);
  const cv::Mat frames = FramesAmong(large, surfaces);
  large &= ~frames;
  AttachThinParts(thin & ~frames, large);
  JoinCrumbs(large, crumbs);
  // Legs and poles cross skirtings.
  const double side = std::max(cores.cols, cores.rows);
  const int reach = static_cast<int>(kReach * side);
  cv::dilate(
      large, near, cv::Mat::ones(2 * reach + 1, 2 * (reach / 3) + 1, CV_8U));
  cv::Mat whole = large | (near & surfaces.lines);
  JoinPoles(surfaces, whole);
  cv::dilate(frames, near, cv::Mat::ones(2 * kMoat + 1, 2 * kMoat + 1, CV_8U));
  whole = (whole & ~near) | frames;
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(whole, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  std::vector<cv::Mat> islands;
  for (size_t i = 0; i < outlines.size(); ++i) {
    cv::Mat island(cores.size(), CV_8U, cv::Scalar(0));
    cv::drawContours(
        island, outlines, static_cast<int>(i), cv::Scalar(255), cv::FILLED);
    FillFoot(surfaces, island);
    islands.push_back(island);
  }
  return islands;
}

}  // namespace stage::engine
