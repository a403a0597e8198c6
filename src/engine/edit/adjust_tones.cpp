#include "engine/edit/adjust_tones.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <vector>

#include "engine/edit/guided_filter.h"
#include "engine/edit/map_row.h"
#include "engine/edit/oklab.h"
#include "engine/edit/tone_curve.h"
#include "engine/edit/white_balance.h"
#include "engine/render/color.h"

namespace stage::engine {
namespace {

constexpr int kBaseLongEdgePx = 1024;
constexpr double kBaseRadiusShare = 0.03;  // of the long edge
constexpr double kBaseEpsilon = 0.25;      // stops², flat below
constexpr float kDarkest = 1 / 4096.0f;
// What 100 is worth, in stops.
constexpr float kShadowStops = 1.6f;
constexpr float kHighlightStops = 1.4f;
constexpr float kClarity = 0.6f;
// Where shadows end and highlights begin, in stops below white.
constexpr float kShadowsFull = -6.0f, kShadowsEnd = -1.4f;
constexpr float kHighlightsBegin = -3.2f, kHighlightsFull = -0.3f;
constexpr float kVividChroma = 0.22f;  // Oklab; vibrance leaves it alone

float SmoothStep(float from, float to, float value) {
  const float t = std::clamp((value - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

float Stops(const float* rgb) {
  return std::log2(std::max(Luminance(LoadColor(rgb)), kDarkest));
}

/// The edge-preserving base of the luminance, in stops.
cv::Mat BaseOf(const Photo& photo, const ColorConverter& converter) {
  const ImageF small = ReadLinear(photo, converter, kBaseLongEdgePx);
  cv::Mat stops(small.height(), small.width(), CV_32F);
  for (int y = 0; y < stops.rows; ++y) {
    for (int x = 0; x < stops.cols; ++x) {
      stops.at<float>(y, x) = Stops(&small.at(x, y));
    }
  }
  const int radius = std::max(
      2, static_cast<int>(kBaseRadiusShare * std::max(stops.rows, stops.cols)));
  return FitGuidedModel(stops, stops, radius, kBaseEpsilon).Packed();
}

class ToneAdjustment {
 public:
  ToneAdjustment(const Adjustments& a,
                 const Photo& photo,
                 const ColorConverter& converter)
      : amounts_(a),
        gain_(std::exp2(static_cast<float>(a.exposure))),
        curve_(a, MostGain(a)),
        balance_(WhiteBalanceMatrix(a.warm, a.tint)) {
    if (a.highlights != 0 || a.shadows != 0 || a.clarity != 0) {
      base_ = BaseOf(photo, converter);
    }
  }

  void Rows(int first,
            int end,
            const ColorConverter& converter,
            Photo& photo) const {
    const int width = photo.width();
    std::vector<float> row(static_cast<size_t>(width) * 3);
    std::optional<MapRow> base;
    if (!base_.empty()) base.emplace(base_, width, photo.height());
    for (int y = first; y < end; ++y) {
      if (base) base->Load(y);
      converter.ToLinear(photo, 0, y, width, row.data());
      for (int x = 0; x < width; ++x) {
        Pixel(base ? base->At(x) : nullptr, &row[static_cast<size_t>(x) * 3]);
      }
      converter.FromLinear(row.data(), 0, y, width, photo);
    }
  }

 private:
  static double MostGain(const Adjustments& a) {
    double stops = a.exposure;
    stops += std::max(0.0, a.highlights / 100 * kHighlightStops);
    return std::exp2(std::max(0.0, stops));
  }

  float LocalGain(const float* model, const float* rgb) const {
    const float stops = Stops(rgb);
    const float base = model[0] + model[1] * stops;
    const float shadow = 1 - SmoothStep(kShadowsFull, kShadowsEnd, base);
    const float bright = SmoothStep(kHighlightsBegin, kHighlightsFull, base);
    const float middle =
        1 - std::max(SmoothStep(-2, 0, base), 1 - SmoothStep(-8, -5, base));
    float gain =
        static_cast<float>(amounts_.shadows / 100) * kShadowStops * shadow +
        static_cast<float>(amounts_.highlights / 100) * kHighlightStops *
            bright;
    gain += static_cast<float>(amounts_.clarity / 100) * kClarity * middle *
            std::clamp(stops - base, -2.0f, 2.0f);
    return std::exp2(gain);
  }

  void Pixel(const float* base, float* rgb) const {
    float gain = gain_;
    if (base != nullptr) gain *= LocalGain(base, rgb);
    const cv::Vec3f in(rgb[0] * gain, rgb[1] * gain, rgb[2] * gain);
    const bool balanced = amounts_.warm != 0 || amounts_.tint != 0;
    const cv::Vec3f light = balanced ? balance_ * in : in;
    for (int c = 0; c < 3; ++c) {
      rgb[c] = curve_.is_identity() ? light[c] : curve_(light[c]);
    }
    if (amounts_.saturation == 0 && amounts_.vibrance == 0) return;
    Oklab lab = OklabOf(rgb);
    const float chroma = std::hypot(lab.a, lab.b);
    const float pale = 1 - std::min(1.0f, chroma / kVividChroma);
    const float factor =
        std::max(0.0f,
                 1 + static_cast<float>(amounts_.saturation / 100) +
                     static_cast<float>(amounts_.vibrance / 100) * pale);
    lab.a *= factor;
    lab.b *= factor;
    RgbOf(lab, rgb);
  }

  Adjustments amounts_;
  float gain_;
  ToneCurve curve_;
  cv::Matx33f balance_;
  cv::Mat base_;  ///< offset and gain of the base, or empty
};

}  // namespace

void AdjustTones(const Adjustments& adjustments,
                 const ColorConverter& converter,
                 const WorkControl& control,
                 Photo& photo) {
  const ToneAdjustment tones(adjustments, photo, converter);
  ParallelRows(photo.height(), control, [&](int first, int end) {
    tones.Rows(first, end, converter, photo);
  });
}

}  // namespace stage::engine
