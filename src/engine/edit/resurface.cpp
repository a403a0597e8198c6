#include "engine/edit/resurface.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/error.h"
#include "engine/edit/guided_filter.h"
#include "engine/edit/map_row.h"
#include "engine/render/color.h"
#include "engine/render/film_look.h"
#include "engine/render/room_prism.h"
#include "engine/render/view.h"

namespace stage::engine {
namespace {

constexpr int kWorkLongEdgePx = 1024;
constexpr double kLeastOnSurface = 0.6;
constexpr double kTexture = 0.03;     // of the long edge: boards are narrower
constexpr double kBaseEpsilon = 0.3;  // stops²: less is the old texture
constexpr float kDarkest = 1 / 2048.0f;
constexpr float kMatt = 0.25f;
constexpr float kWhiteAlbedo = 0.8f;
constexpr int kMostSamples = 8;  // along a pixel, where seen at a slant

[[noreturn]] void Refuse(const Photo& photo, const std::string& why) {
  throw Error(ErrorKind::kGeometry,
              photo.source.path.filename().string() + ": " + why);
}

struct Chosen {
  int face = -1;
  double share = 0;
};

/// The face of the room that most of the mask lies on.
Chosen FaceUnder(const RoomPrism& prism,
                 const View& view,
                 const ImageU8& mask) {
  std::vector<double> votes(prism.faces().size(), 0);
  double all = 0;
  const int step = std::max(1, std::max(mask.width(), mask.height()) / 400);
  for (int y = 0; y < mask.height(); y += step) {
    for (int x = 0; x < mask.width(); x += step) {
      if (mask.at(x, y) == 0) continue;
      ++all;
      const RoomHit hit = prism.Intersect(
          view.position(),
          view.Ray(static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f));
      if (hit.face >= 0) ++votes[static_cast<size_t>(hit.face)];
    }
  }
  const auto most = std::max_element(votes.begin(), votes.end());
  return {static_cast<int>(most - votes.begin()), all > 0 ? *most / all : 0};
}

cv::Mat ColorsOf(const ImageF& linear) {
  return {linear.height(),
          linear.width(),
          CV_32FC3,
          const_cast<float*>(linear.data())};
}

float Percentile(std::vector<float> values, double part) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() +
      static_cast<long>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Means near each pixel of what the mask covers.
cv::Mat MaskedMean(const cv::Mat& values, const cv::Mat& weight, double sigma) {
  cv::Mat weighted = values.clone(), total;
  weighted.setTo(cv::Scalar::all(0), weight == 0);
  cv::GaussianBlur(weighted, weighted, {}, sigma);
  cv::GaussianBlur(weight, total, {}, sigma);
  std::vector<cv::Mat> channels;
  cv::split(weighted, channels);
  for (cv::Mat& channel : channels) channel /= total + 1e-4f;
  cv::Mat mean;
  cv::merge(channels, mean);
  return mean;
}

/// Without joints, boards and grain: the median over what is wider than they
/// are keeps the edges of shadows and of sun.
cv::Mat WithoutTexture(const cv::Mat& stops) {
  constexpr double kRange = 13, kLowest = -11.5;
  cv::Mat codes, plain;
  stops.convertTo(codes, CV_8U, 255 / kRange, -kLowest * 255 / kRange);
  const int side =
      static_cast<int>(kTexture * std::max(stops.rows, stops.cols)) | 1;
  cv::medianBlur(codes, codes, side);
  codes.convertTo(plain, CV_32F, kRange / 255, kLowest);
  return plain;
}

/// The light that falls on the masked surface, linear RGB: the photo there,
/// without the old material's colour and texture.
/// @param mirrors  how much brighter than its middle tone it may be, 0..1 of
///                 what it is: a glossy surface shows windows, its matt
///                 successor must not
cv::Mat LightOn(const ImageF& linear, const cv::Mat& mask, float mirrors) {
  const cv::Mat colors = ColorsOf(linear);
  cv::Mat weight, stops(colors.size(), CV_32F);
  mask.convertTo(weight, CV_32F, 1 / 255.0);
  std::array<std::vector<float>, 3> covered;
  std::vector<float> luminances, everywhere;
  for (int y = 0; y < colors.rows; ++y) {
    for (int x = 0; x < colors.cols; ++x) {
      const Color color = LoadColor(colors.ptr<float>(y) + 3 * x);
      const float luminance = std::max(kDarkest, Luminance(color));
      stops.at<float>(y, x) = std::log2(luminance);
      if (luminance < 0.97f) everywhere.push_back(luminance);
      if (mask.at<uchar>(y, x) == 0) continue;
      luminances.push_back(luminance);
      for (int c = 0; c < 3; ++c) covered[c].push_back(color[c]);
    }
  }
  // Of what is out of the shadows.
  const float middle = Percentile(luminances, 0.7);
  Color old;
  for (int c = 0; c < 3; ++c) {
    old[c] = std::max(1e-3f, Percentile(covered[c], 0.5));
  }
  // How light the old material is, by the whitest things in the picture.
  const float white = std::max(0.2f, Percentile(everywhere, 0.92));
  float albedo = std::clamp(kWhiteAlbedo * middle / white, 0.05f, 0.85f);
  const float chroma = (old.maxCoeff() - old.minCoeff()) / old.maxCoeff();
  if (chroma < 0.16f && middle > 0.3f) albedo = std::max(albedo, 0.72f);

  const double long_edge = std::max(colors.rows, colors.cols);
  const cv::Mat around = MaskedMean(stops, weight, 0.03 * long_edge);
  around.copyTo(stops, mask == 0);
  const cv::Mat plain = WithoutTexture(stops);
  const cv::Mat base = ApplyGuidedModel(
      FitGuidedModel(plain,
                     plain,
                     std::max(2, static_cast<int>(0.025 * long_edge)),
                     kBaseEpsilon),
      plain);
  // The light's colour changes slowly; the old material's is its middle.
  const cv::Mat tint = MaskedMean(colors, weight, 0.04 * long_edge);
  cv::Mat light(colors.size(), CV_32FC3);
  for (int y = 0; y < colors.rows; ++y) {
    for (int x = 0; x < colors.cols; ++x) {
      const Color here = LoadColor(tint.ptr<float>(y) + 3 * x) / old;
      const float level = std::max(1e-3f, Luminance(here));
      const float above =
          std::max(0.0f, base.at<float>(y, x) - std::log2(middle));
      const float amount =
          std::exp2(base.at<float>(y, x) - (1 - mirrors) * above) / albedo;
      for (int c = 0; c < 3; ++c) {
        const float color = std::clamp(
            std::pow(std::max(0.05f, here[c] / level), 0.6f), 0.7f, 1.4f);
        light.at<cv::Vec3f>(y, x)[c] = amount * color;
      }
    }
  }
  return light;
}

/// What the surface would mirror: the room as the photo shows it.
cv::Mat MirrorImage(const RoomPrism& prism,
                    const RoomPrism::Face& face,
                    const View& view,
                    const ImageF& linear,
                    const cv::Mat& mask,
                    double blur_px,
                    const WorkControl& control) {
  cv::Mat soft;
  cv::GaussianBlur(ColorsOf(linear), soft, {}, std::max(0.6, blur_px));
  cv::Mat mirrored(mask.size(), CV_32FC3, cv::Scalar::all(0));
  ParallelRows(mask.rows, control, [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < mask.cols; ++x) {
        if (mask.at<uchar>(y, x) == 0) continue;
        const Eigen::Vector3f ray = view.Ray(static_cast<float>(x) + 0.5f,
                                             static_cast<float>(y) + 0.5f);
        const float towards = ray.dot(face.normal);
        if (towards > -1e-3f) continue;
        const float t =
            (face.origin - view.position()).dot(face.normal) / towards;
        const Eigen::Vector3f point =
            view.position() + ray * t + face.normal * 2e-3f;
        const Eigen::Vector3f out = ray - 2 * towards * face.normal;
        const RoomHit hit = prism.Intersect(point, out.normalized());
        if (hit.face < 0) continue;
        const View::Projection seen = view.Project(hit.point);
        if (seen.depth <= 0) continue;
        const int sx = std::clamp(static_cast<int>(seen.x), 0, mask.cols - 1);
        const int sy = std::clamp(static_cast<int>(seen.y), 0, mask.rows - 1);
        mirrored.at<cv::Vec3f>(y, x) = soft.at<cv::Vec3f>(sy, sx);
      }
    }
  });
  cv::GaussianBlur(mirrored, mirrored, {}, std::max(0.6, 0.7 * blur_px));
  return mirrored;
}

/// The surface's own axes: boards run away from the camera on floors, along
/// the wall on walls.
struct Axes {
  Eigen::Vector3f u, v;
};
Axes AxesOf(const RoomPrism::Face& face, int index, const View& view) {
  if (index >= RoomPrism::kFirstWall) {
    const Eigen::Vector3f up(0, 1, 0);
    return {up.cross(face.normal).normalized(), up};
  }
  Eigen::Vector3f u = face.axis_u, v = face.axis_v;
  const Eigen::Vector3f ahead =
      view.Ray(0.5f * static_cast<float>(view.width()),
               0.5f * static_cast<float>(view.height()));
  if (std::abs(ahead.dot(v)) > std::abs(ahead.dot(u))) std::swap(u, v);
  return {u, v};
}

/// White rolls off instead of clipping.
float Shoulder(float value) {
  constexpr float kFrom = 0.8f, kRoom = 0.98f - kFrom;
  if (value <= kFrom) return value;
  return kFrom + kRoom * (1 - std::exp((kFrom - value) / kRoom));
}

class Covering {
 public:
  Covering(const SurfaceMaterial& material,
           const RoomPrism::Face& face,
           const Axes& axes,
           const View& view,
           const FilmLook& look)
      : material_(material),
        face_(face),
        axes_(axes),
        view_(view),
        sharpness_(std::max(1.0f, 1.4f * look.blur_px)),
        look_(look) {}

  /// @param light, mirrored  linear RGB there
  Color At(int x, int y, const float* light, const float* mirrored) const {
    const Eigen::Vector3f ray =
        view_.Ray(static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f);
    const float facing = std::max(0.02f, -ray.dot(face_.normal));
    const float distance =
        std::abs((face_.origin - view_.position()).dot(face_.normal)) / facing;
    const float narrow = sharpness_ * distance / view_.focal_px();
    const float wide = narrow / facing;
    const int samples = std::clamp(
        static_cast<int>(std::lround(wide / narrow)), 1, kMostSamples);
    SurfaceLook look;
    look.albedo.setZero();
    look.f0 = look.roughness = 0;
    // Along the direction in which the pixel is long on the surface.
    const Eigen::Vector3f along =
        (ray + facing * face_.normal).normalized() * wide;
    const Eigen::Vector3f point = view_.position() + ray * distance;
    for (int i = 0; i < samples; ++i) {
      const float part = (static_cast<float>(i) + 0.5f) / samples - 0.5f;
      const Eigen::Vector3f p = point + along * part - face_.origin;
      const SurfaceLook one = material_.At(
          p.dot(axes_.u), p.dot(axes_.v), std::max(narrow, wide / samples));
      look.albedo += one.albedo / samples;
      look.f0 += one.f0 / samples;
      look.roughness += one.roughness / samples;
    }
    const float fresnel = look.f0 + (1 - look.f0) * SchlickWeight(facing);
    const float shine = fresnel * std::max(0.0f, 1 - 1.15f * look.roughness);
    const float grain = look_.grain * GrainAt(x, y, look_.grain_correlation);
    Color color;
    for (int c = 0; c < 3; ++c) {
      const float lit =
          look.albedo[c] * light[c] * (1 - shine) + shine * mirrored[c];
      color[c] = Shoulder(std::max(
          0.0f, lit + grain * 2.2f * std::pow(std::max(lit, 0.003f), 0.55f)));
    }
    return color;
  }

 private:
  const SurfaceMaterial& material_;
  const RoomPrism::Face& face_;
  Axes axes_;
  const View& view_;
  float sharpness_;
  FilmLook look_;
};

/// 1 within the mask, falling to 0 at its edge, never beyond it.
cv::Mat Coverage(const ImageU8& mask) {
  const cv::Mat binary(
      mask.height(), mask.width(), CV_8U, const_cast<uint8_t*>(mask.data()));
  cv::Mat distance;
  cv::distanceTransform(binary != 0, distance, cv::DIST_L2, 3);
  return cv::min(distance / 1.8f, 1.0f);
}

}  // namespace

ResurfaceReport Resurface(const Scene& scene,
                          const SurfaceMaterial& material,
                          const ImageU8& mask,
                          const ColorConverter& converter,
                          const WorkControl& control,
                          Photo& photo) {
  if (scene.trust == SceneTrust::kNone) {
    Refuse(photo,
           "the room could not be understood, so that the material would lie "
           "in a wrong perspective; give floor_polygon in a sidecar");
  }
  const RoomPrism prism(scene.room);
  const View full(scene.camera, photo.width(), photo.height());
  const Chosen chosen = FaceUnder(prism, full, mask);
  const bool is_wall = chosen.face >= RoomPrism::kFirstWall;
  if (chosen.share < kLeastOnSurface) {
    Refuse(photo,
           "the mask lies on several surfaces; give one floor or wall at a "
           "time");
  }
  if (chosen.face != RoomPrism::kFloor && scene.trust != SceneTrust::kRoom) {
    Refuse(photo, "only the floor of this room is sure, not its walls");
  }
  const RoomPrism::Face& face = prism.faces()[static_cast<size_t>(chosen.face)];

  const ImageF linear = ReadLinear(photo, converter, kWorkLongEdgePx);
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
  const bool loses_gloss = chosen.face == RoomPrism::kFloor &&
                           scene.floor_gloss_f0 > 0 && !material.is_glossy();
  const cv::Mat light = LightOn(linear, small, loses_gloss ? kMatt : 1);
  cv::Mat mirrored(small.size(), CV_32FC3, cv::Scalar::all(0));
  if (material.is_glossy()) {
    const float roughness = material.At(0.31f, 0.07f, 0.05f).roughness;
    mirrored = MirrorImage(prism,
                           face,
                           View(scene.camera, linear.width(), linear.height()),
                           linear,
                           small,
                           roughness * 0.05 * std::max(small.cols, small.rows),
                           control.Part(0, 0.2));
  }
  cv::Mat maps;
  cv::merge(std::array<cv::Mat, 2>{light, mirrored}.data(), 2, maps);
  const cv::Mat coverage = Coverage(mask);
  const Covering covering(material,
                          face,
                          AxesOf(face, chosen.face, full),
                          full,
                          MeasureFilmLook(photo, converter));
  const int width = photo.width();
  ParallelRows(photo.height(), control.Part(0.2, 1), [&](int first, int end) {
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
          float* rgb = &pixels[static_cast<size_t>(i - x) * 3];
          const float* map = row.At(i);
          const Color made = covering.At(i, y, map, map + 3);
          for (int c = 0; c < 3; ++c) rgb[c] += part[i] * (made[c] - rgb[c]);
        }
        converter.FromLinear(pixels.data(), x, y, last - x, photo);
        x = last;
      }
    }
  });
  return {is_wall                              ? "wall"
          : chosen.face == RoomPrism::kCeiling ? "ceiling"
                                               : "floor",
          chosen.share};
}

}  // namespace stage::engine
