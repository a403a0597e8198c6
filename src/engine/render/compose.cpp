#include "engine/render/compose.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <vector>

#include "engine/render/color.h"
#include "engine/render/film_look.h"
#include "engine/render/layer_upsampling.h"
#include "engine/render/parallel.h"
#include "engine/render/room_exposure.h"

namespace stage::engine {
namespace {

constexpr float kUnseenCoverage = 1 / 512.0f;
constexpr float kDeadBand = 0.02f;    // relative light change that is left out
constexpr float kRamp = 0.05f;        // over which a change comes in smoothly
constexpr float kDark = 0.02f;        // linear; keeps relative change finite
constexpr float kRenderBlur = 0.45f;  // sigma of the render's pixel filter

// Highlights roll off as a tone-mapped photo's do, instead of clipping.
float Shoulder(float v) {
  constexpr float kKnee = 0.6f, kRoom = 0.96f - kKnee;
  if (v <= kKnee) return v;
  return kKnee + kRoom * (1 - std::exp(-(v - kKnee) / kRoom));
}

float SmoothStep(float t) {
  t = std::clamp(t, 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

// The layer softened to the photo's own sharpness; nullopt when it is no
// sharper than the photo already.
std::optional<ImageF> Softened(const ImageF& layer, float sigma) {
  if (sigma < 0.3f) return std::nullopt;
  ImageF soft(layer.width(), layer.height(), layer.channels());
  const int type = CV_MAKETYPE(CV_32F, layer.channels());
  const cv::Mat from(
      layer.height(), layer.width(), type, const_cast<float*>(layer.data()));
  cv::Mat to(layer.height(), layer.width(), type, soft.data());
  cv::GaussianBlur(from, to, cv::Size(0, 0), sigma);
  return soft;
}

ImageF ForegroundMask(const Scene& scene) {
  const ImageU8& mask = scene.foreground;
  bool any = false;
  for (size_t i = 0; i < mask.size_bytes() && !any; ++i) any = mask.data()[i];
  if (!any) return {};
  ImageF front(mask.width(), mask.height(), 1);
  for (size_t i = 0; i < mask.size_bytes(); ++i) {
    front.data()[i] = static_cast<float>(mask.data()[i]) / 255.0f;
  }
  cv::Mat soft(mask.height(), mask.width(), CV_32F, front.data());
  cv::GaussianBlur(soft, soft, cv::Size(0, 0), 0.7);
  return front;
}

class Composition {
 public:
  Composition(const Scene& scene,
              const RenderLayers& layers,
              const ColorConverter& converter,
              Photo& photo)
      : layers_(layers),
        converter_(converter),
        photo_(photo),
        look_(MeasureFilmLook(photo, converter)),
        exposure_(layers),
        foreground_(ForegroundMask(scene)) {
    const float scale = static_cast<float>(photo.width()) /
                        static_cast<float>(layers.coverage.width());
    const float own_blur = kRenderBlur * std::max(1.0f, scale);
    const float missing = std::sqrt(
        std::max(0.0f, look_.blur_px * look_.blur_px - own_blur * own_blur));
    soft_furniture_ = Softened(layers.furniture, missing / scale);
    soft_coverage_ = Softened(layers.coverage, missing / scale);
  }

  void Run();

 private:
  struct Rows {
    UpsampledRows furniture, coverage, ratio;
    std::optional<UpsampledRows> gloss, foreground;
  };
  Rows MakeRows() const;
  void ComposeRow(int y, Rows& rows, std::vector<float>& linear);
  bool ComposePixel(int x,
                    int y,
                    const float* furniture,
                    float coverage,
                    const float* ratio,
                    const float* gloss,
                    float* pixel) const;

  const RenderLayers& layers_;
  const ColorConverter& converter_;
  Photo& photo_;
  const FilmLook look_;
  const RoomExposure exposure_;
  const ImageF foreground_;
  std::optional<ImageF> soft_furniture_, soft_coverage_;
};

Composition::Rows Composition::MakeRows() const {
  const int width = photo_.width(), height = photo_.height();
  const ImageF& furniture =
      soft_furniture_ ? *soft_furniture_ : layers_.furniture;
  const ImageF& coverage = soft_coverage_ ? *soft_coverage_ : layers_.coverage;
  auto enlarged = [&](const ImageF& layer, UpsamplingKernel kernel) {
    return UpsampledRows(layer, width, height, kernel);
  };
  Rows rows{enlarged(furniture, UpsamplingKernel::kCubic),
            enlarged(coverage, UpsamplingKernel::kCubic),
            UpsampledRows(layers_.ratio,
                          width,
                          height,
                          UpsamplingKernel::kLinear,
                          [this](int row, float* ratio) {
                            exposure_.Adjust(row, ratio);
                          }),
            std::nullopt,
            std::nullopt};
  if (!layers_.gloss.empty()) {
    rows.gloss.emplace(enlarged(layers_.gloss, UpsamplingKernel::kLinear));
  }
  if (!foreground_.empty()) {
    rows.foreground.emplace(enlarged(foreground_, UpsamplingKernel::kLinear));
  }
  return rows;
}

void Composition::Run() {
  constexpr int kBand = 64;
  const WorkControl control{ThreadCount(0), {}, {}};
  const int bands = (photo_.height() + kBand - 1) / kBand;
  ParallelFor(bands, control, [&](int band) {
    Rows rows = MakeRows();
    std::vector<float> linear(3 * static_cast<size_t>(photo_.width()));
    const int end = std::min(photo_.height(), (band + 1) * kBand);
    for (int y = band * kBand; y < end; ++y) ComposeRow(y, rows, linear);
  });
}

void Composition::ComposeRow(int y, Rows& rows, std::vector<float>& linear) {
  const int width = photo_.width();
  const float* furniture = rows.furniture.Row(y);
  const float* coverage = rows.coverage.Row(y);
  const float* ratio = rows.ratio.Row(y);
  const float* gloss = rows.gloss ? rows.gloss->Row(y) : nullptr;
  const float* foreground = rows.foreground ? rows.foreground->Row(y) : nullptr;

  auto may_change = [&](int x) {
    if (foreground && foreground[x] > 0.998f) return false;
    if (coverage[x] > kUnseenCoverage) return true;
    for (int c = 0; c < 3; ++c) {
      if (std::fabs(ratio[3 * x + c] - 1) >= kDeadBand) return true;
      if (gloss && std::fabs(gloss[3 * x + c]) > 1e-4f) return true;
    }
    return false;
  };
  for (int x = 0; x < width;) {
    if (!may_change(x)) {
      ++x;
      continue;
    }
    int end = x + 1;
    while (end < width && may_change(end)) ++end;
    converter_.ToLinear(photo_, x, y, end - x, linear.data() + 3 * x);
    int run = -1;  // first of the changed pixels not yet written
    for (; x <= end; ++x) {
      bool changed = false;
      if (x < end) {
        float pixel_gloss[3] = {0, 0, 0};
        float pixel_ratio[3], pixel_furniture[3];
        float front = foreground ? std::clamp(foreground[x], 0.0f, 1.0f) : 0.0f;
        front = SmoothStep((front - 0.2f) / 0.6f);
        for (int c = 0; c < 3; ++c) {
          pixel_ratio[c] = 1 + (ratio[3 * x + c] - 1) * (1 - front);
          pixel_furniture[c] = furniture[3 * x + c] * (1 - front);
          if (gloss) pixel_gloss[c] = gloss[3 * x + c] * (1 - front);
        }
        const float shown = std::clamp(coverage[x], 0.0f, 1.0f) * (1 - front);
        changed = ComposePixel(x,
                               y,
                               pixel_furniture,
                               shown,
                               pixel_ratio,
                               pixel_gloss,
                               linear.data() + 3 * x);
      }
      if (changed && run < 0) run = x;
      if (!changed && run >= 0) {
        converter_.FromLinear(linear.data() + 3 * run, run, y, x - run, photo_);
        run = -1;
      }
    }
    x = end;
  }
}

bool Composition::ComposePixel(int x,
                               int y,
                               const float* furniture,
                               float coverage,
                               const float* ratio,
                               const float* gloss,
                               float* pixel) const {
  float change = 0;
  float room[3];
  for (int c = 0; c < 3; ++c) {
    room[c] = std::max(0.0f, pixel[c] * ratio[c] + gloss[c]);
    change = std::max(
        change,
        std::fabs(room[c] - pixel[c]) / (std::max(0.0f, pixel[c]) + kDark));
  }
  const bool covered = coverage > kUnseenCoverage;
  if (!covered && change < kDeadBand) return false;
  const float share = SmoothStep((change - kDeadBand) / kRamp);
  for (int c = 0; c < 3; ++c) {
    room[c] = pixel[c] + (room[c] - pixel[c]) * share;
  }
  if (!covered) {
    std::copy_n(room, 3, pixel);
    return true;
  }
  float shown[3];
  for (int c = 0; c < 3; ++c) {
    shown[c] = Shoulder(std::max(0.0f, furniture[c]) / coverage);
  }
  const float luminance = Luminance(LoadColor(shown));
  // Grain is even in display values; sqrt stands in for the tone curve.
  const float slope = 2.1f * std::sqrt(std::max(luminance, 1e-3f));
  const float grain =
      look_.grain * slope * GrainAt(x, y, look_.grain_correlation);
  for (int c = 0; c < 3; ++c) {
    pixel[c] =
        std::max(0.0f, shown[c] + grain) * coverage + room[c] * (1 - coverage);
  }
  return true;
}

}  // namespace

void Compose(const Scene& scene,
             const RenderLayers& layers,
             const ColorConverter& converter,
             Photo& photo) {
  Composition(scene, layers, converter, photo).Run();
}

}  // namespace stage::engine
