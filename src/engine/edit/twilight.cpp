#include "engine/edit/twilight.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/catalogue/procedural/noise.h"
#include "engine/edit/guided_filter.h"
#include "engine/edit/white_balance.h"
#include "engine/render/color.h"

namespace stage::engine {
namespace {

const cv::Vec3f kTungsten(1.0f, 0.66f, 0.33f);  // about 2900 K by display
constexpr float kDarkest = 1 / 1024.0f;
constexpr double kBaseEpsilon = 0.3;  // stops²

float SmoothStep(float from, float to, float value) {
  const float t = std::clamp((value - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

/// Saturation around luminance, then the colour of the light.
cv::Matx33f Grade(double kelvin, float saturation) {
  const cv::Matx33f white =
      AdaptationMatrix(Chromaticity(6504, 0), Chromaticity(kelvin, 0));
  cv::Matx33f pale;
  const cv::Vec3f weights(0.2126f, 0.7152f, 0.0722f);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      pale(i, j) = (1 - saturation) * weights[j] + (i == j ? saturation : 0);
    }
  }
  return white * pale;
}

cv::Mat ColorsOf(const ImageF& linear) {
  return {linear.height(),
          linear.width(),
          CV_32FC3,
          const_cast<float*>(linear.data())};
}

/// How much each place keeps of the daylight, by its broad brightness.
cv::Mat GainMap(const ImageF& linear, const cv::Mat& sky, const Ambient& a) {
  cv::Mat stops(linear.height(), linear.width(), CV_32F);
  double sum = 0, count = 0;
  for (int y = 0; y < stops.rows; ++y) {
    for (int x = 0; x < stops.cols; ++x) {
      const float s =
          std::log2(std::max(kDarkest, Luminance(LoadColor(&linear.at(x, y)))));
      stops.at<float>(y, x) = s;
      if (sky.at<uchar>(y, x)) continue;
      sum += s;
      ++count;
    }
  }
  const auto middle = static_cast<float>(count > 0 ? sum / count : -2.5);
  // The sky's own brightness must not leak into the broad areas beside it.
  stops.setTo(middle, sky);
  const int radius = std::max(3, std::max(stops.rows, stops.cols) / 25);
  const cv::Mat base = ApplyGuidedModel(
      FitGuidedModel(stops, stops, radius, kBaseEpsilon), stops);
  cv::Mat gain(stops.size(), CV_32F);
  for (int y = 0; y < stops.rows; ++y) {
    for (int x = 0; x < stops.cols; ++x) {
      const float above = std::max(0.0f, base.at<float>(y, x) - middle);
      gain.at<float>(y, x) = std::exp2(a.stops - a.flattening * above);
    }
  }
  return gain;
}

/// What a lit room behind a window looks like from the street: bright near its
/// lamp, curtains at the sides, darker towards the floor.
void PaintRoom(const FacadeWindow& window,
               float radiance,
               uint32_t seed,
               cv::Mat& emission,
               cv::Mat& glass) {
  procedural::Random random(seed);
  const float lamp_x = random.Range(0.25f, 0.75f);
  const float lamp_y = random.Range(0.1f, 0.35f);
  const float level = radiance * random.Range(0.72f, 1.1f);
  const float curtain = random.Range(0.1f, 0.24f);
  const cv::Vec3f tone(kTungsten[0],
                       kTungsten[1] * random.Range(0.94f, 1.08f),
                       kTungsten[2] * random.Range(0.85f, 1.25f));
  const cv::Rect box = cv::Rect(window.box.x - 1,
                                window.box.y - 1,
                                window.box.width + 2,
                                window.box.height + 2) &
                       cv::Rect(0, 0, emission.cols, emission.rows);
  const auto width = static_cast<float>(window.box.width);
  const auto height = static_cast<float>(window.box.height);
  for (int y = box.y; y < box.y + box.height; ++y) {
    for (int x = box.x; x < box.x + box.width; ++x) {
      const float u = static_cast<float>(x - window.box.x) / width;
      const float v = static_cast<float>(y - window.box.y) / height;
      const float dx = (u - lamp_x) * width / height, dy = v - lamp_y;
      float light = 0.42f + 0.75f * std::exp(-3.5f * (dx * dx + dy * dy)) -
                    0.22f * SmoothStep(0.55f, 1.0f, v);
      const float side = std::min(u, 1 - u);
      const float pleats =
          0.86f + 0.14f * std::sin(u * width * 0.9f +
                                   3 * procedural::Noise2(u * 9, v * 2, seed));
      const float drawn = 1 - SmoothStep(curtain - 0.03f, curtain, side);
      light *= 1 + drawn * (0.78f * pleats - 1);
      light *= 1 + 0.16f * procedural::Fbm2(u * 3, v * 3, 3, 0.5f, seed);
      emission.at<cv::Vec3f>(y, x) = tone * std::max(0.0f, level * light);
      glass.at<cv::Vec2f>(y, x) = {window.glass, window.frame};
    }
  }
}

cv::Mat Blurred(const cv::Mat& light, double sigma, double drop) {
  const double shrink = 1 / std::max(1.0, sigma / 4);
  cv::Mat small;
  cv::resize(light, small, {}, shrink, shrink, cv::INTER_AREA);
  cv::GaussianBlur(small, small, {}, sigma * shrink);
  const cv::Matx23f down(1, 0, 0, 0, 1, static_cast<float>(drop * shrink));
  cv::warpAffine(small, small, down, small.size());
  cv::resize(small, small, light.size());
  return small;
}

}  // namespace

Ambient AmbientUnder(SkyKind sky) {
  switch (sky) {
    case SkyKind::kGolden:
      return {Grade(5600, 0.95f), -0.9f, 0.22f, 0.62f};
    case SkyKind::kSunrise:
      return {Grade(7000, 0.92f), -0.9f, 0.28f, 0.5f};
    case SkyKind::kBlue:
      return {Grade(15000, 0.72f), -2.9f, 0.34f, 0.95f};
    case SkyKind::kDusk:
      return {Grade(9000, 0.86f), -1.6f, 0.32f, 0.95f};
    default:
      return {cv::Matx33f::eye(), 0, 0, 0};
  }
}

Twilight::Twilight(const ImageF& linear,
                   const cv::Mat& sky,
                   const std::vector<FacadeWindow>& windows,
                   const Ambient& ambient,
                   uint64_t seed)
    : ambient_(ambient) {
  const cv::Mat colors = ColorsOf(linear);
  const double long_edge = std::max(colors.rows, colors.cols);
  cv::Mat emission(colors.size(), CV_32FC3, cv::Scalar::all(0));
  // Nothing is dark enough to be glass where there is no window.
  cv::Mat glass(colors.size(), CV_32FC2, cv::Scalar(-1, -0.5));
  for (size_t i = 0; i < windows.size(); ++i) {
    PaintRoom(windows[i],
              ambient.window_light,
              procedural::Hash(static_cast<uint32_t>(seed),
                               static_cast<uint32_t>(i + 1)),
              emission,
              glass);
  }
  // Light leaves through the glass only.
  cv::Mat shining = emission.clone();
  for (int y = 0; y < shining.rows; ++y) {
    for (int x = 0; x < shining.cols; ++x) {
      const cv::Vec2f& g = glass.at<cv::Vec2f>(y, x);
      shining.at<cv::Vec3f>(y, x) *=
          1 - SmoothStep(g[0],
                         g[1],
                         Luminance(LoadColor(colors.ptr<float>(y) + 3 * x)));
    }
  }
  const cv::Mat glow = 0.16 * Blurred(shining, 0.006 * long_edge, 0) +
                       0.10 * Blurred(shining, 0.03 * long_edge, 0);
  // On the ground and the wall below, by what these reflect.
  const cv::Mat spill =
      2.2 * Blurred(shining, 0.025 * long_edge, 0.02 * long_edge) +
      2.6 * Blurred(shining, 0.06 * long_edge, 0.07 * long_edge);
  const std::array<cv::Mat, 5> parts = {
      GainMap(linear, sky, ambient), emission, glass, glow, spill};
  cv::merge(parts.data(), parts.size(), map_);
}

cv::Vec3f Twilight::Row::Light(int x,
                               const float* pixel,
                               const cv::Vec3f& foreground) const {
  const float* map = map_.At(x);
  const cv::Vec3f room(map[1], map[2], map[3]);
  const cv::Vec3f glow(map[6], map[7], map[8]);
  const cv::Vec3f spill(map[9], map[10], map[11]);
  cv::Vec3f light = twilight_.ambient_.grade * foreground * map[0];
  light += foreground.mul(spill) * 0.55f;
  if (room[0] > 0) {
    const float open =
        1 - SmoothStep(map[4], map[5], Luminance(LoadColor(pixel)));
    light += (room - light * 0.6f) * open;
  }
  return light + glow;
}

}  // namespace stage::engine
