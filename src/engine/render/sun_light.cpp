#include "engine/render/sun_light.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace stage::engine {
namespace {

constexpr float kWindowMargin = 0.2f;  // metres a found window may be off
constexpr float kSunRadius = 0.006f;   // radians, some haze included
constexpr float kFar = 100;            // metres
constexpr float kDarkest = 0.05f;      // shade over sun
// A clear sun against the light of sky and room.
const Color kWarmth{1.06f, 1.0f, 0.88f};

// Light of all but the sun on a point of the room, over pi.
Color OtherLight(const PhotoIllumination& light, const RoomHit& at) {
  constexpr int kDirections = 64;
  const RoomPrism& prism = light.field().prism;
  const Eigen::Vector3f normal = prism.faces()[at.face].normal;
  const Eigen::Vector3f origin = at.point + normal * 1e-3f;
  Color sum = Color::Zero();
  for (int i = 0; i < kDirections; ++i) {
    Sampler sampler(i, 0x5717);
    const Eigen::Vector3f d = CosineDirection(normal, sampler.Next2D());
    sum += light.EmptyRoom(prism.Intersect(origin, d)) +
           light.SampleLight(origin, normal, sampler).irradiance;
  }
  return sum / static_cast<float>(kDirections);
}

Eigen::Vector3f OnDisc(const Eigen::Vector3f& to_sun, Eigen::Vector2f random) {
  Eigen::Vector3f t, b;
  OrthonormalBasis(to_sun, &t, &b);
  const float radius = kSunRadius * std::sqrt(random.x());
  const float angle = 2 * 3.14159265f * random.y();
  return (to_sun + t * (radius * std::cos(angle)) +
          b * (radius * std::sin(angle)))
      .normalized();
}

template <typename Value, typename Less>
Value MedianOf(std::vector<Value> values, const Less& less) {
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end(), less);
  return *middle;
}

}  // namespace

SunLight::SunLight(const PhotoIllumination& light,
                   SunPatches patches,
                   const SunDirection& direction)
    : field_(light.field()),
      patches_(std::move(patches)),
      to_sun_(direction.to_sun) {
  constexpr int kStride = 16;
  std::vector<float> factors;
  std::vector<Color> facing;  // what each patch point says of the sun
  for (int y = kStride / 2; y < patches_.height(); y += kStride) {
    for (int x = kStride / 2; x < patches_.width(); x += kStride) {
      const float fx = (x + 0.5f) / patches_.width();
      const float fy = (y + 0.5f) / patches_.height();
      const float factor = patches_.FactorAt(fx, fy);
      if (!patches_.IsSharp(x, y)) continue;
      const RoomHit hit = field_.prism.Intersect(
          field_.view.position(),
          field_.view.Ray(fx * field_.view.width(), fy * field_.view.height()));
      if (hit.face < 0 ||
          !LeavesThroughWindow(field_, hit.point, to_sun_, kWindowMargin)) {
        continue;
      }
      const float slant = to_sun_.dot(field_.prism.faces()[hit.face].normal);
      if (slant < 0.1f) continue;
      factors.push_back(factor);
      facing.push_back(OtherLight(light, hit) * ((factor - 1) / slant));
    }
  }
  if (factors.empty()) return;
  typical_factor_ = MedianOf(factors, std::less<>());
  const Color median = MedianOf(facing, [](const Color& a, const Color& b) {
    return Luminance(a) < Luminance(b);
  });
  irradiance_ = Luminance(median) * kWarmth;
}

float SunLight::ShareAt(const Eigen::Vector3f& point) const {
  const RoomHit end = field_.prism.Intersect(point, -to_sun_);
  if (end.face < 0) return 0;
  const View::Projection pixel = field_.view.Project(end.point);
  const bool seen = pixel.depth > 0.05f && pixel.x >= 0 && pixel.y >= 0 &&
                    pixel.x < field_.view.width() &&
                    pixel.y < field_.view.height();
  if (!LeavesThroughWindow(
          field_, end.point, to_sun_, seen ? kWindowMargin : 0)) {
    return 0;
  }
  if (!seen) return 1;
  const float factor = patches_.SunAt(pixel.x / field_.view.width(),
                                      pixel.y / field_.view.height());
  const float full = std::clamp(0.8f * (typical_factor_ - 1), 0.2f, 0.8f);
  return std::clamp((factor - 1) / full, 0.0f, 1.0f);
}

LightSample SunLight::Sample(const Eigen::Vector3f& point,
                             const Eigen::Vector3f& normal,
                             Sampler& sampler) const {
  LightSample sample;
  if (irradiance_.maxCoeff() <= 0 || to_sun_.dot(normal) <= 0) return sample;
  const float share = ShareAt(point);
  if (share <= 0) return sample;
  sample.direction = OnDisc(to_sun_, sampler.Next2D());
  sample.distance = kFar;
  sample.irradiance =
      irradiance_ * (share * std::max(0.0f, sample.direction.dot(normal)));
  return sample;
}

Color SunLight::ShadeAt(const RoomHit& seen, const Color& photo) const {
  const View::Projection pixel = field_.view.Project(seen.point);
  const Color shade = patches_.ShadeAt(
      pixel.x / field_.view.width(), pixel.y / field_.view.height(), photo);
  if (shade.minCoeff() > 0.97f ||
      !LeavesThroughWindow(field_, seen.point, to_sun_, kWindowMargin)) {
    return Color::Ones();
  }
  return shade;
}

std::optional<Color> SunLight::SurfaceAt(const RoomHit& seen,
                                         const Color& photo) const {
  const View::Projection pixel = field_.view.Project(seen.point);
  const float x = pixel.x / field_.view.width();
  const float y = pixel.y / field_.view.height();
  if (pixel.depth <= 0 || x < 0 || y < 0 || x >= 1 || y >= 1) {
    return std::nullopt;
  }
  const std::optional<Color> shaded = patches_.ShadedAt(x, y);
  if (!shaded) return std::nullopt;
  return Color(*shaded / ShadeAt(seen, photo).max(kDarkest));
}

Color CutSun(const PathTracer& tracer,
             const PhotoIllumination& light,
             const RoomHit& seen,
             const Color& photo,
             const Color& ratio,
             uint32_t seed) {
  constexpr int kFew = 4, kMany = 16;
  const SunLight& sun = *light.sun();
  const Color shade = sun.ShadeAt(seen, photo);
  if (shade.minCoeff() >= 1) return ratio;
  const Eigen::Vector3f origin =
      seen.point + light.field().prism.faces()[seen.face].normal * 1e-3f;
  Color open = Color::Zero();
  int count = 0;
  for (int wanted = kFew; count < wanted; ++count) {
    Sampler sampler(count, seed);
    open += tracer.geometry().Transmittance(
        origin, OnDisc(sun.to_sun(), sampler.Next2D()), kFar);
    const float mean = open.mean() / static_cast<float>(count + 1);
    if (count + 1 == kFew && mean > 0 && mean < 1) wanted = kMany;
  }
  open /= static_cast<float>(count);
  const bool untouched =
      (open == Color::Ones()).all() && (ratio == Color::Ones()).all();
  return untouched ? ratio : Color(ratio * shade + open * (1 - shade));
}

void CutSunPatches(const PathTracer& tracer,
                   const PhotoIllumination& light,
                   uint32_t seed,
                   const WorkControl& control,
                   ImageF& ratio) {
  if (!light.sun()) return;
  const LightField& field = light.field();
  ParallelFor(ratio.height(), control, [&](int y) {
    for (int x = 0; x < ratio.width(); ++x) {
      const RoomHit room = field.prism.Intersect(
          field.view.position(), field.view.Ray(x + 0.5f, y + 0.5f));
      if (room.face < 0) continue;
      const size_t at = 3 * static_cast<size_t>(x);
      StoreColor(CutSun(tracer,
                        light,
                        room,
                        LoadColor(light.photo_linear().row(y) + at),
                        LoadColor(ratio.row(y) + at),
                        HashBits(MortonIndex(x, y), seed)),
                 ratio.row(y) + at);
    }
  });
}

}  // namespace stage::engine
