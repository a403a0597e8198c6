#include "engine/render/film.h"

namespace stage::engine {

Film::Film(const PixelRegion& r) : region(r) {
  const size_t count =
      r.empty() ? 0 : static_cast<size_t>(r.width()) * r.height();
  for (ColorPlanes* planes : {&diffuse, &specular, &albedo, &normal}) {
    planes->Resize(count);
  }
  for (auto* plane : {&depth,
                      &coverage,
                      &hits,
                      &diffuse_square,
                      &specular_square,
                      &shown,
                      &shown_square}) {
    plane->assign(count, 0.0f);
  }
  samples.assign(count, 0);
  object.assign(count, 0);
}

void Film::Normalize() {
  for (size_t i = 0; i < size(); ++i) {
    if (samples[i] == 0) continue;
    const float n = samples[i];
    for (ColorPlanes* planes : {&diffuse, &specular, &albedo}) {
      planes->Set(i, planes->Get(i) / n);
    }
    coverage[i] /= n;
    if (hits[i] > 0) {
      normal.Set(i, normal.Get(i) / hits[i]);
      depth[i] /= hits[i];
    }
    hits[i] /= n;
    auto variance = [n](float square_sum, float mean) {
      return std::max(0.0f, square_sum / n - mean * mean) /
             std::max(1.0f, n - 1);
    };
    diffuse_square[i] = variance(diffuse_square[i], Luminance(diffuse.Get(i)));
    specular_square[i] =
        variance(specular_square[i], Luminance(specular.Get(i)));
  }
  shown = {};
  shown_square = {};
}

}  // namespace stage::engine
