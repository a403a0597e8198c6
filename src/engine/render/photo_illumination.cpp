#include "engine/render/photo_illumination.h"

#include <algorithm>
#include <cmath>

#include "engine/render/sun_light.h"

namespace stage::engine {
namespace {

constexpr float kTexelMetres = 0.08f;
constexpr int kMaxTexels = 256;  // a side; huge halls get larger texels
constexpr float kMaxReflectedWindow = 4;  // radiance, against fireflies

int TexelsAlong(float length) {
  return std::clamp(
      static_cast<int>(std::ceil(length / kTexelMetres)), 1, kMaxTexels);
}

}  // namespace

PhotoIllumination::PhotoIllumination(const LightField& field,
                                     const ImageF& photo_linear)
    : field_(field), photo_(photo_linear) {
  const auto& faces = field.prism.faces();
  bakes_.resize(faces.size());
  for (int face = 0; face < static_cast<int>(faces.size()); ++face) {
    Bake& bake = bakes_[face];
    bake.columns = TexelsAlong(faces[face].length_u);
    bake.rows = TexelsAlong(faces[face].length_v);
    bake.empty.resize(static_cast<size_t>(bake.columns) * bake.rows * 3);
    for (int texel = 0; texel < TexelCount(face); ++texel) {
      const Eigen::Vector3f center = TexelCenter(face, texel);
      // A part of the room that the camera does not see must not take the
      // colour of what stands before it.
      const Eigen::Vector3f to = center - field.view.position();
      const RoomHit seen =
          field.prism.Intersect(field.view.position(), to.normalized());
      const bool hidden = seen.distance < to.norm() - 0.1f;
      StoreColor(hidden ? Color(field.face_median[face])
                        : field.Radiance(center, face),
                 &bake.empty[3 * static_cast<size_t>(texel)]);
    }
    bake.furnished = bake.empty;
  }
}

int PhotoIllumination::TexelCount(int face) const {
  return bakes_[face].columns * bakes_[face].rows;
}

Eigen::Vector3f PhotoIllumination::TexelCenter(int face, int texel) const {
  const Bake& bake = bakes_[face];
  const RoomPrism::Face& f = field_.prism.faces()[face];
  const float u = (texel % bake.columns + 0.5f) / bake.columns * f.length_u;
  const float v = (texel / bake.columns + 0.5f) / bake.rows * f.length_v;
  return f.origin + f.axis_u * u + f.axis_v * v;
}

void PhotoIllumination::SetTexelRatio(int face, int texel, const Color& ratio) {
  Bake& bake = bakes_[face];
  const size_t at = 3 * static_cast<size_t>(texel);
  StoreColor(LoadColor(&bake.empty[at]) * ratio, &bake.furnished[at]);
}

Color PhotoIllumination::Read(const RoomHit& hit,
                              const std::vector<float> Bake::*layer) const {
  const Bake& bake = bakes_[hit.face];
  const RoomPrism::Face& face = field_.prism.faces()[hit.face];
  const Eigen::Vector2f at = face.Coordinates(hit.point);
  const int column =
      std::clamp(static_cast<int>(at.x() / face.length_u * bake.columns),
                 0,
                 bake.columns - 1);
  const int row = std::clamp(
      static_cast<int>(at.y() / face.length_v * bake.rows), 0, bake.rows - 1);
  return LoadColor(
      &(bake.*layer)[3 * (static_cast<size_t>(row) * bake.columns + column)]);
}

LightSample PhotoIllumination::SampleSun(const Eigen::Vector3f& point,
                                         const Eigen::Vector3f& normal,
                                         Sampler& sampler) const {
  return sun_ ? sun_->Sample(point, normal, sampler) : LightSample{};
}

Color PhotoIllumination::EmptyRoom(const RoomHit& hit) const {
  if (hit.face < 0) return field_.face_median.back();
  if (field_.WindowAt(hit.point, hit.face)) return Color::Zero();
  return Read(hit, &Bake::empty);
}

Color PhotoIllumination::PhotoAt(const RoomHit& hit) const {
  const View::Projection pixel = field_.view.Project(hit.point);
  const int x = static_cast<int>(std::floor(pixel.x));
  const int y = static_cast<int>(std::floor(pixel.y));
  if (pixel.depth < 0.05f || x < 0 || y < 0 || x >= photo_.width() ||
      y >= photo_.height()) {
    return field_.Radiance(hit.point, hit.face);
  }
  return LoadColor(photo_.row(y) + 3 * static_cast<size_t>(x));
}

Color PhotoIllumination::Escape(const Eigen::Vector3f& origin,
                                const Eigen::Vector3f& direction,
                                RayKind kind) const {
  const RoomHit hit = field_.prism.Intersect(origin, direction);
  if (hit.face < 0) return field_.face_median.back();
  const AreaLight* window = field_.WindowAt(hit.point, hit.face);
  if (window) {
    if (kind == RayKind::kDiffuse) return Color::Zero();
    return window->radiance.min(kMaxReflectedWindow);
  }
  return kind == RayKind::kDiffuse ? Read(hit, &Bake::furnished) : PhotoAt(hit);
}

}  // namespace stage::engine
