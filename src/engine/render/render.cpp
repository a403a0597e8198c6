#include "engine/render/render.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/render/film_denoise.h"
#include "engine/render/floor_gloss.h"
#include "engine/render/furniture_pass.h"
#include "engine/render/room_ratio.h"
#include "engine/render/sun_light.h"

namespace stage::engine {
namespace {

// Large pictures show the same furniture with more pixels: each needs less.
int SamplesAtSize(int samples, int long_edge_px) {
  constexpr double kReferenceEdge = 1536;
  const double scale = std::sqrt(std::min(1.0, kReferenceEdge / long_edge_px));
  return std::max(1, static_cast<int>(std::lround(samples * scale)));
}

// Depth and normal of the empty room, where no furniture is in front.
void FillRoomGeometry(const LightField& field,
                      RenderLayers& layers,
                      const WorkControl& control) {
  ParallelRows(layers.depth.height(), control, [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < layers.depth.width(); ++x) {
        const RoomHit room = field.prism.Intersect(
            field.view.position(), field.view.Ray(x + 0.5f, y + 0.5f));
        layers.depth.at(x, y) = room.distance;
        if (room.face < 0) continue;
        StoreColor(field.prism.faces()[room.face].normal.array(),
                   layers.normal.row(y) + 3 * static_cast<size_t>(x));
      }
    }
  });
}

void CopyFilm(const Film& film, RenderLayers& layers) {
  for (int y = film.region.y0; y < film.region.y1; ++y) {
    for (int x = film.region.x0; x < film.region.x1; ++x) {
      const size_t i = film.Index(x, y);
      if (film.hits[i] <= 0) continue;
      const size_t at = 3 * static_cast<size_t>(x);
      StoreColor(film.diffuse.Get(i) + film.specular.Get(i),
                 layers.furniture.row(y) + at);
      layers.coverage.at(x, y) = std::clamp(film.coverage[i], 0.0f, 1.0f);
      if (film.hits[i] < 0.5f) continue;
      layers.depth.at(x, y) = film.depth[i];
      layers.object.at(x, y) = film.object[i];
      const Color normal = film.normal.Get(i);
      const float length = std::max(1e-6f, normal.matrix().norm());
      StoreColor(normal / length, layers.normal.row(y) + at);
    }
  }
}

// The room without furniture. Made as late as possible: film and layers are
// the two large things here.
RenderLayers RoomLayers(const LightField& field,
                        int width,
                        int height,
                        const WorkControl& control) {
  RenderLayers layers;
  layers.furniture = ImageF(width, height, 3);
  layers.coverage = ImageF(width, height, 1);
  layers.depth = ImageF(width, height, 1);
  layers.normal = ImageF(width, height, 3);
  layers.object = Image<uint16_t>(width, height, 1);
  FillRoomGeometry(field, layers, control);
  return layers;
}

}  // namespace

RenderLayers Render(const Scene& scene,
                    const ImageF& photo_linear,
                    const std::vector<RenderObject>& objects,
                    const RenderOptions& options) {
  const int width = photo_linear.width(), height = photo_linear.height();
  const WorkControl control{
      ThreadCount(options.threads), options.progress, options.cancelled};
  const LightField field = FitLight(scene, photo_linear);
  PhotoIllumination light(field, photo_linear);
  const FurnitureGeometry geometry(objects);
  const PathTracer tracer(geometry, light);
  const ObstacleSet obstacles(scene.obstacles, scene.free_floor);
  const OpeningSet openings(scene.room, field.prism);
  SunPatches sun_patches = FindSunPatches(field, openings, photo_linear);
  std::optional<SunLight> sun;
  if (const auto direction =
          FitSunDirection(field, sun_patches, scene.floor_gloss_f0 > 0)) {
    sun.emplace(light, std::move(sun_patches), *direction);
    sun_patches = SunPatches();
    light.SetSun(&*sun);
  }
  const uint32_t seed = HashBits(static_cast<uint32_t>(options.seed),
                                 static_cast<uint32_t>(options.seed >> 32));

  if (geometry.empty()) {
    RenderLayers layers = RoomLayers(field, width, height, control.Part(0, 1));
    layers.ratio = ImageF(width, height, 3, 1.0f);
    return layers;
  }
  BakeRatio(tracer, light, HashBits(seed, 1), control.Part(0, 0.03));
  const FurniturePassInput input{
      .tracer = tracer,
      .light = light,
      .obstacles = obstacles,
      .objects = objects,
      .photo_linear = photo_linear,
      .sun_patches = sun_patches,
      .seed = HashBits(seed, 2),
      .samples_per_pixel =
          SamplesAtSize(options.samples_per_pixel, std::max(width, height))};
  RenderLayers layers;
  {
    Film film = TraceFurniture(
        input, VisibleRegion(field.view, objects), control.Part(0.03, 0.58));
    DenoiseFilm(film, field.view, control.Part(0.58, 0.64));
    layers = RoomLayers(field, width, height, control.Part(0.64, 0.66));
    CopyFilm(film, layers);
  }
  layers.ratio = RoomRatio(tracer,
                           light,
                           openings,
                           layers.coverage,
                           HashBits(seed, 3),
                           control.Part(0.66, 0.96));
  CutSunPatches(
      tracer, light, HashBits(seed, 5), control.Part(0.96, 0.97), layers.ratio);
  layers.gloss = FloorGloss(tracer,
                            light,
                            static_cast<float>(scene.floor_gloss_f0),
                            static_cast<float>(scene.floor_roughness),
                            HashBits(seed, 4),
                            control.Part(0.97, 1));
  LimitGloss(photo_linear,
             layers.ratio,
             field.face_median[RoomPrism::kFloor],
             control,
             layers.gloss);
  return layers;
}

}  // namespace stage::engine
