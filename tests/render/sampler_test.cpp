#include "engine/render/sampler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace stage::engine {
namespace {

TEST_CASE("Sampler: 16 points fall one into each cell of every 16-cell grid") {
  for (const uint32_t seed : {1u, 77u, 991u}) {
    std::vector<Eigen::Vector2f> points;
    for (uint32_t i = 0; i < 16; ++i) {
      Sampler sampler(i, seed);
      sampler.Next1D();
      points.push_back(sampler.Next2D());
    }
    for (const int columns : {1, 2, 4, 8, 16}) {
      const int rows = 16 / columns;
      std::set<int> cells;
      for (const Eigen::Vector2f& p : points) {
        REQUIRE(p.minCoeff() >= 0);
        REQUIRE(p.maxCoeff() < 1);
        cells.insert(static_cast<int>(p.x() * columns) * rows +
                     static_cast<int>(p.y() * rows));
      }
      CHECK(cells.size() == 16);
    }
  }
}

TEST_CASE("Sampler: neighbouring pixels share one stratified set") {
  // Four pixels of a Z-order block, four samples each.
  std::set<int> cells;
  for (uint32_t pixel = 0; pixel < 4; ++pixel) {
    for (uint32_t s = 0; s < 4; ++s) {
      Sampler sampler(MortonIndex(6 + pixel % 2, 10 + pixel / 2) * 4 + s, 5);
      const Eigen::Vector2f p = sampler.Next2D();
      cells.insert(static_cast<int>(p.x() * 4) * 4 +
                   static_cast<int>(p.y() * 4));
    }
  }
  CHECK(cells.size() == 16);
}

TEST_CASE("Sampler: dimensions are drawn independently") {
  double correlation = 0;
  for (uint32_t i = 0; i < 4096; ++i) {
    Sampler sampler(i, 3);
    const float a = sampler.Next1D(), b = sampler.Next1D();
    correlation += (a - 0.5) * (b - 0.5);
  }
  CHECK(std::abs(correlation / 4096) < 0.003);
}

TEST_CASE("CosineDirection: the mean cosine is two thirds") {
  const Eigen::Vector3f normal = Eigen::Vector3f(1, 2, -3).normalized();
  double sum = 0;
  for (uint32_t i = 0; i < 1024; ++i) {
    Sampler sampler(i, 9);
    const Eigen::Vector3f d = CosineDirection(normal, sampler.Next2D());
    REQUIRE(std::abs(d.norm() - 1) < 1e-4);
    sum += d.dot(normal);
  }
  CHECK(sum / 1024 == doctest::Approx(2 / 3.0).epsilon(0.01));
}

}  // namespace
}  // namespace stage::engine
