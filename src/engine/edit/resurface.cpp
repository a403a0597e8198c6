#include "engine/edit/resurface.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/error.h"
#include "engine/edit/covering.h"
#include "engine/edit/glaze.h"
#include "engine/edit/map_row.h"
#include "engine/edit/masked_surfaces.h"
#include "engine/edit/mirror_image.h"
#include "engine/edit/surface_light.h"
#include "engine/edit/surface_material.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

constexpr int kWorkLongEdgePx = 1024;
constexpr double kLeastOnSurface = 0.8;
constexpr double kBlurOfRough = 0.05;  // of the long edge, wholly rough
constexpr float kMatt = 0.25f;
constexpr double kBlurOfUnknown = 0.06;  // of the long edge, of unknown rooms
// What windows show is brighter than the room, though photos are exposed for
// both: their mean in a mirror, and how little of its colour is left.
constexpr float kWindowLight = 0.9f, kWindowColor = 0.35f;
constexpr float kEvenWindows =
    0.3f;  // roughness that leaves one patch of light

[[noreturn]] void Refuse(const Photo& photo, const std::string& why) {
  throw Error(ErrorKind::kGeometry,
              photo.source.path.filename().string() + ": " + why);
}

/// @throws Error(kGeometry) unless the surfaces are sure enough
void CheckSurfaces(const Scene& scene,
                   const MaskedSurfaces& surfaces,
                   const Photo& photo) {
  if (surfaces.share() < kLeastOnSurface) {
    Refuse(photo,
           "the mask lies on several surfaces; give floor, walls or ceiling "
           "one at a time");
  }
  if (surfaces.kind() != "floor" && scene.trust != SceneTrust::kRoom) {
    Refuse(photo, "only the floor of this room is sure, not its walls");
  }
}

/// The picture with its windows as bright as a mirror shows them, and as even
/// as a rough one does.
ImageF WithBrightWindows(const Scene& scene,
                         const ImageF& linear,
                         float roughness) {
  const float even = std::min(1.0f, roughness / kEvenWindows);
  ImageF bright = linear;
  cv::Mat colors(bright.height(), bright.width(), CV_32FC3, bright.data());
  const double scale =
      static_cast<double>(linear.width()) / scene.camera.width_px;
  for (const Opening& opening : scene.room.openings) {
    const auto box = OpeningBoxPx(scene, opening);
    if (opening.kind != OpeningKind::kWindow || !box) continue;
    const cv::Rect area = cv::Rect2d((*box)[0] * scale,
                                     (*box)[1] * scale,
                                     (*box)[2] * scale,
                                     (*box)[3] * scale) &
                          cv::Rect2d(0, 0, colors.cols, colors.rows);
    if (area.area() == 0) continue;
    const cv::Scalar mean = cv::mean(colors(area));
    const auto level = static_cast<float>((mean[0] + mean[1] + mean[2]) / 3);
    const float gain = std::max(1.0f, kWindowLight / std::max(0.02f, level));
    cv::Mat window = colors(area);
    window.forEach<cv::Vec3f>([=](cv::Vec3f& color, const int*) {
      const float grey = (color[0] + color[1] + color[2]) / 3;
      const float left = (1 - even) * kWindowColor;
      const float light = grey + even * (level - grey);
      for (int c = 0; c < 3; ++c) {
        color[c] = gain * (light + left * (color[c] - grey));
      }
    });
  }
  return bright;
}

/// Light and what is mirrored, over the mask at working size.
cv::Mat MapsOf(const Scene& scene,
               LayoutSource source,
               const RoomPrism& prism,
               const MaskedSurfaces& surfaces,
               const SurfaceMaterial& material,
               const ImageU8& mask,
               const ImageF& linear,
               const WorkControl& control) {
  cv::Mat small;
  cv::resize(cv::Mat(mask.height(),
                     mask.width(),
                     CV_8U,
                     const_cast<uint8_t*>(mask.data())),
             small,
             {linear.width(), linear.height()},
             0,
             0,
             cv::INTER_NEAREST);
  const bool loses_gloss = surfaces.kind() == "floor" &&
                           scene.floor_gloss_f0 > 0 && !material.is_glossy();
  const cv::Mat light = LightOn(linear, small, loses_gloss ? kMatt : 1);
  cv::Mat mirrored(small.size(), CV_32FC3, cv::Scalar::all(0));
  if (material.is_glossy()) {
    const float roughness = material.At(0.31f, 0.07f, 0.05f).roughness;
    const double blur = std::max(
        roughness * kBlurOfRough,
        scene.trust == SceneTrust::kRoom && source == LayoutSource::kRoom
            ? 0
            : kBlurOfUnknown);
    mirrored = MirrorOf(prism,
                        surfaces,
                        View(scene.camera, linear.width(), linear.height()),
                        WithBrightWindows(scene, linear, roughness),
                        small,
                        static_cast<double>(mask.width()) / linear.width(),
                        blur * std::max(small.cols, small.rows),
                        control)
                   .colors;
  }
  cv::Mat maps;
  cv::merge(std::array<cv::Mat, 2>{light, mirrored}.data(), 2, maps);
  return maps;
}

/// 1 within the mask, falling to 0 at its edge, never beyond it; as much less
/// where the mask says that a pixel is in part something else.
cv::Mat Coverage(const ImageU8& mask) {
  const cv::Mat shares(
      mask.height(), mask.width(), CV_8U, const_cast<uint8_t*>(mask.data()));
  cv::Mat distance, share;
  cv::distanceTransform(shares != 0, distance, cv::DIST_L2, 3);
  shares.convertTo(share, CV_32F, 1 / 255.0);
  return cv::min(distance / 1.8f, share);
}

/// Paints the covering into the photo, row by row.
void Paint(const Covering& covering,
           const MaskedSurfaces& surfaces,
           const View& view,
           const cv::Mat& maps,
           const cv::Mat& coverage,
           const ColorConverter& converter,
           const WorkControl& control,
           Photo& photo) {
  const int width = photo.width();
  ParallelRows(photo.height(), control, [&](int first, int end) {
    MapRow row(maps, width, photo.height());
    std::vector<float> pixels(static_cast<size_t>(width) * 3);
    for (int y = first; y < end; ++y) {
      row.Load(y);
      const float* part = coverage.ptr<float>(y);
      for (int x = 0; x < width;) {
        if (part[x] <= 0) {
          ++x;
          continue;
        }
        int last = x;
        while (last < width && part[last] > 0) ++last;
        converter.ToLinear(photo, x, y, last - x, pixels.data());
        for (int i = x; i < last; ++i) {
          const Eigen::Vector3f ray = view.Ray(static_cast<float>(i) + 0.5f,
                                               static_cast<float>(y) + 0.5f);
          const int face = surfaces.FaceAt(i, y, ray);
          if (face < 0) continue;
          float* rgb = &pixels[static_cast<size_t>(i - x) * 3];
          const float* map = row.At(i);
          const Color made = covering.At(i, y, face, ray, map, map + 3);
          for (int c = 0; c < 3; ++c) rgb[c] += part[i] * (made[c] - rgb[c]);
        }
        converter.FromLinear(pixels.data(), x, y, last - x, photo);
        x = last;
      }
    }
  });
}

}  // namespace

ResurfaceReport Resurface(const Scene& scene,
                          LayoutSource source,
                          const std::string& material_name,
                          const ImageU8& mask,
                          const ColorConverter& converter,
                          const WorkControl& control,
                          Photo& photo) {
  const Pane pane = PaneNamed(material_name);
  if (scene.trust == SceneTrust::kNone) {
    if (pane == Pane::kFrostedGlass) {
      Glaze(scene, nullptr, pane, mask, converter, control, photo);
      return {"pane", 1};
    }
    Refuse(photo,
           "the room could not be understood, so that the material would lie "
           "in a wrong perspective; give floor_polygon in a sidecar");
  }
  const RoomPrism prism(scene.room);
  const View view(scene.camera, photo.width(), photo.height());
  const MaskedSurfaces surfaces(prism, view, mask);
  if (pane != Pane::kNone) {
    if (pane != Pane::kFrostedGlass) CheckSurfaces(scene, surfaces, photo);
    Glaze(scene, &surfaces, pane, mask, converter, control, photo);
    return {surfaces.kind(), surfaces.share()};
  }
  CheckSurfaces(scene, surfaces, photo);
  const SurfaceMaterial material = SurfaceMaterial::Named(material_name);
  const cv::Mat maps = MapsOf(scene,
                              source,
                              prism,
                              surfaces,
                              material,
                              mask,
                              ReadLinear(photo, converter, kWorkLongEdgePx),
                              control.Part(0, 0.2));
  const Covering covering(
      material, prism, view, MeasureFilmLook(photo, converter));
  Paint(covering,
        surfaces,
        view,
        maps,
        Coverage(mask),
        converter,
        control.Part(0.2, 1),
        photo);
  return {surfaces.kind(), surfaces.share()};
}

}  // namespace stage::engine
