#include "engine/edit/glaze.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "engine/edit/map_row.h"
#include "engine/edit/mirror_image.h"
#include "engine/mat_view.h"
#include "engine/render/color.h"

namespace stage::engine {
namespace {

constexpr int kWorkLongEdgePx = 3000;
constexpr double kLeastKnown = 0.9;
constexpr double kFrost = 0.012;   // of the long edge: how far light scatters
constexpr double kEdge = 0.0012;   // of the long edge: a pane's polished rim
constexpr float kSilver = 0.92f;   // what a mirror sends back
constexpr float kGlassF0 = 0.08f;  // two faces of 4 %
const Color kClear(0.90f, 0.935f, 0.92f);
const Color kMilk(0.90f, 0.93f, 0.925f);
constexpr float kVeil = 0.12f;  // what frost sends back of the light around

/// Means near each pixel over what the mask covers.
cv::Mat Scattered(const cv::Mat& colors, const cv::Mat& mask, double sigma) {
  cv::Mat weight, weighted = colors.clone(), total;
  mask.convertTo(weight, CV_32F, 1 / 255.0);
  weighted.setTo(cv::Scalar::all(0), mask == 0);
  cv::GaussianBlur(weighted, weighted, {}, sigma);
  cv::GaussianBlur(weight, total, {}, sigma);
  std::array<cv::Mat, 3> channels;
  cv::split(weighted, channels.data());
  for (cv::Mat& channel : channels) channel /= total + 1e-4f;
  cv::Mat mean;
  cv::merge(channels.data(), channels.size(), mean);
  return mean;
}

/// The light around: the mean of what the mask covers.
Color MeanLight(const cv::Mat& colors, const cv::Mat& mask) {
  const cv::Scalar mean = cv::mean(colors, mask);
  return {static_cast<float>(mean[0]),
          static_cast<float>(mean[1]),
          static_cast<float>(mean[2])};
}

class PanePainter {
 public:
  PanePainter(Pane pane, const Color& around, double long_edge)
      : pane_(pane), around_(around), rim_(std::max(1.2, kEdge * long_edge)) {}

  /// @param rgb       the photo's pixel, linear
  /// @param through   the scattered picture there
  /// @param mirrored  what is mirrored there
  /// @param facing    cosine; 1 where it is not known
  /// @param inside    pixels from the pane's edge
  Color At(const Color& rgb,
           const Color& through,
           const Color& mirrored,
           float facing,
           float inside) const {
    const float fresnel = kGlassF0 + (1 - kGlassF0) * SchlickWeight(facing);
    // Light runs out of the rim, greenish in glass, dark in mirrors.
    const float rim = std::clamp(
        1 - std::abs(inside - 0.8f * rim_) / (0.8f * rim_), 0.0f, 1.0f);
    switch (pane_) {
      case Pane::kMirror:
        return mirrored * kSilver * (1 - 0.4f * rim);
      case Pane::kClearGlass:
        return (rgb * kClear * (1 - fresnel) + mirrored * fresnel) *
               (1 - 0.25f * rim * Color(1, 0.6f, 0.8f));
      case Pane::kFrostedGlass:
      case Pane::kNone:
        break;
    }
    return ((1 - kVeil) * through + kVeil * around_) * kMilk *
           (1 - 0.2f * rim * Color(1, 0.7f, 0.85f));
  }

 private:
  Pane pane_;
  Color around_;
  float rim_;
};

/// What shines on the pane or comes through it, at working size.
struct Maps {
  cv::Mat map;  ///< scattered RGB, then mirrored RGB
  Color around;
};

Maps MapsOf(const Scene& scene,
            const MaskedSurfaces* surfaces,
            Pane pane,
            const ImageU8& mask,
            const ImageF& linear,
            const Photo& photo,
            const WorkControl& control) {
  const cv::Mat colors(linear.height(),
                       linear.width(),
                       CV_32FC3,
                       const_cast<float*>(linear.data()));
  cv::Mat small;
  cv::resize(MatOf(mask), small, colors.size(), 0, 0, cv::INTER_NEAREST);
  cv::Mat through = colors, mirrored(colors.size(), CV_32FC3, cv::Scalar(0));
  if (pane == Pane::kFrostedGlass) {
    through =
        Scattered(colors, small, kFrost * std::max(colors.rows, colors.cols));
  } else {
    const RoomPrism prism(scene.room);
    MirrorImage image =
        MirrorOf(prism,
                 *surfaces,
                 View(scene.camera, linear.width(), linear.height()),
                 linear,
                 small,
                 static_cast<double>(mask.width()) / linear.width(),
                 0,
                 control);
    if (pane == Pane::kMirror && image.known < kLeastKnown) {
      throw Error(ErrorKind::kGeometry,
                  photo.source.path.filename().string() +
                      ": a mirror there would show what lies outside of the "
                      "picture; choose a wall that is seen at a slant, or "
                      "give --prompt a diffusion model");
    }
    mirrored = std::move(image.colors);
  }
  Maps maps;
  maps.around = MeanLight(colors, small);
  cv::merge(std::array<cv::Mat, 2>{through, mirrored}.data(), 2, maps.map);
  return maps;
}

}  // namespace

void Glaze(const Scene& scene,
           const MaskedSurfaces* surfaces,
           Pane pane,
           const ImageU8& mask,
           const ColorConverter& converter,
           const WorkControl& control,
           Photo& photo) {
  const int width = photo.width(), height = photo.height();
  const Maps maps = MapsOf(scene,
                           surfaces,
                           pane,
                           mask,
                           ReadLinear(photo, converter, kWorkLongEdgePx),
                           photo,
                           control.Part(0, 0.3));
  cv::Mat inside;
  cv::distanceTransform(MatOf(mask) != 0, inside, cv::DIST_L2, 3);
  const RoomPrism prism(scene.room);
  const View view(scene.camera, width, height);
  const PanePainter painter(pane, maps.around, std::max(width, height));
  ParallelRows(height, control.Part(0.3, 1), [&](int first, int end) {
    MapRow row(maps.map, width, height);
    std::vector<float> pixels(static_cast<size_t>(width) * 3);
    for (int y = first; y < end; ++y) {
      row.Load(y);
      const float* depth = inside.ptr<float>(y);
      for (int x = 0; x < width;) {
        if (depth[x] <= 0) {
          ++x;
          continue;
        }
        int last = x;
        while (last < width && depth[last] > 0) ++last;
        converter.ToLinear(photo, x, y, last - x, pixels.data());
        for (int i = x; i < last; ++i) {
          float* rgb = &pixels[static_cast<size_t>(i - x) * 3];
          float facing = 1;
          if (surfaces != nullptr) {
            const Eigen::Vector3f ray = view.Ray(static_cast<float>(i) + 0.5f,
                                                 static_cast<float>(y) + 0.5f);
            const int face = surfaces->FaceAt(i, y, ray);
            if (face >= 0) {
              facing = std::max(
                  0.0f,
                  -ray.dot(prism.faces()[static_cast<size_t>(face)].normal));
            }
          }
          const float* map = row.At(i);
          const Color old = LoadColor(rgb);
          const Color made = painter.At(
              old, LoadColor(map), LoadColor(map + 3), facing, depth[i]);
          const float part = std::min(1.0f, depth[i] / 1.8f);
          StoreColor(old + part * (made - old), rgb);
        }
        converter.FromLinear(pixels.data(), x, y, last - x, photo);
        x = last;
      }
    }
  });
}

}  // namespace stage::engine
