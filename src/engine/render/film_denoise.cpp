#include "engine/render/film_denoise.h"

#include <algorithm>
#include <cmath>

#include "engine/render/denoise.h"

namespace stage::engine {
namespace {

// Below this albedo there is no diffuse light worth keeping apart.
constexpr float kLeastAlbedo = 1e-3f;

// Depth that one pixel step may cross on the surface each pixel shows.
std::vector<float> DepthSlope(const Film& film, const View& view) {
  std::vector<float> slope(film.size());
  for (int y = film.region.y0; y < film.region.y1; ++y) {
    for (int x = film.region.x0; x < film.region.x1; ++x) {
      const size_t i = film.Index(x, y);
      const Eigen::Vector3f ray = view.Ray(x + 0.5f, y + 0.5f);
      const float cosine = std::clamp(
          std::fabs(ray.dot(film.normal.Get(i).matrix())), 0.08f, 1.0f);
      const float tangent = std::sqrt(1 - cosine * cosine) / cosine;
      const float pixel = film.depth[i] / view.focal_px();
      slope[i] = std::max(1e-4f, pixel * (tangent + 0.5f));
    }
  }
  return slope;
}

}  // namespace

void DenoiseFilm(Film& film, const View& view, const WorkControl& control) {
  const std::vector<float> slope = DepthSlope(film, view);
  DenoiseGuide guide;
  guide.width = film.region.width();
  guide.height = film.region.height();
  guide.normal_x = film.normal.channel[0].data();
  guide.normal_y = film.normal.channel[1].data();
  guide.normal_z = film.normal.channel[2].data();
  guide.depth = film.depth.data();
  guide.slope = slope.data();

  // Irradiance: diffuse light without the texture, which must stay crisp.
  std::vector<float> weight(film.size());
  for (size_t i = 0; i < film.size(); ++i) {
    const Color albedo = film.albedo.Get(i);
    const float strength = Luminance(albedo);
    weight[i] = strength > kLeastAlbedo ? film.hits[i] : 0.0f;
    if (weight[i] <= 0) continue;
    film.diffuse.Set(i, film.diffuse.Get(i) / albedo.max(kLeastAlbedo));
    film.diffuse_square[i] /= strength * strength;
  }
  guide.weight = weight.data();
  Denoise(guide, {}, film.diffuse, film.diffuse_square, control.Part(0, 0.5));
  for (size_t i = 0; i < film.size(); ++i) {
    if (weight[i] <= 0) continue;
    film.diffuse.Set(
        i, film.diffuse.Get(i) * film.albedo.Get(i).max(kLeastAlbedo));
  }

  for (size_t i = 0; i < film.size(); ++i) {
    weight[i] = film.hits[i];
    if (weight[i] <= 0) continue;
    film.specular.Set(i, film.specular.Get(i) / weight[i]);
    film.specular_square[i] /= weight[i] * weight[i];
  }
  const DenoiseStrength gentle{
      .passes = 3, .color = 2, .normal = 0.02f, .floor = 0.005f};
  Denoise(
      guide, gentle, film.specular, film.specular_square, control.Part(0.5, 1));
  for (size_t i = 0; i < film.size(); ++i) {
    if (weight[i] > 0) {
      film.specular.Set(i, film.specular.Get(i) * weight[i]);
    }
  }
  film.albedo = {};
  film.diffuse_square = {};
  film.specular_square = {};
}

}  // namespace stage::engine
