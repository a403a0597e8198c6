#include "engine/render/denoise.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

constexpr int kSide = 40, kEdge = 20;

// Two surfaces that meet in a column of pixels which show both.
struct TwoSurfaces {
  std::vector<float> normal_x, normal_y, normal_z, depth, slope, weight;
  ColorPlanes color;
  std::vector<float> variance;

  TwoSurfaces() {
    const size_t count = kSide * kSide;
    color.Resize(count);
    for (auto* plane : {&normal_x, &normal_y, &normal_z, &depth, &variance}) {
      plane->assign(count, 0.0f);
    }
    slope.assign(count, 0.01f);
    weight.assign(count, 1.0f);
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const size_t i = static_cast<size_t>(y) * kSide + x;
        normal_x[i] = x < kEdge ? 1 : x > kEdge ? 0 : 0.5f;
        normal_z[i] = 1 - normal_x[i];
        depth[i] = x < kEdge ? 1 : x > kEdge ? 5 : 3;
        const float noise = (y % 2 ? 0.1f : -0.1f) * (x == kEdge ? 4 : 1);
        const float light = x < kEdge ? 0.2f : x > kEdge ? 0.8f : 0.5f;
        color.Set(i, Color::Constant(light + noise));
        variance[i] = 2 * noise * noise;
      }
    }
  }
  void Clean() {
    const DenoiseGuide guide{.width = kSide,
                             .height = kSide,
                             .normal_x = normal_x.data(),
                             .normal_y = normal_y.data(),
                             .normal_z = normal_z.data(),
                             .depth = depth.data(),
                             .slope = slope.data(),
                             .weight = weight.data()};
    Denoise(guide, {}, color, variance, {2, {}, {}});
  }
  float At(int x, int y) const {
    return color.Get(static_cast<size_t>(y) * kSide + x)[1];
  }
};

TEST_CASE("Denoise: surfaces get even and keep their own light") {
  TwoSurfaces picture;
  picture.Clean();
  for (int y = 4; y < kSide - 4; ++y) {
    REQUIRE(picture.At(kEdge - 3, y) == doctest::Approx(0.2).epsilon(0.15));
    REQUIRE(picture.At(kEdge + 3, y) == doctest::Approx(0.8).epsilon(0.05));
  }
}

TEST_CASE("Denoise: no dots along the edge where two surfaces meet") {
  TwoSurfaces picture;
  picture.Clean();
  for (int y = 4; y < kSide - 4; ++y) {
    REQUIRE(picture.At(kEdge, y) > 0.25f);
    REQUIRE(picture.At(kEdge, y) < 0.75f);
    REQUIRE(std::fabs(picture.At(kEdge, y) - picture.At(kEdge, y - 1)) < 0.06f);
  }
}

TEST_CASE("Denoise: a dark line one pixel wide is no noise") {
  TwoSurfaces picture;
  for (int y = 0; y < kSide; ++y) {
    const size_t i = static_cast<size_t>(y) * kSide + kEdge;
    picture.color.Set(i, Color::Constant(0.02f));
    picture.variance[i] = 1e-4f;
  }
  picture.Clean();
  for (int y = 4; y < kSide - 4; ++y) REQUIRE(picture.At(kEdge, y) < 0.1f);
}

TEST_CASE("Denoise: pixels without weight stay as they are") {
  TwoSurfaces picture;
  const size_t index = 5 * kSide + 5;
  picture.weight[index] = 0;
  picture.color.Set(index, Color::Constant(7));
  picture.Clean();
  CHECK(picture.At(5, 5) == 7);
  CHECK(picture.At(6, 5) < 0.4f);
}

}  // namespace
}  // namespace stage::engine
