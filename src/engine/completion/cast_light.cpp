#include "engine/completion/cast_light.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/completion/even_part.h"
#include "engine/completion/light_surface.h"
#include "engine/completion/smooth_base.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// Shares of the picture's long side.
constexpr double kToneWindow = 0.005;
constexpr double kRemains = 0.014;
constexpr double kLeastReach = 0.05, kMostReach = 0.16;
constexpr double kReachShareOfHole = 0.6;
// From here on the surface tells its light, in parts of the reach.
constexpr double kFitFrom = 0.35;
constexpr size_t kMostFitted = 6000;
constexpr double kLeastArea = 0.01;  // of the picture
constexpr double kMostSpread = 0.05;
// Departures from the fitted light, of logarithms, that count as a cast; in
// display values, that are something else.
constexpr double kLeastCast = 0.03;
constexpr double kSpreads = 3;
constexpr double kMostCast = 0.6;
constexpr float kOther = 0.03f;  // display values
constexpr double kFinePx = 1.5;
constexpr float kDark = 0.02f;
// Across the edges of even parts.
constexpr int kEdgePx = 3;
// A large thing that stays as near as this, in parts of the way to the hole,
// has a cast of its own there.
constexpr double kOthersShare = 0.6;
// Of a cast beside the hole, that may be left around its reach.
constexpr double kMostFar = 0.6, kLeastFar = 0.4;
constexpr float kNoticed = 0.003f;

double LongSide(const cv::Mat& mat) { return std::max(mat.cols, mat.rows); }

cv::Mat Disc(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE,
                                   {2 * radius + 1, 2 * radius + 1});
}

cv::Mat DistanceFrom(const cv::Mat& open) {
  cv::Mat distance;
  cv::distanceTransform(open == 0, distance, cv::DIST_L2, 5);
  return distance;
}

/// 255 on what is neither floor nor an opening.
cv::Mat WallsOf(const SurfaceLayout& layout) {
  cv::Mat walls = MatOf(layout.openings) == 0;
  for (size_t i = 0; i < layout.surfaces.size(); ++i) {
    const SurfaceView& view = layout.surfaces[i];
    if (view.lens && !view.plain_rows) {
      walls.setTo(0, MatOf(layout.surface_at) == static_cast<double>(i));
    }
  }
  return walls;
}

/// Logarithms of the tones of even parts, without what stands before them.
cv::Mat LogTone(const ImageF& picture, const cv::Mat& even) {
  ImageU8 known(even.cols, even.rows, 1);
  cv::Mat core;
  cv::erode(even, core, Disc(kEdgePx));
  core.copyTo(MatOf(known));
  const ImageF tone =
      SmoothBase(picture, known, std::max(1.5, kToneWindow * LongSide(even)));
  cv::Mat log;
  cv::log(cv::max(MatOf(tone), kDark), log);
  return log;
}

/// One even part beside the hole.
struct Part {
  cv::Mat mask;
  std::optional<LightSurface> light;
};

std::vector<Part> PartsBeside(const cv::Mat& open,
                              const cv::Mat& even,
                              const cv::Mat& log_tone,
                              double reach) {
  const cv::Mat distance = DistanceFrom(open);
  cv::Mat labels, stats, centers;
  const int count = cv::connectedComponentsWithStats(
      even & (open == 0), labels, stats, centers, 4);
  std::vector<char> beside(static_cast<size_t>(count), 0);
  const double near = 2 * kRemains * LongSide(open);
  for (int y = 0; y < labels.rows; ++y) {
    for (int x = 0; x < labels.cols; ++x) {
      if (distance.at<float>(y, x) <= near) beside[labels.at<int>(y, x)] = 1;
    }
  }
  std::vector<Part> parts;
  for (int i = 1; i < count; ++i) {
    if (!beside[i] || stats.at<int>(i, cv::CC_STAT_AREA) <
                          kLeastArea * static_cast<double>(open.total())) {
      continue;
    }
    Part part{labels == i, {}};
    std::vector<cv::Point> far;
    cv::findNonZero(part.mask & (distance > kFitFrom * reach), far);
    std::vector<cv::Point> fitted;
    const size_t stride = 1 + far.size() / kMostFitted;
    for (size_t k = 0; k < far.size(); k += stride) fitted.push_back(far[k]);
    part.light = LightSurface::Fit(log_tone, fitted);
    if (part.light && part.light->spread() < kMostSpread) {
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

/// Thin things and shadows on an even part that touch the hole and end near
/// it: what differs there from what the part shows a little farther off.
cv::Mat RemainsOn(const Part& part,
                  const ImageF& picture,
                  const cv::Mat& open,
                  const cv::Mat& walls) {
  const int most = static_cast<int>(kRemains * LongSide(open));
  const cv::Mat distance = DistanceFrom(open);
  const cv::Mat beyond = part.mask & (distance > most) & (distance < 4 * most);
  cv::Mat remains(open.size(), CV_8U, cv::Scalar(0));
  if (cv::countNonZero(beyond) < most * most) return remains;
  ImageU8 known(open.cols, open.rows, 1);
  beyond.copyTo(MatOf(known));
  const ImageF expected = SmoothBase(picture, known, most / 2.0);
  cv::Mat around, fine;
  cv::morphologyEx(part.mask | open, around, cv::MORPH_CLOSE, Disc(most));
  cv::GaussianBlur(MatOf(picture), fine, {}, kFinePx);
  cv::Mat away;
  cv::absdiff(fine, MatOf(expected), away);
  std::vector<cv::Mat> planes;
  cv::split(away, planes);
  const cv::Mat departure = cv::max(planes[0], cv::max(planes[1], planes[2]));
  const cv::Mat other = (departure > kOther) & around & walls & (open == 0) &
                        (distance <= 2 * most);
  // Frames and mouldings lead away from the hole, also beyond the part.
  const cv::Mat leading = (departure > 2 * kOther) & (open == 0) &
                          (distance > 1) & (distance <= 4 * most);
  cv::Mat labels;
  const int count = cv::connectedComponents(other | leading, labels, 8);
  std::vector<float> nearest(static_cast<size_t>(count), 1e9f);
  std::vector<float> farthest(static_cast<size_t>(count), 0);
  for (int y = 0; y < labels.rows; ++y) {
    for (int x = 0; x < labels.cols; ++x) {
      const int label = labels.at<int>(y, x);
      nearest[label] = std::min(nearest[label], distance.at<float>(y, x));
      farthest[label] = std::max(farthest[label], distance.at<float>(y, x));
    }
  }
  for (int i = 1; i < count; ++i) {
    if (nearest[i] <= 2 && farthest[i] <= static_cast<float>(most)) {
      remains.setTo(255, (labels == i) & other);
    }
  }
  cv::dilate(remains, remains, Disc(2));
  return remains & walls;
}

float Fading(float distance, double reach) {
  const float t = std::clamp(static_cast<float>(distance / reach), 0.f, 1.f);
  return 1 - t * t * (3 - 2 * t);
}

/// How far a pixel is from the nearest large thing that stays, which throws a
/// cast of its own.
cv::Mat DistanceFromOthers(const cv::Mat& open,
                           const cv::Mat& even,
                           const cv::Mat& walls,
                           const cv::Mat& openings) {
  cv::Mat others = walls & ~even & (open == 0);
  others.setTo(0, DistanceFrom(open) < 2 * kRemains * LongSide(open));
  cv::morphologyEx(others,
                   others,
                   cv::MORPH_OPEN,
                   Disc(static_cast<int>(kRemains * LongSide(open))));
  return DistanceFrom(others | openings);
}

/// How much less a part departs from its light around the hole's reach than
/// beside the hole, 0..1: casts fade, what is darker by itself does not.
double FadingShare(const Part& part,
                   const cv::Mat& distance,
                   const cv::Mat& log_tone,
                   double reach) {
  double near = 0, far = 0;
  int near_count = 0, far_count = 0;
  for (int y = 0; y < distance.rows; ++y) {
    for (int x = 0; x < distance.cols; ++x) {
      const float away = distance.at<float>(y, x);
      const bool is_near = away < 0.3 * reach;
      const bool is_far = away > 0.8 * reach && away < 1.2 * reach;
      if (part.mask.at<uchar>(y, x) == 0 || !(is_near || is_far)) continue;
      const cv::Vec3f missing =
          part.light->At({x, y}) - log_tone.at<cv::Vec3f>(y, x);
      const double most = std::max({0.f, missing[0], missing[1], missing[2]});
      (is_near ? near : far) += most;
      ++(is_near ? near_count : far_count);
    }
  }
  if (near_count == 0 || far_count == 0) return 0;
  const double share = far / far_count / std::max(1e-4, near / near_count);
  return std::clamp((kMostFar - share) / (kMostFar - kLeastFar), 0.0, 1.0);
}

/// What leads the tones of a part back to its light.
void AddGain(const Part& part,
             const cv::Mat& distance,
             const cv::Mat& from_others,
             const cv::Mat& log_tone,
             double reach,
             cv::Mat& gain,
             cv::Mat& weight) {
  const double least = std::max(kLeastCast, kSpreads * part.light->spread());
  const auto fading =
      static_cast<float>(FadingShare(part, distance, log_tone, reach));
  if (fading == 0) return;
  for (int y = 0; y < gain.rows; ++y) {
    for (int x = 0; x < gain.cols; ++x) {
      if (part.mask.at<uchar>(y, x) == 0) continue;
      weight.at<float>(y, x) = 1;
      const float away = distance.at<float>(y, x);
      if (away > reach) continue;
      const cv::Vec3f missing =
          part.light->At({x, y}) - log_tone.at<cv::Vec3f>(y, x);
      const auto [darkest, lightest] =
          std::minmax({missing[0], missing[1], missing[2]});
      // Shade takes of all channels, a tint of some; light is none of it.
      if (lightest <= 0) continue;
      const double cast = std::max(std::abs(lightest), std::abs(darkest));
      const auto sure =
          static_cast<float>(std::clamp((cast - least) / least, 0.0, 1.0));
      const float own =
          1 - Fading(from_others.at<float>(y, x), kOthersShare * away + 1);
      const float part_of = fading * sure * own * Fading(away, reach);
      // What is farther off than any cast is led back in part, in its hue.
      const auto held = static_cast<float>(std::min(1.0, kMostCast / cast));
      gain.at<cv::Vec3f>(y, x) = part_of * held * missing;
    }
  }
}

/// Smooth, and carried over the edges of its parts.
cv::Mat Smoothed(const cv::Mat& gain, const cv::Mat& weight, double window) {
  cv::Mat weights, sum, present;
  cv::merge(std::vector<cv::Mat>(3, weight), weights);
  cv::GaussianBlur(gain, sum, {}, window);
  cv::GaussianBlur(weights, weights, {}, window);
  cv::Mat smooth = sum / cv::max(weights, 1e-3);
  cv::dilate(weight, present, Disc(kEdgePx));
  smooth.setTo(cv::Scalar::all(0), present == 0);
  return smooth;
}

}  // namespace

CastLight FindCastLight(const ImageF& picture,
                        const ImageU8& hole,
                        const SurfaceLayout& layout) {
  CastLight cast{hole, {}};
  cv::Mat open = MatOf(cast.hole);
  const cv::Mat walls = WallsOf(layout);
  const cv::Mat even = EvenPart(MatOf(picture)) & walls;
  const double side = std::sqrt(static_cast<double>(cv::countNonZero(open)));
  const double reach = std::clamp(kReachShareOfHole * side,
                                  kLeastReach * LongSide(open),
                                  kMostReach * LongSide(open));
  const cv::Mat log_tone = LogTone(picture, even & (open == 0));
  const std::vector<Part> parts = PartsBeside(open, even, log_tone, reach);
  if (parts.empty()) return cast;
  for (const Part& part : parts) {
    open |= RemainsOn(part, picture, open, walls);
  }
  const cv::Mat distance = DistanceFrom(open);
  const cv::Mat from_others =
      DistanceFromOthers(open, even, walls, MatOf(layout.openings));
  cv::Mat gain(open.size(), CV_32FC3, cv::Scalar::all(0));
  cv::Mat weight(open.size(), CV_32F, cv::Scalar(0));
  for (const Part& part : parts) {
    AddGain(part, distance, from_others, log_tone, reach, gain, weight);
  }
  weight.setTo(0, open);
  gain.setTo(cv::Scalar::all(0), open);
  gain = Smoothed(gain, weight, std::max(2.0, kToneWindow * LongSide(open)));
  gain.setTo(cv::Scalar::all(0), (walls == 0) | (distance > reach));
  cast.log_gain = ImageF(open.cols, open.rows, 3);
  gain.copyTo(MatOf(cast.log_gain));
  return cast;
}

void Relight(const ImageF& log_gain, ImageF& picture) {
  if (log_gain.empty()) return;
  cv::Mat gain, out = MatOf(picture);
  cv::resize(MatOf(log_gain), gain, out.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < out.rows; ++y) {
    auto* row = out.ptr<cv::Vec3f>(y);
    const auto* by = gain.ptr<cv::Vec3f>(y);
    for (int x = 0; x < out.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        if (std::abs(by[x][c]) > kNoticed) row[x][c] *= std::exp(by[x][c]);
      }
    }
  }
}

ImageU8 RelitPart(const ImageF& log_gain, int width, int height) {
  ImageU8 relit(width, height, 1);
  if (log_gain.empty()) return relit;
  cv::Mat gain, out = MatOf(relit);
  cv::resize(MatOf(log_gain), gain, out.size(), 0, 0, cv::INTER_LINEAR);
  std::vector<cv::Mat> planes;
  cv::split(cv::abs(gain), planes);
  cv::compare(cv::max(planes[0], cv::max(planes[1], planes[2])),
              kNoticed,
              out,
              cv::CMP_GT);
  return relit;
}

}  // namespace stage::engine
