#include "engine/render/furniture_pass.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "render/rooms.h"

namespace stage::engine {
namespace {

TEST_CASE("FurniturePass: samples go where noise is and keep to the budget") {
  constexpr int kWidth = 200, kHeight = 140, kBudget = 16;
  const Scene scene = BoxRoom(kWidth, kHeight);
  const ImageF photo = ShadedPhoto(kWidth, kHeight);
  const std::vector<RenderObject> objects = {
      {BoxMesh({1, 0.8f, 0.8f}, Matt(0.6f)), {0, 0, -2.6}, 0.4, false}};
  const LightField field = FitLight(scene, photo);
  const PhotoIllumination light(field, photo);
  const FurnitureGeometry geometry(objects);
  const PathTracer tracer(geometry, light);
  const ImageU8 no_floor;
  const ObstacleSet obstacles({}, no_floor);
  const SunPatches no_sun;
  const FurniturePassInput input{.tracer = tracer,
                                 .light = light,
                                 .obstacles = obstacles,
                                 .objects = objects,
                                 .photo_linear = photo,
                                 .sun_patches = no_sun,
                                 .seed = 3,
                                 .samples_per_pixel = kBudget};
  const WorkControl control{2, {}, {}};
  const Film film = TraceFurniture(input, {0, 0, kWidth, kHeight}, control);
  double total = 0, covered = 0;
  int most = 0, empty_most = 0;
  for (size_t i = 0; i < film.size(); ++i) {
    total += film.samples[i];
    if (film.hits[i] > 0) {
      ++covered;
      most = std::max<int>(most, film.samples[i]);
    }
  }
  // Far corners of the picture get the single probe ray.
  for (int x = 0; x < 20; ++x) {
    empty_most = std::max<int>(empty_most, film.samples[film.Index(x, 2)]);
  }
  REQUIRE(covered > 1000);
  CHECK(empty_most == 1);
  // The probe of the empty part and the rim around edges come on top.
  CHECK(total - film.size() < 1.15 * kBudget * covered);
  CHECK(total > 0.7 * kBudget * covered);
  CHECK(most > kBudget);
}

}  // namespace
}  // namespace stage::engine
