#include "engine/catalogue/procedural/cloth.h"

#include <doctest/doctest.h>

#include "engine/catalogue/procedural/shapes.h"
#include "engine/catalogue/procedural/soft_goods.h"

namespace stage::engine::procedural {
namespace {

Part Blanket() {
  return Sheet(
      30, 30, [](float u, float v) { return Vec3(u - 0.5f, 0.5f, 0.5f - v); });
}

ClothSettings Calm() {
  ClothSettings settings;
  settings.gravity = {0, -3, 0};
  settings.friction = 1.5f;
  settings.steps = 200;
  return settings;
}

TEST_CASE("Cloth: falls onto a table and hangs over its sides") {
  Part blanket = Blanket();
  Colliders table;
  table.AddBox(Vec3(-0.3f, 0, -0.3f), Vec3(0.3f, 0.45f, 0.3f), 0.02f);
  table.AddPlane({0, 0, 0}, Vec3::UnitY());
  Drape(blanket, table, Calm());
  Vec3 normal;
  float lowest = 1;
  for (const Vec3& p : blanket.positions) {
    CHECK(table.Distance(p, normal) > -0.004f);
    lowest = std::min(lowest, p.y());
  }
  CHECK(lowest < 0.4f);
  CHECK(lowest > 0.05f);
}

TEST_CASE("Cloth: is stretched by less than a tenth") {
  Part blanket = Blanket();
  Colliders table;
  table.AddBox(Vec3(-0.3f, 0, -0.3f), Vec3(0.3f, 0.45f, 0.3f), 0.02f);
  Drape(blanket, table, Calm());
  float row = 0;
  for (int i = 0; i < 30; ++i) {
    row += (blanket.positions[15 * 31 + i + 1] - blanket.positions[15 * 31 + i])
               .norm();
  }
  CHECK(row > 0.9f);
  CHECK(row < 1.1f);
}

TEST_CASE("Cloth: the same fall ends in the same place") {
  Part first = Blanket(), second = Blanket();
  Colliders floor;
  floor.AddPlane({0, 0, 0}, Vec3(0.1f, 1, 0).normalized());
  Drape(first, floor, Calm());
  Drape(second, floor, Calm());
  CHECK(first.positions == second.positions);
}

TEST_CASE("Pillow: is filled, closed and thickest in the middle") {
  const Pillow pillow = MakePillow(0.5f, 0.5f, 0.36f, 3);
  const Part cover = Finish(pillow).cover;
  CHECK(EnclosedVolume(cover) > 0.008f);
  // The front panel comes first, then the back: their mean distance near the
  // middle and near the seam.
  const size_t panel = cover.positions.size() / 2;
  const auto thickness = [&](auto inside) {
    float sums[2] = {0, 0}, counts[2] = {0, 0};
    for (size_t i = 0; i < 2 * panel; ++i) {
      const Vec3& p = cover.positions[i];
      const float out = std::max(std::abs(p.x()), std::abs(p.y()));
      if (!inside(out)) continue;
      sums[i / panel] += p.z();
      counts[i / panel] += 1;
    }
    return sums[0] / counts[0] - sums[1] / counts[1];
  };
  const float middle = thickness([](float out) { return out < 0.05f; });
  const float rim = thickness([](float out) { return out > 0.2f; });
  CHECK(middle > 0.12f);
  CHECK(middle < 0.25f);
  CHECK(rim < middle * 0.4f);
}

TEST_CASE("RefineGrid: keeps the rim's corners and a flat sheet flat") {
  const Part coarse =
      Sheet(4, 3, [](float u, float v) { return Vec3(u, 0.25f, v); });
  const Part fine = RefineGrid(coarse, 4, 3);
  REQUIRE(fine.positions.size() == 9 * 7);
  CHECK(fine.positions.front().isApprox(coarse.positions.front()));
  CHECK(fine.positions.back().isApprox(coarse.positions.back()));
  for (const Vec3& p : fine.positions) CHECK(p.y() == doctest::Approx(0.25f));
}

}  // namespace
}  // namespace stage::engine::procedural
