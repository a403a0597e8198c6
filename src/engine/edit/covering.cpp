#include "engine/edit/covering.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr int kMostSamples = 8;  // along a pixel, where seen at a slant

/// White rolls off instead of clipping.
float Shoulder(float value) {
  constexpr float kFrom = 0.8f, kRoom = 0.98f - kFrom;
  if (value <= kFrom) return value;
  return kFrom + kRoom * (1 - std::exp((kFrom - value) / kRoom));
}

}  // namespace

Covering::Covering(const SurfaceMaterial& material,
                   const RoomPrism& prism,
                   const View& view,
                   const FilmLook& look)
    : material_(material),
      prism_(prism),
      view_(view),
      look_(look),
      sharpness_(std::max(1.0f, 1.4f * look.blur_px)) {
  float along = 0;
  for (int i = 0; i < static_cast<int>(prism.faces().size()); ++i) {
    axes_.push_back(AxesOf(i));
    if (i < RoomPrism::kFirstWall) continue;
    const RoomPrism::Face& face = prism.faces()[static_cast<size_t>(i)];
    axes_.back().u_start = face.axis_u.dot(axes_.back().u) > 0 ? along : -along;
    along += face.length_u;
  }
}

Covering::Axes Covering::AxesOf(int index) const {
  const RoomPrism::Face& face = prism_.faces()[static_cast<size_t>(index)];
  if (index >= RoomPrism::kFirstWall) {
    const Eigen::Vector3f up(0, 1, 0);
    return {up.cross(face.normal).normalized(), up};
  }
  Eigen::Vector3f u = face.axis_u, v = face.axis_v;
  const Eigen::Vector3f ahead =
      view_.Ray(0.5f * static_cast<float>(view_.width()),
                0.5f * static_cast<float>(view_.height()));
  if (std::abs(ahead.dot(v)) > std::abs(ahead.dot(u))) std::swap(u, v);
  return {u, v};
}

Color Covering::At(int x,
                   int y,
                   int face_index,
                   const Eigen::Vector3f& ray,
                   const float* light,
                   const float* mirrored) const {
  const RoomPrism::Face& face = prism_.faces()[static_cast<size_t>(face_index)];
  const Axes& axes = axes_[static_cast<size_t>(face_index)];
  const float facing = std::max(0.02f, -ray.dot(face.normal));
  const float distance =
      std::abs((face.origin - view_.position()).dot(face.normal)) / facing;
  const float narrow = sharpness_ * distance / view_.focal_px();
  const float wide = narrow / facing;
  const int samples =
      std::clamp(static_cast<int>(std::lround(wide / narrow)), 1, kMostSamples);
  SurfaceLook look;
  look.albedo.setZero();
  look.f0 = look.roughness = 0;
  // Along the direction in which the pixel is long on the surface.
  const Eigen::Vector3f along =
      (ray + facing * face.normal).normalized() * wide;
  const Eigen::Vector3f point = view_.position() + ray * distance;
  for (int i = 0; i < samples; ++i) {
    const float part =
        (static_cast<float>(i) + 0.5f) / static_cast<float>(samples) - 0.5f;
    const Eigen::Vector3f p = point + along * part - face.origin;
    const SurfaceLook one =
        material_.At(axes.u_start + p.dot(axes.u),
                     p.dot(axes.v),
                     std::max(narrow, wide / static_cast<float>(samples)));
    look.albedo += one.albedo / samples;
    look.f0 += one.f0 / static_cast<float>(samples);
    look.roughness += one.roughness / static_cast<float>(samples);
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

}  // namespace stage::engine
