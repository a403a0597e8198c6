#include "engine/edit/sky_matte.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/edit/guided_filter.h"

namespace stage::engine {
namespace {

constexpr double kBandShare = 0.011;  // of the long edge, among branches
constexpr double kEdgeShare = 0.003;  // along walls and roofs
constexpr double kFineShare = 0.014;  // how far around edges are counted
constexpr float kOneEdge = 0.13f, kManyEdges = 0.24f;  // of the pixels there
constexpr double kGuideEpsilon = 2e-4;
constexpr float kLeastContrast = 0.12f;  // of square roots of light
constexpr float kFullContrast = 0.35f;
constexpr double kPale = 0.45;        // relative difference of light
constexpr double kLeastWall = 0.005;  // of the picture
constexpr int kGuided = 9;            // first channel of the guided model

float SmoothStep(float from, float to, float value) {
  const float t = std::clamp((value - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

cv::Mat Disc(double radius) {
  const int side = 2 * std::max(1, static_cast<int>(std::lround(radius))) + 1;
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {side, side});
}

/// The mean of what has weight, near each pixel; from farther away where
/// nothing near has any.
cv::Mat LocalMean(const cv::Mat& colors, const cv::Mat& weight, double sigma) {
  cv::Mat weighted = colors.clone();
  for (int y = 0; y < colors.rows; ++y) {
    for (int x = 0; x < colors.cols; ++x) {
      weighted.at<cv::Vec3f>(y, x) *= weight.at<float>(y, x);
    }
  }
  cv::Mat mean(colors.size(), CV_32FC3, cv::Scalar::all(0));
  cv::Mat settled(colors.size(), CV_32F, cv::Scalar(0));
  for (const double scale : {1.0, 3.0, 12.0}) {
    // Wide means need not be sharp: they are taken at a reduced size.
    const double shrink = 1 / std::max(1.0, sigma * scale / 4);
    cv::Mat sum, total;
    cv::resize(weighted, sum, {}, shrink, shrink, cv::INTER_AREA);
    cv::resize(weight, total, {}, shrink, shrink, cv::INTER_AREA);
    const double reduced = sigma * scale * shrink;
    cv::GaussianBlur(sum, sum, {}, reduced);
    cv::GaussianBlur(total, total, {}, reduced);
    cv::resize(sum, sum, colors.size());
    cv::resize(total, total, colors.size());
    for (int y = 0; y < colors.rows; ++y) {
      for (int x = 0; x < colors.cols; ++x) {
        const float have = total.at<float>(y, x);
        float& done = settled.at<float>(y, x);
        const float part = std::min(1 - done, have / 0.02f);
        if (part <= 0 || have < 1e-7f) continue;
        mean.at<cv::Vec3f>(y, x) += sum.at<cv::Vec3f>(y, x) * (part / have);
        done += part;
      }
    }
  }
  for (int y = 0; y < colors.rows; ++y) {
    for (int x = 0; x < colors.cols; ++x) {
      const float done = settled.at<float>(y, x);
      if (done > 1e-4f) mean.at<cv::Vec3f>(y, x) /= done;
    }
  }
  return mean;
}

/// Weight of foreground: the less like sky the more, as edges are mixtures.
/// @param pure  the higher the fewer mixtures count
cv::Mat ForegroundWeight(const cv::Mat& colors,
                         const cv::Mat& sky,
                         const cv::Mat& mask,
                         double pure) {
  cv::Mat weight(colors.size(), CV_32F, cv::Scalar(0));
  for (int y = 0; y < colors.rows; ++y) {
    for (int x = 0; x < colors.cols; ++x) {
      if (mask.at<uchar>(y, x)) continue;
      const cv::Vec3f& s = sky.at<cv::Vec3f>(y, x);
      const double apart =
          cv::norm(colors.at<cv::Vec3f>(y, x) - s) / (cv::norm(s) + 1e-3);
      weight.at<float>(y, x) =
          static_cast<float>(0.01 * std::pow(0.5, pure - 4) +
                             std::pow(std::min(apart, 1.0), pure));
    }
  }
  return weight;
}

/// What is before the sky. Among branches nearly all is a mixture, and what is
/// purest farther around tells more than the mean of what is near.
cv::Mat Foreground(const cv::Mat& colors,
                   const cv::Mat& sky,
                   const cv::Mat& mask,
                   const cv::Mat& fine) {
  const double long_edge = std::max(mask.rows, mask.cols);
  cv::Mat near = LocalMean(
      colors, ForegroundWeight(colors, sky, mask, 4), 0.008 * long_edge);
  const cv::Mat pure = LocalMean(
      colors, ForegroundWeight(colors, sky, mask, 9), 0.02 * long_edge);
  for (int y = 0; y < near.rows; ++y) {
    for (int x = 0; x < near.cols; ++x) {
      cv::Vec3f& color = near.at<cv::Vec3f>(y, x);
      color += (pure.at<cv::Vec3f>(y, x) - color) * fine.at<float>(y, x);
    }
  }
  return near;
}

/// Broad places nearly of the sky's colour that are not sky: they would pass
/// for mixtures of it and something dark.
cv::Mat PaleWalls(const cv::Mat& colors,
                  const cv::Mat& sky,
                  const cv::Mat& mask) {
  cv::Mat pale(colors.size(), CV_8U, cv::Scalar(0));
  for (int y = 0; y < colors.rows; ++y) {
    for (int x = 0; x < colors.cols; ++x) {
      const cv::Vec3f& s = sky.at<cv::Vec3f>(y, x);
      const double apart =
          cv::norm(colors.at<cv::Vec3f>(y, x) - s) / (cv::norm(s) + 1e-3);
      if (!mask.at<uchar>(y, x) && apart < kPale) pale.at<uchar>(y, x) = 255;
    }
  }
  cv::morphologyEx(pale, pale, cv::MORPH_CLOSE, cv::Mat::ones(3, 3, CV_8U));
  pale.setTo(0, mask);
  cv::morphologyEx(pale, pale, cv::MORPH_OPEN, cv::Mat::ones(5, 5, CV_8U));
  cv::Mat labels, stats, centers;
  cv::connectedComponentsWithStats(pale, labels, stats, centers, 8);
  const double least = kLeastWall * static_cast<double>(pale.total());
  for (int y = 0; y < pale.rows; ++y) {
    for (int x = 0; x < pale.cols; ++x) {
      const int label = labels.at<int>(y, x);
      if (stats.at<int>(label, cv::CC_STAT_AREA) < least) {
        pale.at<uchar>(y, x) = 0;
      }
    }
  }
  cv::morphologyEx(pale, pale, cv::MORPH_CLOSE, cv::Mat::ones(9, 9, CV_8U));
  pale.setTo(0, mask);
  return pale;
}

/// 1 where sky and foreground alternate, as in branches; 0 along one edge.
cv::Mat Fineness(const cv::Mat& mask, double long_edge) {
  cv::Mat core, edges;
  cv::erode(mask, core, cv::Mat::ones(3, 3, CV_8U));
  cv::Mat(mask & ~core).convertTo(edges, CV_32F, 1 / 255.0);
  const int side =
      2 * std::max(3, static_cast<int>(kFineShare * long_edge)) + 1;
  cv::boxFilter(edges, edges, CV_32F, {side, side});
  for (int y = 0; y < edges.rows; ++y) {
    for (int x = 0; x < edges.cols; ++x) {
      float& fine = edges.at<float>(y, x);
      fine = SmoothStep(kOneEdge, kManyEdges, fine);
    }
  }
  cv::GaussianBlur(edges, edges, {}, 0.25 * side);
  return edges;
}

/// How near the sky a pixel must be to have a share of it, 0..1.
cv::Mat Support(const cv::Mat& mask, const cv::Mat& fine, double long_edge) {
  const auto reach = [&mask](double band) {
    cv::Mat near, support;
    cv::dilate(mask, near, Disc(band));
    near.convertTo(support, CV_32F, 1 / 255.0);
    cv::GaussianBlur(support, support, {}, std::max(0.5, 0.3 * band));
    return support;
  };
  const cv::Mat among = reach(kBandShare * long_edge).mul(fine);
  return cv::max(among, reach(std::max(1.5, kEdgeShare * long_edge)));
}

cv::Vec3f Root(const cv::Vec3f& v) {
  return {std::sqrt(std::max(0.0f, v[0])),
          std::sqrt(std::max(0.0f, v[1])),
          std::sqrt(std::max(0.0f, v[2]))};
}

}  // namespace

SkyMatte::SkyMatte(const ImageF& linear,
                   const cv::Mat& mask,
                   const cv::Mat& within) {
  const cv::Mat colors(linear.height(),
                       linear.width(),
                       CV_32FC3,
                       const_cast<float*>(linear.data()));
  const double long_edge = std::max(mask.rows, mask.cols);
  const cv::Mat fine = Fineness(mask, long_edge);
  cv::Mat support = Support(mask, fine, long_edge);
  cv::Mat core8, core, hard;
  cv::erode(mask, core8, cv::Mat());
  core8.convertTo(core, CV_32F, 1 / 255.0);
  if (!within.empty()) {
    cv::Mat allowed;
    cv::dilate(within, allowed, cv::Mat::ones(3, 3, CV_8U));
    support.setTo(0, allowed == 0);
  }
  mask.convertTo(hard, CV_32F, 1 / 255.0);

  cv::Mat weight = core + 1e-3 * hard;
  const cv::Mat sky = LocalMean(colors, weight, 0.012 * long_edge);
  cv::Mat walls;
  PaleWalls(colors, sky, mask).convertTo(walls, CV_32F, 1 / 255.0);
  cv::GaussianBlur(walls, walls, {}, 0.7);
  support = support.mul(1 - walls);
  const cv::Mat foreground = Foreground(colors, sky, mask, fine);
  cv::Mat guide(colors.size(), CV_32FC3);
  for (int y = 0; y < guide.rows; ++y) {
    for (int x = 0; x < guide.cols; ++x) {
      guide.at<cv::Vec3f>(y, x) = Root(colors.at<cv::Vec3f>(y, x));
    }
  }
  const cv::Mat guided =
      FitGuidedModel(guide,
                     hard,
                     std::max(2, static_cast<int>(0.004 * long_edge)),
                     kGuideEpsilon)
          .Packed();
  const std::array<cv::Mat, 6> parts = {
      sky, foreground, core, support, hard, guided};
  cv::merge(parts.data(), parts.size(), map_);
}

SkyMatte::Sample SkyMatte::Row::At(int x, const float* rgb) const {
  const float* map = map_.At(x);
  Sample sample;
  sample.sky = {map[0], map[1], map[2]};
  const float core = map[6], support = map[7];
  if (support <= 0.002f) return sample;
  const cv::Vec3f pixel(rgb[0], rgb[1], rgb[2]);
  const cv::Vec3f root = Root(pixel);
  const float* model = map + kGuided;
  const float guided = std::clamp(
      model[0] + model[1] * root[0] + model[2] * root[1] + model[3] * root[2],
      0.0f,
      1.0f);
  const cv::Vec3f foreground(map[3], map[4], map[5]);
  const cv::Vec3f across = sample.sky - foreground;
  const float length2 = across.dot(across);
  float mixed = guided;
  if (length2 > 1e-6f) {
    const cv::Vec3f offset = pixel - foreground;
    const float along = offset.dot(across) / length2;
    const cv::Vec3f aside = offset - across * along;
    const float stray = std::sqrt(aside.dot(aside) / length2);
    const float keyed = std::clamp((along - 0.04f) / 0.9f, 0.0f, 1.0f) *
                        (1 - SmoothStep(0.15f, 0.4f, stray));
    const auto contrast =
        static_cast<float>(cv::norm(Root(sample.sky) - Root(foreground)));
    mixed +=
        (keyed - guided) * SmoothStep(kLeastContrast, kFullContrast, contrast);
  }
  // What was found to be sky is, also where its colour is another nearby: the
  // rest of a cloud between leaves.
  const float found = map[8];
  mixed = std::max(mixed, found * guided);
  sample.alpha = std::max(core * core, mixed * std::min(1.0f, support));
  return sample;
}

}  // namespace stage::engine
