#include "engine/completion/shadow_growth.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/completion/foot_shade.h"
#include "engine/completion/smooth_base.h"
#include "engine/mat_view.h"

namespace stage::engine {
namespace {

// How far a shadow is looked for: as a share of the hole's side, and of the
// picture's long side at most.
constexpr double kReachShareOfHole = 0.3;
constexpr double kReachShareOfPicture = 0.05;
// Shares of the light that a shadow takes: the least that counts, how much
// more it may take farther from the thing, and how far the colours may differ.
constexpr float kLeastDark = 0.035f;
constexpr float kMostRise = 0.015f;
constexpr float kMostTint = 0.10f;
constexpr double kToneShareOfPicture = 0.006;
constexpr double kThinShareOfPicture = 0.006;
constexpr int kRimPx = 2;
// A surface that is seen less than this says nothing about its tone.
constexpr int kLeastSurroundingsPx = 200;
// Of the farthest pixels looked at: a floor that is dark all the way there is
// not in the shadow of the thing.
constexpr double kMostDarkFarthest = 0.4;
// Parts of the reach: the nearest that is looked at, and the farthest.
constexpr double kNearest = 0.3, kFarthest = 0.85, kBeyond = 1.3;
// Of the light: what grain and joints do not take. Of a shadow's depth beside
// the thing, the least by which it gets lighter on its way.
constexpr float kDeep = 0.08f;
constexpr double kLeastRise = 0.35;

ImageU8 ImageOf(const cv::Mat& mask) {
  ImageU8 image(mask.cols, mask.rows, 1);
  mask.copyTo(MatOf(image));
  return image;
}

// The share of light that is missing at each known pixel against what the far
// surroundings lead to expect; 0 where another colour is missing.
cv::Mat Darkness(const ImageF& picture,
                 const cv::Mat& known,
                 const cv::Mat& far,
                 double reach) {
  const ImageF expected = SmoothBase(picture, ImageOf(far), reach / 4);
  const double window =
      std::max(1.5, kToneShareOfPicture * std::max(known.cols, known.rows));
  const ImageF tone = SmoothBase(picture, ImageOf(known), window);
  cv::Mat darkness(known.size(), CV_32F, cv::Scalar(0));
  for (int y = 0; y < known.rows; ++y) {
    for (int x = 0; x < known.cols; ++x) {
      if (known.at<uint8_t>(y, x) == 0) continue;
      float missing[3];
      for (int c = 0; c < 3; ++c) {
        missing[c] =
            1 - tone.at(x, y, c) / std::max(expected.at(x, y, c), 0.02f);
      }
      const auto [least, most] = std::minmax_element(missing, missing + 3);
      if (*most - *least > kMostTint) continue;
      darkness.at<float>(y, x) = (missing[0] + missing[1] + missing[2]) / 3;
    }
  }
  return darkness;
}

// Pixels that hang together with the hole and get lighter on the way from it.
cv::Mat Fading(const cv::Mat& darkness,
               const cv::Mat& distance,
               const cv::Mat& near) {
  std::vector<cv::Point> order;
  for (int y = 0; y < near.rows; ++y) {
    for (int x = 0; x < near.cols; ++x) {
      if (near.at<uint8_t>(y, x) != 0 &&
          darkness.at<float>(y, x) > kLeastDark) {
        order.emplace_back(x, y);
      }
    }
  }
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return distance.at<float>(a) < distance.at<float>(b);
  });
  // The darkest that a neighbour of an accepted pixel may be.
  cv::Mat allowed(near.size(), CV_32F, cv::Scalar(-1));
  allowed.setTo(1, distance == 0);
  cv::Mat fading(near.size(), CV_8U, cv::Scalar(0));
  const cv::Rect inside(0, 0, near.cols, near.rows);
  for (const cv::Point& at : order) {
    float most = -1;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        const cv::Point beside(at.x + dx, at.y + dy);
        if (inside.contains(beside)) {
          most = std::max(most, allowed.at<float>(beside));
        }
      }
    }
    const float dark = darkness.at<float>(at);
    if (dark > most) continue;
    fading.at<uint8_t>(at) = 255;
    allowed.at<float>(at) = std::min(most, dark + kMostRise);
  }
  return fading;
}

cv::Mat Disc(int radius) {
  return cv::getStructuringElement(cv::MORPH_ELLIPSE,
                                   {2 * radius + 1, 2 * radius + 1});
}

// What is dark by itself along the walls, as far from the thing too.
cv::Mat DarknessAlongWalls(const cv::Mat& darkness,
                           const cv::Mat& here,
                           const cv::Mat& far,
                           double reach) {
  cv::Mat surface, distance;
  // Small things on the surface are not its edge.
  cv::morphologyEx(here, surface, cv::MORPH_CLOSE, Disc(kRimPx + 2));
  cv::copyMakeBorder(
      surface, surface, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(255));
  if (cv::countNonZero(surface == 0) == 0) {
    return cv::Mat(darkness.size(), CV_32F, cv::Scalar(0));
  }
  cv::distanceTransform(surface, distance, cv::DIST_L2, 5);
  const cv::Rect inside(1, 1, darkness.cols, darkness.rows);
  return -FootShade(-darkness, distance(inside).clone(), far, 1.5 * reach);
}

// A surface gets lighter on its way out of a shadow; what is as dark where the
// shadow is looked for no farther is of another colour.
cv::Mat WithoutOtherColors(const cv::Mat& fading,
                           const cv::Mat& darkness,
                           const cv::Mat& light,
                           const cv::Mat& known,
                           const cv::Mat& distance,
                           double reach) {
  cv::Mat labels, stats, centers;
  const int count = cv::connectedComponentsWithStats(
      fading & (darkness > kDeep), labels, stats, centers, 8);
  const cv::Mat at_hole = distance < kNearest * reach;
  const cv::Mat beyond =
      known & (distance > kFarthest * reach) & (distance < kBeyond * reach);
  const int around = static_cast<int>(std::ceil((kBeyond - kNearest) * reach));
  cv::Mat left = fading.clone();
  for (int i = 1; i < count; ++i) {
    const int* part = stats.ptr<int>(i);
    const cv::Rect box = cv::Rect(part[cv::CC_STAT_LEFT] - around,
                                  part[cv::CC_STAT_TOP] - around,
                                  part[cv::CC_STAT_WIDTH] + 2 * around,
                                  part[cv::CC_STAT_HEIGHT] + 2 * around) &
                         cv::Rect({0, 0}, labels.size());
    const cv::Mat here = labels(box) == i;
    if (part[cv::CC_STAT_AREA] < kLeastSurroundingsPx) continue;
    cv::Mat reached;
    cv::dilate(here, reached, Disc(kRimPx + 1));
    const cv::Mat near = here & at_hole(box), far = reached & beyond(box);
    if (cv::countNonZero(near) == 0 || cv::countNonZero(far) == 0) continue;
    const double depth = cv::mean(darkness(box), near)[0];
    const double rise = 1 - cv::mean(light(box), near)[0] /
                                std::max(1e-3, cv::mean(light(box), far)[0]);
    if (rise < kLeastRise * depth) left(box).setTo(0, here);
  }
  return left;
}

// Joints and grain are dark as well, but thin. What is left gets a rim.
cv::Mat WithoutThreads(const cv::Mat& fading, const cv::Mat& open) {
  const int thin =
      std::max(2,
               static_cast<int>(std::lround(kThinShareOfPicture *
                                            std::max(open.cols, open.rows))));
  cv::Mat broad;
  cv::morphologyEx(fading | open, broad, cv::MORPH_OPEN, Disc(thin));
  cv::dilate(broad & ~open, broad, Disc(kRimPx));
  return broad;
}

}  // namespace

ImageU8 GrowIntoShadows(const ImageF& picture,
                        const ImageU8& hole,
                        const SurfaceLayout& layout) {
  const cv::Mat open = MatOf(hole);
  const double side = std::sqrt(static_cast<double>(cv::countNonZero(open)));
  const double reach =
      std::min(kReachShareOfHole * side,
               kReachShareOfPicture * std::max(hole.width(), hole.height()));
  cv::Mat distance;
  cv::distanceTransform(open == 0, distance, cv::DIST_L2, 5);
  cv::Mat light;
  cv::cvtColor(MatOf(picture), light, cv::COLOR_RGB2GRAY);
  cv::Mat shadow(open.size(), CV_8U, cv::Scalar(0));
  for (size_t i = 0; i < layout.surfaces.size(); ++i) {
    const SurfaceView& view = layout.surfaces[i];
    // Floors and ceilings: a wall's light changes too much by itself.
    if (view.AsSeen() || view.plain_rows) continue;
    const cv::Mat here = (MatOf(layout.surface_at) == static_cast<double>(i)) &
                         (MatOf(layout.openings) == 0);
    const cv::Mat known = here & (open == 0);
    const cv::Mat near = known & (distance <= reach);
    const cv::Mat far = here & (distance > reach) & (distance < 4 * reach);
    if (cv::countNonZero(far) < kLeastSurroundingsPx ||
        cv::countNonZero(near) == 0) {
      continue;
    }
    cv::Mat darkness = Darkness(picture, known, far, reach);
    darkness -= DarknessAlongWalls(darkness, here, far, reach);
    const cv::Mat fading = Fading(darkness, distance, near);
    const cv::Mat farthest = near & (distance > kFarthest * reach);
    if (cv::countNonZero(fading & farthest) >
        kMostDarkFarthest * cv::countNonZero(farthest)) {
      continue;
    }
    const cv::Mat cast =
        WithoutOtherColors(fading, darkness, light, known, distance, reach);
    shadow |= WithoutThreads(cast, open) & near;
  }
  return ImageOf(shadow | open);
}

}  // namespace stage::engine
