#include "engine/edit/things_before.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/edit/guided_filter.h"
#include "engine/mat_view.h"
#include "engine/scene/lab_color.h"

namespace stage::engine {
namespace {

constexpr float kBin = 6;      // Lab
constexpr float kStep = 2.5f;  // Lab, from pixel to pixel
constexpr float kWallStep = 1.5f;
constexpr float kAcross = 4;             // Lab, across a joint
constexpr double kJoint = 0.004;         // of the long edge
constexpr float kGlare = 86, kPale = 7;  // Lab lightness and chroma
constexpr double kLightFrom = 0.75;
constexpr double kSameHue = 15;   // Lab, from the commonest colour
constexpr double kDarkest = 0.3;  // of its lightness: shadow, no thing
constexpr double kAround = 0.03;  // of the long edge
constexpr double kUnlike = 12, kUnlikeWall = 7;  // Lab, from what is around
constexpr double kOtherHue = 11;        // Lab: no shadow of the surface
constexpr double kLeastThing = 2.8e-4;  // of the picture
constexpr double kLeastReached = 0.3;   // of a part of the mask
constexpr double kMostThings = 0.4;     // of the mask
constexpr double kThinnest = 0.003;     // of the long edge: joints are thinner
constexpr double kFlat = 2e-4;          // variance, display values

using Lab = cv::Vec3f;

/// The pixels of the commonest colour.
std::vector<cv::Point> CommonestIn(const cv::Mat& lab, const cv::Mat& within) {
  std::map<std::array<int, 3>, std::vector<cv::Point>> bins;
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (!within.at<uchar>(y, x)) continue;
      std::array<int, 3> bin;
      for (int c = 0; c < 3; ++c) {
        bin[c] = static_cast<int>(std::floor(lab.at<Lab>(y, x)[c] / kBin));
      }
      bins[bin].emplace_back(x, y);
    }
  }
  std::vector<cv::Point>* most = nullptr;
  for (auto& [bin, points] : bins) {
    if (most == nullptr || points.size() > most->size()) most = &points;
  }
  return most == nullptr ? std::vector<cv::Point>() : std::move(*most);
}

cv::Vec3d MeanAt(const cv::Mat& lab, const std::vector<cv::Point>& points) {
  cv::Vec3d sum(0, 0, 0);
  for (const cv::Point& p : points) sum += lab.at<Lab>(p);
  return sum * (1.0 / std::max<size_t>(1, points.size()));
}

/// Less yellow than a floor and not much darker: light of the sky on it.
bool IsLight(const Lab& color, const cv::Vec3d& floor) {
  return color[0] > kLightFrom * floor[0] && color[2] < floor[2];
}

/// What the colour at some points goes over into. Floors have joints, and
/// glosses of other hues; walls have neither.
cv::Mat Spread(const cv::Mat& lab,
               const cv::Mat& within,
               Beneath beneath,
               std::vector<cv::Point> front) {
  const bool is_floor = beneath == Beneath::kFloor;
  const cv::Vec3d commonest = MeanAt(lab, front);
  const bool is_glare = is_floor && commonest[0] > kGlare &&
                        std::hypot(commonest[1], commonest[2]) < kPale;
  cv::Mat reached(lab.size(), CV_8U, cv::Scalar(0));
  for (const cv::Point& p : front) reached.at<uchar>(p) = 255;
  const cv::Rect all(0, 0, lab.cols, lab.rows);
  const int joint = std::max(
      2, static_cast<int>(std::lround(kJoint * std::max(lab.cols, lab.rows))));
  while (!front.empty()) {
    const cv::Point from = front.back();
    front.pop_back();
    const auto spread = [&](const cv::Point& to, float most) {
      if (!all.contains(to) || reached.at<uchar>(to) || !within.at<uchar>(to)) {
        return;
      }
      const Lab& color = lab.at<Lab>(to);
      if (cv::norm(color - lab.at<Lab>(from)) > most ||
          color[0] < kDarkest * commonest[0]) {
        return;
      }
      if (HueDifference(color, commonest) > kSameHue && !is_glare &&
          !(is_floor && IsLight(color, commonest))) {
        return;
      }
      reached.at<uchar>(to) = 255;
      front.push_back(to);
    };
    for (const cv::Point step : {cv::Point(1, 0),
                                 cv::Point(-1, 0),
                                 cv::Point(0, 1),
                                 cv::Point(0, -1)}) {
      spread(from + step, is_floor ? kStep : kWallStep);
      if (is_floor) spread(from + joint * step, kAcross);
    }
  }
  return reached;
}

/// The surface's mean colour around each pixel; black where it is far.
cv::Mat ColorAround(const cv::Mat& lab, const cv::Mat& surface) {
  const double reach = kAround * std::max(lab.cols, lab.rows);
  cv::Mat weight, weights, sum;
  surface.convertTo(weight, CV_32F, 1 / 255.0);
  cv::merge(std::vector<cv::Mat>(3, weight), weights);
  cv::GaussianBlur(lab.mul(weights), sum, {}, reach);
  cv::GaussianBlur(weight, weight, {}, reach);
  cv::merge(std::vector<cv::Mat>(3, cv::max(weight, 1e-4f)), weights);
  return sum / weights;
}

/// Adds what things surround: on walls all that is in a frame, between legs
/// what is not floor.
void FillThings(const cv::Mat& surface, Beneath beneath, cv::Mat& things) {
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(things, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  cv::Mat filled(things.size(), CV_8U, cv::Scalar(0));
  cv::drawContours(filled, outlines, -1, cv::Scalar(255), cv::FILLED);
  things = filled;
  if (beneath == Beneath::kFloor) things &= ~surface;
}

/// Of another colour than the surface around; on floors, where shadows are
/// sharp, in more light and in less.
bool IsOther(const Lab& color, const Lab& around, Beneath beneath) {
  const double apart = cv::norm(color - around);
  if (beneath == Beneath::kWall) return apart > kUnlikeWall;
  if (apart < kUnlike || IsLight(color, around)) return false;
  return HueDifference(color, around) > kOtherHue ||
         color[0] < kDarkest * around[0];
}

cv::Mat LargeParts(const cv::Mat& mask) {
  cv::Mat labels, stats, centers, large = mask.clone();
  cv::connectedComponentsWithStats(mask, labels, stats, centers, 8);
  const double least = kLeastThing * static_cast<double>(mask.total());
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      if (stats.at<int>(labels.at<int>(y, x), cv::CC_STAT_AREA) < least) {
        large.at<uchar>(y, x) = 0;
      }
    }
  }
  return large;
}

/// Parts of a mask in which next to nothing of the surface was found: a piece
/// of another one.
cv::Mat OtherParts(const cv::Mat& within, const cv::Mat& surface) {
  cv::Mat labels, stats, centers;
  const int count =
      cv::connectedComponentsWithStats(within, labels, stats, centers, 4);
  std::vector<int> reached(static_cast<size_t>(count), 0);
  for (int y = 0; y < within.rows; ++y) {
    for (int x = 0; x < within.cols; ++x) {
      if (surface.at<uchar>(y, x)) ++reached[labels.at<int>(y, x)];
    }
  }
  cv::Mat other(within.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < within.rows; ++y) {
    for (int x = 0; x < within.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (label > 0 &&
          reached[label] <
              kLeastReached * stats.at<int>(label, cv::CC_STAT_AREA)) {
        other.at<uchar>(y, x) = 255;
      }
    }
  }
  return other;
}

cv::Mat ThingsIn(const ImageU8& srgb, const cv::Mat& within, Beneath beneath) {
  cv::Mat lab = LabOf(MatOf(srgb));
  cv::GaussianBlur(lab, lab, {}, 0.8);
  const cv::Mat surface =
      Spread(lab, within, beneath, CommonestIn(lab, within));
  const cv::Mat around = ColorAround(lab, surface);
  cv::Mat things(lab.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < lab.rows; ++y) {
    for (int x = 0; x < lab.cols; ++x) {
      if (within.at<uchar>(y, x) && !surface.at<uchar>(y, x) &&
          IsOther(lab.at<Lab>(y, x), around.at<Lab>(y, x), beneath)) {
        things.at<uchar>(y, x) = 255;
      }
    }
  }
  FillThings(surface, beneath, things);
  const int thin = std::max(
      2,
      static_cast<int>(
          std::lround(kThinnest * std::max(things.cols, things.rows))));
  cv::Mat thick;
  cv::morphologyEx(things,
                   thick,
                   cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_ELLIPSE, {thin, thin}));
  // Their rims and tips, which opening cut.
  cv::dilate(thick, thick, cv::Mat::ones(2 * thin + 1, 2 * thin + 1, CV_8U));
  things = LargeParts(things & thick);
  // Where so much differs the surface itself is many-coloured.
  if (cv::countNonZero(things) > kMostThings * cv::countNonZero(within)) {
    things.setTo(0);
  }
  return things | OtherParts(within, surface);
}

}  // namespace

ImageU8 WithoutThings(const ImageU8& srgb,
                      Beneath beneath,
                      const ImageU8& mask) {
  cv::Mat within;
  cv::resize(MatOf(mask),
             within,
             {srgb.width(), srgb.height()},
             0,
             0,
             cv::INTER_NEAREST);
  const cv::Mat things = ThingsIn(srgb, within, beneath);
  cv::Mat guide, free;
  MatOf(srgb).convertTo(guide, CV_32F, 1 / 255.0);
  cv::Mat(~things).convertTo(free, CV_32F, 1 / 255.0);
  const int radius = std::max(2, std::max(free.cols, free.rows) / 400);
  const cv::Mat share =
      ApplyGuidedModel(FitGuidedModel(guide, free, radius, kFlat), guide);
  cv::Mat large;
  cv::resize(share, large, {mask.width(), mask.height()});
  ImageU8 left(mask.width(), mask.height(), 1);
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      const float part =
          std::clamp((large.at<float>(y, x) - 0.1f) / 0.8f, 0.0f, 1.0f);
      left.at(x, y) = static_cast<uint8_t>(
          std::lround(part * static_cast<float>(mask.at(x, y))));
    }
  }
  return left;
}

}  // namespace stage::engine
