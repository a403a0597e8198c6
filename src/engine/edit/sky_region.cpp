#include "engine/edit/sky_region.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/edit/sky_gaps.h"
#include "engine/edit/smooth_color.h"
#include "engine/grown_mask.h"
#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr double kSeedRows = 0.05;        // of the height
constexpr double kLeastSeeds = 0.08;      // of their pixels
constexpr double kLeastFraction = 0.015;  // of the picture
constexpr double kMostFraction = 0.9;
constexpr double kLeastBounded = 0.55;  // of the boundary that is an edge
constexpr float kEdge = 5.0f;           // Lab difference that ends a sky
constexpr float kStep = 2.2f;           // Lab difference of neighbours in it
constexpr double kBlueSky = -8;         // mean Lab b*
constexpr double kLargestHalo = 0.002;
constexpr double kCloudRim = 0.5, kCloudRimInWindow = 0.22, kCloudRest = 0.1;
constexpr float kCloudWhite = 84;  // Lab lightness
constexpr double kLeastConfidence = 0.5;

using Lab = cv::Vec3f;

cv::Mat LabOfImage(const ImageU8& srgb) {
  return LabOf(cv::Mat(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data())));
}

float Distance(const Lab& a, const Lab& b) {
  return static_cast<float>(cv::norm(a - b));
}

bool IsBlue(const Lab& c) {
  return c[2] < -6 && c[1] < 10 - 0.5f * c[2] && c[0] > 22;
}
bool IsBright(const Lab& c) { return c[0] > 86 && std::hypot(c[1], c[2]) < 10; }
bool MayBeSky(const Lab& c) {
  const bool dusky = c[0] > 40 && c[2] < 25 && c[1] > -4 && c[1] < 30;
  return IsBlue(c) || IsBright(c) || (dusky && c[0] > 62);
}

/// Largest colour difference to a neighbour two pixels away.
cv::Mat EdgeStrength(const cv::Mat& lab) {
  cv::Mat dx, dy;
  const cv::Mat kernel = (cv::Mat_<float>(1, 5) << -0.5, -0.5, 0, 0.5, 0.5);
  cv::filter2D(lab, dx, CV_32F, kernel);
  cv::filter2D(lab, dy, CV_32F, kernel.t());
  cv::Mat strength(lab.size(), CV_32F);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      strength.at<float>(y, x) = static_cast<float>(
          std::max(cv::norm(dx.at<Lab>(y, x)), cv::norm(dy.at<Lab>(y, x))));
    }
  }
  return strength;
}

/// Spreads from the seeds to neighbours of nearly the same colour, never onto
/// an edge.
cv::Mat Grow(const cv::Mat& lab, const cv::Mat& edges, const cv::Mat& seeds) {
  cv::Mat grown = seeds.clone();
  std::vector<cv::Point> front;
  cv::findNonZero(seeds, front);
  const std::array<cv::Point, 4> kSteps = {
      cv::Point(1, 0), {-1, 0}, {0, 1}, {0, -1}};
  while (!front.empty()) {
    const cv::Point at = front.back();
    front.pop_back();
    for (const cv::Point& step : kSteps) {
      const cv::Point next = at + step;
      if (!cv::Rect(0, 0, lab.cols, lab.rows).contains(next) ||
          grown.at<uchar>(next) || edges.at<float>(next) > kEdge ||
          !MayBeSky(lab.at<Lab>(next)) ||
          Distance(lab.at<Lab>(at), lab.at<Lab>(next)) > kStep) {
        continue;
      }
      grown.at<uchar>(next) = 255;
      front.push_back(next);
    }
  }
  return grown;
}

/// Small parts that were dropped but go over into the sky: its light along a
/// roof, which photographs worked over for contrast have.
void KeepHalos(const cv::Mat& before, cv::Mat& mask) {
  cv::Mat labels, stats, centers;
  const int count = cv::connectedComponentsWithStats(
      before & ~mask, labels, stats, centers, 4);
  const cv::Mat near = GrownBy(1, mask);
  std::vector<bool> touches(static_cast<size_t>(count), false);
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      if (near.at<uchar>(y, x)) touches[labels.at<int>(y, x)] = true;
    }
  }
  const double largest = kLargestHalo * static_cast<double>(mask.total());
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (label > 0 && touches[label] &&
          stats.at<int>(label, cv::CC_STAT_AREA) < largest) {
        mask.at<uchar>(y, x) = 255;
      }
    }
  }
}

/// What spread too far: of another colour than the sky as a whole, or cut off
/// from the top by that.
void DropStrays(const cv::Mat& lab,
                const SmoothColor& color,
                int seed_rows,
                cv::Mat& mask) {
  const cv::Mat before = mask.clone();
  const bool white = IsBlownOut(lab, mask);
  const float tolerance =
      white ? kWhiteTolerance : std::clamp(4.5f * color.spread(), 8.0f, 18.0f);
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (mask.at<uchar>(y, x) &&
          Distance(lab.at<Lab>(y, x), color.At({x, y})) > tolerance) {
        mask.at<uchar>(y, x) = 0;
      }
    }
  }
  cv::Mat labels;
  const int count = cv::connectedComponents(mask, labels, 4);
  std::vector<bool> at_top(static_cast<size_t>(count), false);
  for (int y = 0; y < seed_rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) at_top[labels.at<int>(y, x)] = true;
  }
  at_top[0] = false;
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (!at_top[labels.at<int>(y, x)]) mask.at<uchar>(y, x) = 0;
    }
  }
  // Before a white or grey sky these would be a wall's.
  if (cv::mean(lab, mask)[2] < kBlueSky) KeepHalos(before, mask);
}

/// White patches of which so much of the rim borders on sky.
void AddClouds(const cv::Mat& lab,
               const cv::Mat& within,
               double least_rim,
               float darkest,
               cv::Mat& mask) {
  cv::Mat bright(lab.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const Lab& c = lab.at<Lab>(y, x);
      const bool cloud =
          c[0] > darkest && std::abs(c[1]) < 9 && c[2] < 6 && c[2] > -30;
      if (cloud && within.at<uchar>(y, x) && !mask.at<uchar>(y, x)) {
        bright.at<uchar>(y, x) = 255;
      }
    }
  }
  cv::Mat labels, stats, centers;
  const int count =
      cv::connectedComponentsWithStats(bright, labels, stats, centers, 4);
  const cv::Mat near_sky = GrownBy(2, mask);
  std::vector<int> rim(count, 0), touching(count, 0);
  for (int y = 1; y + 1 < lab.rows; ++y) {
    for (int x = 1; x + 1 < lab.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (label == 0) continue;
      const bool inner = labels.at<int>(y - 1, x) == label &&
                         labels.at<int>(y + 1, x) == label &&
                         labels.at<int>(y, x - 1) == label &&
                         labels.at<int>(y, x + 1) == label;
      if (inner) continue;
      ++rim[label];
      touching[label] += near_sky.at<uchar>(y, x) ? 1 : 0;
    }
  }
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (label > 0 && touching[label] > least_rim * rim[label]) {
        mask.at<uchar>(y, x) = 255;
      }
    }
  }
}

/// The share of the region's boundary at which the picture changes.
double Boundedness(const cv::Mat& edges, const cv::Mat& mask) {
  cv::Mat eroded, band;
  cv::erode(mask, eroded, cv::Mat());
  band = mask & ~eroded;
  const cv::Mat strongest = [&] {
    cv::Mat grown;
    cv::dilate(edges, grown, cv::Mat(), {-1, -1}, 2);
    return grown;
  }();
  int all = 0, sharp = 0;
  for (int y = 2; y + 2 < mask.rows; ++y) {
    for (int x = 2; x + 2 < mask.cols; ++x) {
      if (!band.at<uchar>(y, x)) continue;
      ++all;
      sharp += strongest.at<float>(y, x) > kEdge ? 1 : 0;
    }
  }
  return all == 0 ? 1 : static_cast<double>(sharp) / all;
}

cv::Mat Seeds(const cv::Mat& lab, const cv::Mat& edges, int rows) {
  cv::Mat seeds(lab.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (edges.at<float>(y, x) < kStep && MayBeSky(lab.at<Lab>(y, x))) {
        seeds.at<uchar>(y, x) = 255;
      }
    }
  }
  return seeds;
}

}  // namespace

cv::Mat FoliageMask(const ImageU8& srgb) {
  const cv::Mat lab = LabOfImage(srgb);
  cv::Mat green(lab.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      const Lab& c = lab.at<Lab>(y, x);
      if (c[1] < -4 && c[2] > 6 && c[0] < 85) green.at<uchar>(y, x) = 255;
    }
  }
  return green;
}

SkyRegion FindSkyOutdoors(const ImageU8& srgb) {
  // Deep blues magnify grain: colour is smoothed, lightness stays.
  cv::Mat lab = LabOfImage(srgb), smooth;
  cv::GaussianBlur(lab, smooth, {3, 3}, 0.8);
  cv::mixChannels({smooth}, {lab}, {1, 1, 2, 2});
  const cv::Mat edges = EdgeStrength(lab);
  const int rows = std::max(2, static_cast<int>(kSeedRows * lab.rows));
  SkyRegion sky;
  sky.mask = Seeds(lab, edges, rows);
  if (cv::countNonZero(sky.mask) < kLeastSeeds * rows * lab.cols) {
    sky.doubt = "no sky reaches the top of the picture";
    return sky;
  }
  sky.mask = Grow(lab, edges, sky.mask);
  const int rounds = IsBlownOut(lab, sky.mask) ? 2 : 1;
  for (int round = 0; round < rounds; ++round) {
    DropStrays(lab, SmoothColor(lab, sky.mask), rows, sky.mask);
  }
  AddGaps(lab, SmoothColor(lab, sky.mask), sky.mask);
  // Before a white sky nothing white is a cloud: it is a wall.
  const cv::Scalar mean = cv::mean(lab, sky.mask);
  if (mean[2] < kBlueSky) {
    cv::Mat above(lab.size(), CV_8U, cv::Scalar(0));
    above.rowRange(0, LowestRow(sky.mask)).setTo(255);
    AddClouds(lab, above, kCloudRim, 68, sky.mask);
  }
  sky.fraction = cv::countNonZero(sky.mask) / static_cast<double>(lab.total());
  const double bounded = Boundedness(edges, sky.mask);
  sky.confidence = std::min(1.0, sky.fraction / 0.04) *
                   std::clamp((bounded - 0.3) / 0.5, 0.0, 1.0);
  if (sky.fraction < kLeastFraction) {
    sky.doubt = "too little of it is sky";
  } else if (sky.fraction > kMostFraction) {
    sky.doubt = "it shows next to nothing but sky";
  } else if (bounded < kLeastBounded || sky.confidence < kLeastConfidence) {
    sky.doubt = "where its sky ends cannot be told";
  }
  return sky;
}

SkyRegion FindSkyInWindows(const ImageU8& srgb,
                           const std::vector<cv::Rect>& windows,
                           const cv::Mat& view) {
  const cv::Mat lab = LabOfImage(srgb);
  SkyRegion sky;
  sky.mask = cv::Mat(lab.size(), CV_8U, cv::Scalar(0));
  double panes = 0;
  for (const cv::Rect& window : windows) {
    const cv::Rect box = window & cv::Rect(0, 0, lab.cols, lab.rows);
    if (box.area() < 100) continue;
    panes += box.area();
    cv::Mat found(lab.size(), CV_8U, cv::Scalar(0));
    for (int y = box.y; y < box.y + box.height; ++y) {
      for (int x = box.x; x < box.x + box.width; ++x) {
        const Lab& c = lab.at<Lab>(y, x);
        const bool blue = c[2] < -9 && c[1] < 8 && c[0] > 35;
        if (blue && view.at<uchar>(y, x)) found.at<uchar>(y, x) = 255;
      }
    }
    cv::morphologyEx(found, found, cv::MORPH_OPEN, cv::Mat());
    if (cv::countNonZero(found) < 0.02 * box.area()) continue;
    AddGaps(lab, SmoothColor(lab, found), found);
    cv::Mat within(lab.size(), CV_8U, cv::Scalar(0));
    view(box).copyTo(within(box));
    found &= within;
    within.rowRange(LowestRow(found), lab.rows).setTo(0);
    AddClouds(lab, within, kCloudRimInWindow, 48, found);
    // What is left of a cloud between treetops.
    AddClouds(lab, within, kCloudRest, kCloudWhite, found);
    sky.mask |= found;
  }
  const double found = cv::countNonZero(sky.mask);
  sky.fraction = found / static_cast<double>(lab.total());
  sky.confidence = panes > 0 ? std::min(1.0, found / (0.06 * panes)) : 0;
  if (sky.confidence < kLeastConfidence) {
    sky.doubt = windows.empty() ? "no window was found in it"
                                : "no blue sky shows through its windows";
  }
  return sky;
}

}  // namespace stage::engine
