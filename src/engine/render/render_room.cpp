#include "engine/render/render_room.h"

#include <algorithm>

#include "engine/render/camera_path.h"
#include "engine/render/daylight_illumination.h"
#include "engine/render/film.h"
#include "engine/render/film_denoise.h"
#include "engine/render/parallel.h"
#include "engine/render/view.h"

namespace stage::engine {
namespace {

constexpr float kBackdropDepth = 100;  // metres; what is seen through windows
// White walls light each other for many bounces.
constexpr PathTracer::Limits kRoomLimits{.depth = 16, .radiance = 40};

void TracePixel(const PathTracer& tracer,
                const View& view,
                int x,
                int y,
                int samples,
                uint32_t seed,
                Film& film) {
  const size_t i = film.Index(x, y);
  for (int s = 0; s < samples; ++s) {
    Sampler sampler(MortonIndex(x, y) * samples + s, seed);
    const Eigen::Vector2f jitter = sampler.Next2D();
    const Eigen::Vector3f direction = view.Ray(x + jitter.x(), y + jitter.y());
    const CameraPath path = TraceCameraPath(tracer,
                                            view.position(),
                                            direction,
                                            PathTracer::kFar,
                                            1 / view.focal_px(),
                                            sampler);
    Color specular = path.specular;
    if (path.through.maxCoeff() > 0) {
      specular +=
          path.through * tracer.illumination().Escape(
                             view.position(), direction, RayKind::kMirror);
    }
    film.diffuse.Add(i, path.diffuse);
    film.specular.Add(i, specular);
    film.albedo.Add(i, path.albedo);
    const Eigen::Vector3f normal = path.hit ? path.normal : -direction;
    film.normal.Add(i, normal.array());
    film.depth[i] += path.hit ? path.depth : kBackdropDepth;
    film.hits[i] += 1;
    const float d = Luminance(path.diffuse), m = Luminance(specular);
    film.diffuse_square[i] += d * d;
    film.specular_square[i] += m * m;
  }
  film.samples[i] = static_cast<uint16_t>(samples);
}

}  // namespace

ImageF RenderRoom(const RoomModel& room,
                  const Camera& camera,
                  int width_px,
                  int height_px,
                  const RenderOptions& options) {
  const WorkControl control{
      ThreadCount(options.threads), options.progress, options.cancelled};
  const View view(camera, width_px, height_px);
  const FurnitureGeometry geometry(room.objects);
  const DaylightIllumination daylight(room);
  const PathTracer tracer(geometry, daylight, kRoomLimits);
  const uint32_t seed = HashBits(static_cast<uint32_t>(options.seed), 0x500);
  const int samples = std::clamp(options.samples_per_pixel, 1, 4096);

  Film film({0, 0, width_px, height_px});
  constexpr int kTile = 16;
  const int columns = (width_px + kTile - 1) / kTile;
  const int rows = (height_px + kTile - 1) / kTile;
  ParallelFor(columns * rows, control.Part(0, 0.97), [&](int tile) {
    const int x0 = tile % columns * kTile, y0 = tile / columns * kTile;
    for (int y = y0; y < std::min(y0 + kTile, height_px); ++y) {
      for (int x = x0; x < std::min(x0 + kTile, width_px); ++x) {
        TracePixel(tracer, view, x, y, samples, seed, film);
      }
    }
  });
  film.Normalize();
  DenoiseFilm(film, view, control.Part(0.97, 1));
  ImageF image(width_px, height_px, 3);
  for (int y = 0; y < height_px; ++y) {
    for (int x = 0; x < width_px; ++x) {
      const size_t i = film.Index(x, y);
      StoreColor(film.diffuse.Get(i) + film.specular.Get(i),
                 image.row(y) + 3 * static_cast<size_t>(x));
    }
  }
  return image;
}

}  // namespace stage::engine
