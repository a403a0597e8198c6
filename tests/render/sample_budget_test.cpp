#include "engine/render/sample_budget.h"

#include <doctest/doctest.h>

#include <numeric>

namespace stage::engine {
namespace {

constexpr int kWidth = 60, kHeight = 40, kEdge = 30, kFirst = 4, kMost = 32;
const WorkControl kControl{2, {}, {}};

// A wall that meets another at a column of pixels; all pixels equally noisy,
// the bottom rows without furniture.
Film TwoWalls() {
  Film film({0, 0, kWidth, kHeight});
  for (int y = 0; y < kHeight - 5; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const size_t i = film.Index(x, y);
      film.samples[i] = kFirst;
      film.hits[i] = kFirst;
      film.object[i] = 1;
      film.normal.Set(i, x < kEdge ? Color(kFirst, 0, 0) : Color(0, 0, kFirst));
      film.albedo.Set(i, Color::Constant(0.5f * kFirst));
      film.shown[i] = 0.5f * kFirst;
      film.shown_square[i] = 0.27f * kFirst;
    }
  }
  return film;
}

int Total(const std::vector<uint8_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), 0);
}

TEST_CASE("ExtraSamples: edges get more than even surfaces") {
  const Film film = TwoWalls();
  const auto extra = ExtraSamples(film, 8.0 * film.size(), kMost, kControl);
  CHECK(extra[film.Index(kEdge, 10)] > extra[film.Index(10, 10)]);
  CHECK(extra[film.Index(10, 10)] > 0);
}

TEST_CASE("ExtraSamples: the budget and each pixel's limit are kept") {
  const Film film = TwoWalls();
  for (const double budget : {0.0, 2000.0, 20000.0, 1e7}) {
    const auto extra = ExtraSamples(film, budget, kMost, kControl);
    CHECK(Total(extra) <= budget);
    for (const uint8_t count : extra) REQUIRE(count + kFirst <= kMost);
  }
  CHECK(Total(ExtraSamples(film, 20000, kMost, kControl)) > 10000);
}

TEST_CASE(
    "ExtraSamples: none where no furniture was seen, none without noise") {
  Film film = TwoWalls();
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      film.shown_square[film.Index(x, y)] = 0.25f * kFirst;
    }
  }
  const auto extra = ExtraSamples(film, 1e6, kMost, kControl);
  CHECK(extra[film.Index(20, 10)] == 0);
  CHECK(extra[film.Index(20, kHeight - 2)] == 0);
  CHECK(extra[film.Index(20, 28)] > 0);
}

}  // namespace
}  // namespace stage::engine
