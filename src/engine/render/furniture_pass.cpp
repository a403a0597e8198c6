#include "engine/render/furniture_pass.h"

#include <algorithm>
#include <cmath>

#include "engine/render/sun_patches.h"

namespace stage::engine {
namespace {

constexpr int kTile = 16;
constexpr int kProbe = 4;         // samples before a pixel is found empty
constexpr int kMostSamples = 96;  // a pixel, whatever its noise
constexpr int kMaxPanes = 6;
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

class FurniturePass {
 public:
  FurniturePass(const FurniturePassInput& input, Film& film)
      : input_(input),
        film_(film),
        view_(input.light.field().view),
        photo_(input.photo_linear),
        gain_(input.light.field().furniture_gain) {}

  void FirstRound(int count, const WorkControl& control);
  void MoreWhereNoisy(double budget, const WorkControl& control);

 private:
  bool SamplePixel(int x, int y, Sampler sampler);
  void Record(size_t index,
              const Color& diffuse,
              const Color& specular,
              const Color& through,
              const float* photo);
  void ForTiles(const WorkControl& control,
                const std::function<void(const PixelRegion&)>& body) const;

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

void FurniturePass::FirstRound(int count, const WorkControl& control) {
  const uint32_t seed = HashBits(static_cast<uint32_t>(input_.seed), 0xf00d);
  ForTiles(control, [&](const PixelRegion& tile) {
    auto sample = [&](int x, int y, int s) {
      return SamplePixel(
          x, y, Sampler(MortonIndex(x, y) * count + s, seed));
    };
    bool hit[kTile + 2][kTile + 2] = {};
    bool any = false;
    for (int y = tile.y0; y < tile.y1; ++y) {
      for (int x = tile.x0; x < tile.x1; ++x) {
        bool& pixel_hit = hit[y - tile.y0 + 1][x - tile.x0 + 1];
        for (int s = 0; s < std::min(kProbe, count); ++s) {
          pixel_hit |= sample(x, y, s);
        }
        any |= pixel_hit;
      }
    }
    if (!any) return;
    for (int y = tile.y0; y < tile.y1; ++y) {
      for (int x = tile.x0; x < tile.x1; ++x) {
        bool near = false;
        for (int k = 0; k < 9; ++k) {
          near |= hit[y - tile.y0 + k / 3][x - tile.x0 + k % 3];
        }
        if (!near) continue;
        for (int s = kProbe; s < count; ++s) sample(x, y, s);
      }
    }
  });
}

void FurniturePass::MoreWhereNoisy(double budget, const WorkControl& control) {
  const int width = film_.region.width(), height = film_.region.height();
  // Variance of one sample's display value, over 3x3 pixels: few samples alone
  // say little about their own spread.
  std::vector<float> spread(film_.size(), 0.0f);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const size_t i = static_cast<size_t>(y) * width + x;
      if (film_.samples[i] <= kProbe && film_.hits[i] == 0) continue;
      float sum = 0, n = 0;
      for (int k = 0; k < 9; ++k) {
        const int xx = std::clamp(x + k % 3 - 1, 0, width - 1);
        const int yy = std::clamp(y + k / 3 - 1, 0, height - 1);
        const size_t j = static_cast<size_t>(yy) * width + xx;
        if (film_.samples[j] == 0) continue;
        const float count = film_.samples[j];
        const float mean = film_.shown[j] / count;
        sum += std::max(0.0f, film_.shown_square[j] / count - mean * mean);
        n += 1;
      }
      spread[i] = n > 0 ? sum / n : 0;
    }
  }
  // More rays in proportion to the spread; the proportion follows from the
  // budget by bisection.
  auto extra = [&](size_t i, double scale) {
    const double wanted = spread[i] * scale - film_.samples[i];
    return std::clamp(static_cast<int>(wanted / 4 + 0.5) * 4,
                      0,
                      std::max(0, kMostSamples - film_.samples[i]));
  };
  double low = 0, high = 1e6;
  for (int step = 0; step < 32; ++step) {
    const double middle = step < 4 ? high / 100 : 0.5 * (low + high);
    double total = 0;
    for (size_t i = 0; i < spread.size(); ++i) {
      if (spread[i] > 0) total += extra(i, middle);
    }
    (total > budget ? high : low) = middle;
  }
  const uint32_t seed = HashBits(static_cast<uint32_t>(input_.seed), 0xcafe);
  ForTiles(control, [&](const PixelRegion& tile) {
    for (int y = tile.y0; y < tile.y1; ++y) {
      for (int x = tile.x0; x < tile.x1; ++x) {
        const size_t i = film_.Index(x, y);
        if (spread[i] <= 0) continue;
        const int count = extra(i, low);
        const uint32_t pixel_seed = HashBits(MortonIndex(x, y), seed);
        for (int s = 0; s < count; ++s) {
          SamplePixel(x, y, Sampler(s, pixel_seed));
        }
      }
    }
  });
}

bool FurniturePass::SamplePixel(int x, int y, Sampler sampler) {
  const size_t index = film_.Index(x, y);
  const Eigen::Vector2f jitter = sampler.Next2D();
  const float px = x + 0.5f + Tent(jitter.x());
  const float py = y + 0.5f + Tent(jitter.y());
  Eigen::Vector3f origin = view_.position();
  const Eigen::Vector3f direction = view_.Ray(px, py);
  const RoomHit room = input_.light.field().prism.Intersect(origin, direction);
  float reach = room.face < 0 ? PathTracer::kFar
                              : room.distance + kWallTolerance;
  reach = input_.obstacles.Distance(origin, direction, reach);

  Color through = Color::Ones();
  Color diffuse = Color::Zero(), specular = Color::Zero();
  float travelled = 0;
  bool hit_any = false;
  for (int pane = 0; pane <= kMaxPanes; ++pane) {
    FurnitureHit hit;
    const PathTracer& tracer = input_.tracer;
    if (!tracer.geometry().Intersect(
            origin, direction, reach - travelled, &hit)) {
      break;
    }
    travelled += hit.distance;
    const Surface surface = tracer.geometry().Evaluate(
        hit, direction, origin, travelled / view_.focal_px());
    if (!hit_any) {
      hit_any = true;
      film_.hits[index] += 1;
      film_.depth[index] += travelled;
      film_.normal.Add(index, surface.smooth_normal.array());
      film_.object[index] = static_cast<uint16_t>(surface.object + 1);
    }
    if (surface.coverage < 1 && sampler.Next1D() >= surface.coverage) {
      if (surface.glass) {
        const float reflectance = PaneReflectance(surface, direction);
        if (pane < 2) {
          specular += gain_ * Limited(through * reflectance *
                                      tracer.PaneReflection(
                                          surface, direction, sampler));
        }
        through *= 1 - reflectance;
      }
      through *= surface.filter;
      const float step = 2e-4f;
      travelled += step;
      origin = surface.position + direction * step;
      continue;
    }
    const Shading shading = tracer.Shade(surface, direction, sampler);
    float gain = gain_;
    if (input_.objects[surface.object].lies_on_floor) {
      gain *= SunAt(input_.sun_patches, px / view_.width(), py / view_.height());
    }
    const Color albedo = through * surface.diffuse;
    diffuse += gain * Limited(albedo * shading.irradiance);
    specular += gain * Limited(through * shading.specular);
    film_.albedo.Add(index, albedo);
    through = Color::Zero();
    break;
  }
  Record(index, diffuse, specular, through, photo_.row(y) + 3 * static_cast<size_t>(x));
  return hit_any;
}

void FurniturePass::Record(size_t index,
                           const Color& diffuse,
                           const Color& specular,
                           const Color& through,
                           const float* photo) {
  const float mean_through = through.mean();
  const Color behind = LoadColor(photo);
  // Coverage has one channel: the tint of glass goes into the reflections.
  const Color reflected = specular + (through - mean_through) * behind;
  film_.samples[index] += 1;
  film_.coverage[index] += 1 - mean_through;
  film_.diffuse.Add(index, diffuse);
  film_.specular.Add(index, reflected);
  const float d = Luminance(diffuse), s = Luminance(reflected);
  film_.diffuse_square[index] += d * d;
  film_.specular_square[index] += s * s;
  const float shown = std::sqrt(std::clamp(
      Luminance(diffuse + reflected + mean_through * behind), 0.0f, 1.2f));
  film_.shown[index] += shown;
  film_.shown_square[index] += shown * shown;
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
  region.x0 = static_cast<int>(std::clamp<float>(low_x - kMargin, 0, view.width()));
  region.y0 = static_cast<int>(std::clamp<float>(low_y - kMargin, 0, view.height()));
  region.x1 = static_cast<int>(std::clamp<float>(high_x + kMargin + 1, 0, view.width()));
  region.y1 = static_cast<int>(std::clamp<float>(high_y + kMargin + 1, 0, view.height()));
  return region.empty() ? PixelRegion{} : region;
}

Film TraceFurniture(const FurniturePassInput& input,
                    const PixelRegion& region,
                    const WorkControl& control) {
  Film film(region);
  if (region.empty()) return film;
  FurniturePass pass(input, film);
  const int first = std::clamp(input.samples_per_pixel / 2, 1, 16);
  pass.FirstRound(first, control.Part(0, 0.5));
  double covered = 0;
  for (size_t i = 0; i < film.size(); ++i) covered += film.hits[i] > 0;
  pass.MoreWhereNoisy(covered * (input.samples_per_pixel - first),
                      control.Part(0.5, 1));
  film.Normalize();
  return film;
}

}  // namespace stage::engine
