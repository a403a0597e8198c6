#include "engine/render/floor_gloss.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/render/scattering.h"

namespace stage::engine {
namespace {

constexpr int kProbe = 3, kSamples = 12;
constexpr float kMostMirrored = 1.5f;  // the photo clips its own reflections
constexpr float kOffset = 1e-3f;
constexpr float kLeastLight = 1e-3f;  // linear
// Of a glossy floor's usual colour; the rest is what it mirrors everywhere.
constexpr float kMattPart = 0.75f;

// What changes in the mirror light of one floor point.
Color GlossAt(const PathTracer& tracer,
              const PhotoIllumination& light,
              const RoomHit& room,
              const Eigen::Vector3f& view_direction,
              float f0,
              float roughness,
              uint32_t seed) {
  Surface floor;
  floor.position = room.point;
  floor.normal = floor.facet_normal = Eigen::Vector3f::UnitY();
  floor.specular_f0 = Color::Constant(f0);
  floor.alpha = std::max(0.02f, roughness * roughness);
  const Eigen::Vector3f origin = room.point + floor.normal * kOffset;
  Color change = Color::Zero();
  int count = kProbe;
  int done = 0;
  for (; done < count; ++done) {
    Sampler sampler(done, seed);
    const ScatterSample mirrored =
        SampleSpecular(floor, view_direction, sampler.Next2D());
    if (mirrored.weight.maxCoeff() <= 0) continue;
    FurnitureHit hit;
    const RoomHit wall =
        light.field().prism.Intersect(origin, mirrored.direction);
    if (!tracer.geometry().Intersect(
            origin, mirrored.direction, wall.distance, &hit)) {
      continue;
    }
    count = kSamples;
    const Color before =
        light.Escape(origin, mirrored.direction, RayKind::kMirror);
    const Color after = tracer.IncomingFrom(
        hit, origin, mirrored.direction, RayKind::kMirror, sampler, 1);
    change += mirrored.weight *
              (after.min(kMostMirrored) - before.min(kMostMirrored));
  }
  return change / static_cast<float>(done);
}

/// See LimitGloss, of one pixel.
Color Limited(const Color& gloss,
              const Color& photo,
              const Color& ratio,
              const Color& floor) {
  if (gloss.sum() >= 0) return gloss;
  // As much of the floor's colour as the pixel holds, the rest is mirrored.
  const Color matt = kMattPart * floor;
  const float own = std::min(1.0f, (photo / matt.max(kLeastLight)).minCoeff());
  const Color mirrored = (photo - std::max(0.0f, own) * matt).max(0.0f);
  const float part =
      std::min(1.0f, -gloss.sum() / std::max(kLeastLight, mirrored.sum()));
  return -part * mirrored * ratio;
}

}  // namespace

void LimitGloss(const ImageF& photo,
                const ImageF& ratio,
                const Color& floor,
                const WorkControl& control,
                ImageF& gloss) {
  if (gloss.empty()) return;
  ParallelRows(gloss.height(), control.Silent(), [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < gloss.width(); ++x) {
        StoreColor(Limited(LoadColor(&gloss.at(x, y)),
                           LoadColor(&photo.at(x, y)),
                           LoadColor(&ratio.at(x, y)),
                           floor),
                   &gloss.at(x, y));
      }
    }
  });
}

ImageF FloorGloss(const PathTracer& tracer,
                  const PhotoIllumination& light,
                  float f0,
                  float roughness,
                  uint32_t seed,
                  const WorkControl& control) {
  if (f0 <= 0) return {};
  const View& view = light.field().view;
  // The rougher the floor, the fewer details it mirrors.
  const int step = (std::max(view.width(), view.height()) > 2000 ? 4 : 2) *
                   (roughness > 0.15f ? 2 : 1);
  const int columns = (view.width() + step - 1) / step;
  const int rows = (view.height() + step - 1) / step;
  // Furniture hides part of the floor; its pixels must not dilute the rest.
  ImageF change(columns, rows, 3), weight(columns, rows, 1);
  ParallelFor(rows, control, [&](int row) {
    for (int column = 0; column < columns; ++column) {
      const Eigen::Vector3f ray =
          view.Ray((column + 0.5f) * step, (row + 0.5f) * step);
      const RoomHit room = light.field().prism.Intersect(view.position(), ray);
      if (room.face != RoomPrism::kFloor) continue;
      if (tracer.geometry()
              .Transmittance(view.position(), ray, room.distance - 2e-3f)
              .maxCoeff() < 0.02f) {
        continue;
      }
      weight.at(column, row) = 1;
      StoreColor(GlossAt(tracer,
                         light,
                         room,
                         ray,
                         f0,
                         roughness,
                         HashBits(MortonIndex(column, row), seed)),
                 change.row(row) + 3 * static_cast<size_t>(column));
    }
  });
  cv::Mat values(rows, columns, CV_32FC3, change.data());
  cv::Mat weights(rows, columns, CV_32F, weight.data());
  const double sigma = 1.0;
  cv::GaussianBlur(values, values, cv::Size(0, 0), sigma);
  cv::GaussianBlur(weights, weights, cv::Size(0, 0), sigma);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const float w = std::max(0.05f, weight.at(column, row));
      for (int c = 0; c < 3; ++c) change.at(column, row, c) /= w;
    }
  }
  ImageF gloss(view.width(), view.height(), 3);
  cv::Mat large(view.height(), view.width(), CV_32FC3, gloss.data());
  cv::resize(values, large, large.size(), 0, 0, cv::INTER_LINEAR);
  // Blur and enlargement must not carry light off the floor.
  ParallelRows(view.height(), control.Silent(), [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < view.width(); ++x) {
        const RoomHit room = light.field().prism.Intersect(
            view.position(), view.Ray(x + 0.5f, y + 0.5f));
        if (room.face == RoomPrism::kFloor) continue;
        std::fill_n(gloss.row(y) + 3 * static_cast<size_t>(x), 3, 0.0f);
      }
    }
  });
  return gloss;
}

}  // namespace stage::engine
