#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "engine/render/room_ratio.h"
#include "engine/render/sun_light.h"

namespace stage::engine {
namespace {

constexpr float kLeastDistance = 0.01f;  // metres
constexpr float kMostRatio = 3;
constexpr float kTolerated = 0.06f;  // error of a ratio, before it is filtered
constexpr int kStubborn = 4;  // times as many directions, where that is missed

// A glint of chrome in one of a few directions would be a speckle on the wall.
Color Limited(const Color& color) {
  constexpr float kMostBounce = 2.5f;
  const float peak = color.maxCoeff();
  return peak > kMostBounce ? Color(color * (kMostBounce / peak)) : color;
}

// Nothing reflects more than white paint: a surface receives at least its
// radiance over that albedo, whatever the fitted lights make of it. Else what
// furniture returns to a wall brighter than the fit would look like a glow.
// The light is taken for neutral. Irradiance over pi.
float LeastIrradiance(const PhotoIllumination& light, const RoomHit& at) {
  constexpr float kWhitePaint = 0.8f;
  std::optional<Color> surface;
  // A texel that a patch of sun cuts is too bright for what is beside it.
  if (light.sun()) surface = light.sun()->SurfaceAt(at, light.PhotoAt(at));
  return surface.value_or(light.EmptyRoom(at)).maxCoeff() / kWhitePaint;
}

// Standard deviation of the mean change, over the light without furniture.
float RelativeError(double change_square,
                    const Color& change,
                    const Color& without,
                    int count) {
  const double mean = Luminance(without) / count;
  const double mean_change = Luminance(change) / count;
  const double spread =
      std::max(0.0, change_square / count - mean_change * mean_change);
  return static_cast<float>(std::sqrt(spread / count) / (mean + 1e-6));
}

// The ratio of a texel that the picture shows, its patch of sun included.
Color WithSunCut(const PathTracer& tracer,
                 const PhotoIllumination& light,
                 int face,
                 int texel,
                 const Color& ratio,
                 uint32_t seed) {
  if (!light.sun()) return ratio;
  const RoomHit at{0, face, light.TexelCenter(face, texel)};
  const Color empty = light.EmptyRoom(at);
  return CutSun(tracer, light, at, empty, ratio, seed);
}

}  // namespace

RatioSample EstimateRatio(const PathTracer& tracer,
                          const PhotoIllumination& light,
                          const RoomHit& at,
                          int fewest,
                          int most,
                          uint32_t seed) {
  const FurnitureGeometry& geometry = tracer.geometry();
  const Eigen::Vector3f& normal = light.field().prism.faces()[at.face].normal;
  const Eigen::Vector3f origin = at.point + normal * kRatioOffset;
  Color without = Color::Zero(), lost = Color::Zero(), gained = Color::Zero();
  double nearness = 0, change_square = 0;
  int count = fewest;
  bool touched = false;
  int done = 0;
  for (; done < count; ++done) {
    Sampler sampler(done, seed);
    const Eigen::Vector3f d = CosineDirection(normal, sampler.Next2D());
    Color change_here = Color::Zero();
    const LightSample lamp = light.SampleLight(origin, normal, sampler);
    if (lamp.irradiance.maxCoeff() > 0) {
      const Color open = geometry.Transmittance(
          origin, lamp.direction, lamp.distance - kRatioOffset);
      without += lamp.irradiance;
      lost += lamp.irradiance * (1 - open);
      change_here -= lamp.irradiance * (1 - open);
      touched |= open.minCoeff() < 1;
    }
    const RoomHit room = light.field().prism.Intersect(origin, d);
    const Color empty = light.EmptyRoom(room);
    without += empty;
    FurnitureHit hit;
    if (geometry.Intersect(origin, d, room.distance + kRatioOffset, &hit)) {
      touched = true;
      nearness += 1 / std::max(kLeastDistance, hit.distance);
      const Color bounce = Limited(
          tracer.IncomingFrom(hit, origin, d, RayKind::kDiffuse, sampler, 1));
      lost += empty;
      gained += bounce;
      change_here += bounce - empty;
    }
    const double luminance = Luminance(change_here);
    change_square += luminance * luminance;
    if (!touched) continue;
    count = std::max(count, most);
    if (done + 1 == count && count < kStubborn * most &&
        RelativeError(change_square, gained - lost, without, done + 1) >
            kTolerated) {
      count += most;
    }
  }
  RatioSample sample;
  // One more direction might have met something.
  sample.error = 1.0f / static_cast<float>(done);
  if (!touched) return sample;
  sample.nearness = static_cast<float>(nearness / done);
  sample.error =
      std::max(0.5f * sample.error,
               RelativeError(change_square, gained - lost, without, done));
  const float floor = 0.02f * without.maxCoeff() + 1e-6f;
  const Color received = without.max(done * LeastIrradiance(light, at));
  sample.ratio = 1 - lost / (without + floor) + gained / (received + floor);
  sample.ratio = sample.ratio.max(0.0f).min(kMostRatio);
  return sample;
}

void BakeRatio(const PathTracer& tracer,
               PhotoIllumination& light,
               uint32_t seed,
               const WorkControl& control) {
  const auto& faces = light.field().prism.faces();
  for (int face = 0; face < static_cast<int>(faces.size()); ++face) {
    const int texels = light.TexelCount(face);
    // Set only when all are known: while estimating, rays read the old ones.
    std::vector<Color> ratios(texels);
    constexpr int kBatch = 64;
    ParallelFor(
        (texels + kBatch - 1) / kBatch, control.Silent(), [&](int batch) {
          const int end = std::min(texels, (batch + 1) * kBatch);
          for (int texel = batch * kBatch; texel < end; ++texel) {
            const RatioSample sample =
                EstimateRatio(tracer,
                              light,
                              {0, face, light.TexelCenter(face, texel)},
                              8,
                              24,
                              HashBits(seed + face, texel));
            ratios[texel] = WithSunCut(tracer,
                                       light,
                                       face,
                                       texel,
                                       sample.ratio.min(1.3f),
                                       HashBits(seed, texel));
          }
        });
    for (int texel = 0; texel < texels; ++texel) {
      light.SetTexelRatio(face, texel, ratios[texel]);
    }
  }
}

}  // namespace stage::engine
