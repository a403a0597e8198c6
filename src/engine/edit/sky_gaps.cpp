#include "engine/edit/sky_gaps.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/grown_mask.h"

namespace stage::engine {
namespace {

constexpr double kLargestGap = 0.0015;  // of the picture
constexpr float kPale = 14;             // Lab difference from a white sky
constexpr double kMostPale = 0.6;       // of what surrounds a gap
constexpr double kLeastAiry = 0.4, kAiry = 3;  // gaps beside sky or leaves

constexpr double kWhite = 97;      // Lab lightness
constexpr double kNeutral = 3;     // Lab chroma
constexpr double kOneWhite = 0.8;  // of a sky has one lightness

using Lab = cv::Vec3f;

float Distance(const Lab& a, const Lab& b) {
  return static_cast<float>(cv::norm(a - b));
}

/// Of what was added to a white sky leaves what are gaps: no larger than those
/// between branches, and not within a wall that is nearly as white.
void DropPaleWalls(const cv::Mat& lab,
                   const SmoothColor& color,
                   const cv::Mat& before,
                   cv::Mat& mask) {
  cv::Mat labels, stats, centers;
  const int count = cv::connectedComponentsWithStats(
      mask & ~before, labels, stats, centers, 4);
  std::vector<int> pale(static_cast<size_t>(count), 0);
  std::vector<int> airy = pale, rim = pale;  // airy: beside sky or leaves
  const int away = std::max(3, lab.cols / 160);
  const cv::Rect inside(0, 0, lab.cols, lab.rows);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (label == 0) continue;
      for (const cv::Point& step : {cv::Point(away, 0),
                                    cv::Point(-away, 0),
                                    cv::Point(0, away),
                                    cv::Point(0, -away)}) {
        const cv::Point beside = cv::Point(x, y) + step;
        if (!inside.contains(beside) || labels.at<int>(beside) == label) {
          continue;
        }
        ++rim[label];
        if (before.at<uchar>(beside)) ++airy[label];
        if (mask.at<uchar>(beside)) continue;
        const Lab& c = lab.at<Lab>(beside);
        if (c[1] < 0 && c[2] > 3) {
          ++airy[label];
        } else if (Distance(c, color.At(beside)) < kPale) {
          ++pale[label];
        }
      }
    }
  }
  const double largest = kLargestGap * static_cast<double>(lab.total());
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const int label = labels.at<int>(y, x);
      const bool is_airy = airy[label] > kLeastAiry * rim[label];
      const double most = is_airy ? kAiry * largest : largest;
      if (label > 0 && (stats.at<int>(label, cv::CC_STAT_AREA) > most ||
                        pale[label] > kMostPale * rim[label])) {
        mask.at<uchar>(y, x) = 0;
      }
    }
  }
}

}  // namespace

int LowestRow(const cv::Mat& mask) {
  const cv::Rect box = cv::boundingRect(mask);
  return box.y + box.height;
}

bool IsBlownOut(const cv::Mat& lab, const cv::Mat& sky) {
  const cv::Scalar mean = cv::mean(lab, sky);
  if (mean[0] > kWhite) return true;
  // Of a picture made darker afterwards the white is grey, but still one.
  if (std::hypot(mean[1], mean[2]) > kNeutral) return false;
  std::vector<int> levels(101, 0);
  int all = 0;
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (!sky.at<uchar>(y, x)) continue;
      ++levels[static_cast<size_t>(
          std::clamp(lab.at<Lab>(y, x)[0] + 0.5f, 0.0f, 100.0f))];
      ++all;
    }
  }
  return *std::max_element(levels.begin(), levels.end()) > kOneWhite * all;
}

void AddGaps(const cv::Mat& lab, const SmoothColor& color, cv::Mat& mask) {
  const cv::Mat before = mask.clone();
  const bool white = IsBlownOut(lab, mask);
  const float tolerance =
      white ? kWhiteTolerance : std::clamp(3 * color.spread(), 3.0f, 9.0f);
  const int reach = std::max(3, lab.cols / 14);
  for (int round = 0; round < 3; ++round) {
    const cv::Mat near = GrownBy(reach, mask);
    const int lowest = std::min(lab.rows, LowestRow(mask) + lab.rows / 50);
    for (int y = 0; y < lowest; ++y) {
      for (int x = 0; x < lab.cols; ++x) {
        if (near.at<uchar>(y, x) && !mask.at<uchar>(y, x) &&
            Distance(lab.at<Lab>(y, x), color.At({x, y})) < tolerance) {
          mask.at<uchar>(y, x) = 255;
        }
      }
    }
  }
  if (white) DropPaleWalls(lab, color, before, mask);
}

}  // namespace stage::engine
