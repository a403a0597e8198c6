#include "engine/render/furniture_pass.h"

#include <algorithm>
#include <cmath>

#include "engine/render/camera_path.h"
#include "engine/render/sample_budget.h"

namespace stage::engine {
namespace {

constexpr int kTile = 16;
constexpr int kMostSamples = 96;         // a pixel, whatever its noise
constexpr float kWallTolerance = 0.05f;  // metres furniture may sink in a wall
constexpr float kMaxSample = 6;          // radiance of one sample, at most

// A tent two pixels wide, close to what a lens and sensor do.
float Tent(float u) {
  return u < 0.5f ? std::sqrt(2 * u) - 1 : 1 - std::sqrt(2 - 2 * u);
}

Color Limited(const Color& color) {
  const float peak = color.maxCoeff();
  return peak > kMaxSample ? Color(color * (kMaxSample / peak)) : color;
}

// What the samples of one pixel add up to; written to the film at once.
struct PixelSums {
  Color diffuse = Color::Zero(), specular = Color::Zero();
  Color albedo = Color::Zero(), normal = Color::Zero();
  float depth = 0, coverage = 0, hits = 0;
  float diffuse_square = 0, specular_square = 0, shown = 0, shown_square = 0;
  int samples = 0;
  uint16_t object = 0;
};

class FurniturePass {
 public:
  FurniturePass(const FurniturePassInput& input, Film& film)
      : input_(input),
        film_(film),
        view_(input.light.field().view),
        photo_(input.photo_linear),
        gain_(input.light.field().furniture_gain) {}

  void Probe(int count, const WorkControl& control);
  void FirstRound(int count, const WorkControl& control);
  void MoreWhereNoisy(double budget, const WorkControl& control);

 private:
  uint32_t RoundSeed() const {
    return HashBits(static_cast<uint32_t>(input_.seed), 0xf00d);
  }
  void SamplePixel(int x, int y, Sampler sampler, PixelSums& sums) const;
  void Record(const Color& diffuse,
              const Color& specular,
              const Color& through,
              const float* photo,
              PixelSums& sums) const;
  void Write(size_t index, const PixelSums& sums);
  void ForTiles(const WorkControl& control,
                const std::function<void(const PixelRegion&)>& body) const;
  bool NearHit(int x, int y) const;

  const FurniturePassInput& input_;
  Film& film_;
  const View& view_;
  const ImageF& photo_;
  const float gain_;
};

void FurniturePass::ForTiles(
    const WorkControl& control,
    const std::function<void(const PixelRegion&)>& body) const {
  const PixelRegion& r = film_.region;
  const int columns = (r.width() + kTile - 1) / kTile;
  const int rows = (r.height() + kTile - 1) / kTile;
  ParallelFor(columns * rows, control, [&](int tile) {
    const int x = r.x0 + tile % columns * kTile;
    const int y = r.y0 + tile / columns * kTile;
    body({x, y, std::min(x + kTile, r.x1), std::min(y + kTile, r.y1)});
  });
}

// One ray a pixel finds where the furniture is.
void FurniturePass::Probe(int count, const WorkControl& control) {
  ForTiles(control, [&](const PixelRegion& tile) {
    for (int y = tile.y0; y < tile.y1; ++y) {
      for (int x = tile.x0; x < tile.x1; ++x) {
        PixelSums sums;
        SamplePixel(
            x, y, Sampler(MortonIndex(x, y) * count, RoundSeed()), sums);
        Write(film_.Index(x, y), sums);
      }
    }
  });
}

// Furniture, or an edge of it that the probe may have missed.
bool FurniturePass::NearHit(int x, int y) const {
  const PixelRegion& r = film_.region;
  for (int yy = std::max(r.y0, y - 1); yy <= std::min(r.y1 - 1, y + 1); ++yy) {
    for (int xx = std::max(r.x0, x - 1); xx <= std::min(r.x1 - 1, x + 1);
         ++xx) {
      if (film_.hits[film_.Index(xx, yy)] > 0) return true;
    }
  }
  return false;
}

void FurniturePass::FirstRound(int count, const WorkControl& control) {
  std::vector<uint8_t> near(film_.size());
  for (int y = film_.region.y0; y < film_.region.y1; ++y) {
    for (int x = film_.region.x0; x < film_.region.x1; ++x) {
      near[film_.Index(x, y)] = NearHit(x, y);
    }
  }
  ForTiles(control, [&](const PixelRegion& tile) {
    for (int y = tile.y0; y < tile.y1; ++y) {
      for (int x = tile.x0; x < tile.x1; ++x) {
        const size_t index = film_.Index(x, y);
        if (!near[index]) continue;
        PixelSums sums;
        for (int s = 1; s < count; ++s) {
          SamplePixel(
              x, y, Sampler(MortonIndex(x, y) * count + s, RoundSeed()), sums);
        }
        Write(index, sums);
      }
    }
  });
}

void FurniturePass::MoreWhereNoisy(double budget, const WorkControl& control) {
  const std::vector<uint8_t> extra =
      ExtraSamples(film_, budget, kMostSamples, control);
  const uint32_t seed = HashBits(static_cast<uint32_t>(input_.seed), 0xcafe);
  ForTiles(control, [&](const PixelRegion& tile) {
    for (int y = tile.y0; y < tile.y1; ++y) {
      for (int x = tile.x0; x < tile.x1; ++x) {
        const size_t i = film_.Index(x, y);
        if (extra[i] == 0) continue;
        const uint32_t pixel_seed = HashBits(MortonIndex(x, y), seed);
        PixelSums sums;
        for (int s = 0; s < extra[i]; ++s) {
          SamplePixel(x, y, Sampler(s, pixel_seed), sums);
        }
        Write(i, sums);
      }
    }
  });
}

void FurniturePass::SamplePixel(int x,
                                int y,
                                Sampler sampler,
                                PixelSums& sums) const {
  const Eigen::Vector2f jitter = sampler.Next2D();
  const float px = x + 0.5f + Tent(jitter.x());
  const float py = y + 0.5f + Tent(jitter.y());
  const Eigen::Vector3f& origin = view_.position();
  const Eigen::Vector3f direction = view_.Ray(px, py);
  const RoomHit room = input_.light.field().prism.Intersect(origin, direction);
  float reach =
      room.face < 0 ? PathTracer::kFar : room.distance + kWallTolerance;
  if (!input_.obstacles.FloorShows(px / view_.width(), py / view_.height())) {
    reach = input_.obstacles.Distance(origin, direction, reach);
  }

  const CameraPath path = TraceCameraPath(
      input_.tracer, origin, direction, reach, 1 / view_.focal_px(), sampler);
  if (path.hit) {
    sums.hits += 1;
    sums.depth += path.depth;
    sums.normal += path.normal.array();
    sums.object = static_cast<uint16_t>(path.object + 1);
    sums.albedo += path.albedo;
  }
  float gain = gain_;
  if (path.shaded_object >= 0 &&
      input_.objects[path.shaded_object].lies_on_floor) {
    gain *= input_.sun_patches.SunAt(px / view_.width(), py / view_.height());
  }
  Record(gain * Limited(path.diffuse),
         gain * Limited(path.specular),
         path.through,
         photo_.row(y) + 3 * static_cast<size_t>(x),
         sums);
}

void FurniturePass::Record(const Color& diffuse,
                           const Color& specular,
                           const Color& through,
                           const float* photo,
                           PixelSums& sums) const {
  const float mean_through = through.mean();
  const Color behind = LoadColor(photo);
  // Coverage has one channel: the tint of glass goes into the reflections.
  const Color reflected = specular + (through - mean_through) * behind;
  sums.samples += 1;
  sums.coverage += 1 - mean_through;
  sums.diffuse += diffuse;
  sums.specular += reflected;
  const float d = Luminance(diffuse), s = Luminance(reflected);
  sums.diffuse_square += d * d;
  sums.specular_square += s * s;
  const float shown = std::sqrt(std::clamp(
      Luminance(diffuse + reflected + mean_through * behind), 0.0f, 1.2f));
  sums.shown += shown;
  sums.shown_square += shown * shown;
}

void FurniturePass::Write(size_t index, const PixelSums& sums) {
  film_.samples[index] += static_cast<uint16_t>(sums.samples);
  if (sums.hits == 0 && film_.hits[index] == 0) {
    film_.shown[index] += sums.shown;
    film_.shown_square[index] += sums.shown_square;
    return;
  }
  film_.diffuse.Add(index, sums.diffuse);
  film_.specular.Add(index, sums.specular);
  film_.albedo.Add(index, sums.albedo);
  film_.normal.Add(index, sums.normal);
  film_.depth[index] += sums.depth;
  film_.coverage[index] += sums.coverage;
  film_.hits[index] += sums.hits;
  film_.diffuse_square[index] += sums.diffuse_square;
  film_.specular_square[index] += sums.specular_square;
  film_.shown[index] += sums.shown;
  film_.shown_square[index] += sums.shown_square;
  if (sums.object > 0) film_.object[index] = sums.object;
}

}  // namespace

PixelRegion VisibleRegion(const View& view,
                          const std::vector<RenderObject>& objects) {
  float low_x = 1e9f, low_y = 1e9f, high_x = -1e9f, high_y = -1e9f;
  bool near = false;
  for (const RenderObject& object : objects) {
    if (!object.mesh) continue;
    const float c = static_cast<float>(std::cos(object.yaw));
    const float s = static_cast<float>(std::sin(object.yaw));
    const Eigen::Vector3f at = object.position.cast<float>();
    for (const Eigen::Vector3f& p : object.mesh->positions) {
      const Eigen::Vector3f world =
          Eigen::Vector3f(c * p.x() + s * p.z(), p.y(), c * p.z() - s * p.x()) +
          at;
      const View::Projection pixel = view.Project(world);
      if (pixel.depth < 0.05f) {
        near |= pixel.depth > -0.5f;
        continue;
      }
      low_x = std::min(low_x, pixel.x);
      high_x = std::max(high_x, pixel.x);
      low_y = std::min(low_y, pixel.y);
      high_y = std::max(high_y, pixel.y);
    }
  }
  if (near) return {0, 0, view.width(), view.height()};
  constexpr int kMargin = 3;
  if (high_x < low_x) return {};
  PixelRegion region;
  region.x0 =
      static_cast<int>(std::clamp<float>(low_x - kMargin, 0, view.width()));
  region.y0 =
      static_cast<int>(std::clamp<float>(low_y - kMargin, 0, view.height()));
  region.x1 = static_cast<int>(
      std::clamp<float>(high_x + kMargin + 1, 0, view.width()));
  region.y1 = static_cast<int>(
      std::clamp<float>(high_y + kMargin + 1, 0, view.height()));
  return region.empty() ? PixelRegion{} : region;
}

Film TraceFurniture(const FurniturePassInput& input,
                    const PixelRegion& region,
                    const WorkControl& control) {
  Film film(region);
  if (region.empty()) return film;
  FurniturePass pass(input, film);
  const int first = std::clamp(input.samples_per_pixel * 3 / 8, 1, 16);
  pass.Probe(first, control.Part(0, 0.08));
  pass.FirstRound(first, control.Part(0.08, 0.5));
  double covered = 0;
  for (size_t i = 0; i < film.size(); ++i) covered += film.hits[i] > 0;
  pass.MoreWhereNoisy(covered * (input.samples_per_pixel - first),
                      control.Part(0.5, 1));
  film.Normalize();
  return film;
}

}  // namespace stage::engine
