#include "engine/catalogue/procedural/soft_goods.h"

#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

/// The vertices along the rim of a Sheet grid, in order.
std::vector<uint32_t> GridRim(int columns, int rows) {
  const auto width = static_cast<uint32_t>(columns + 1);
  std::vector<uint32_t> rim;
  for (int i = 0; i < columns; ++i) rim.push_back(static_cast<uint32_t>(i));
  for (int j = 0; j < rows; ++j)
    rim.push_back(static_cast<uint32_t>(j) * width + width - 1);
  for (int i = columns; i > 0; --i)
    rim.push_back(static_cast<uint32_t>(rows) * width +
                  static_cast<uint32_t>(i));
  for (int j = rows; j > 0; --j)
    rim.push_back(static_cast<uint32_t>(j) * width);
  return rim;
}

std::vector<Vec3> Places(const Part& part,
                         const std::vector<uint32_t>& vertices) {
  std::vector<Vec3> path;
  for (const uint32_t v : vertices) path.push_back(part.positions[v]);
  return path;
}

}  // namespace

Pillow MakePillow(
    float width, float height, float fill, uint32_t seed, float cell) {
  const int columns = std::max(8, static_cast<int>(std::lround(width / cell)));
  const int rows = std::max(8, static_cast<int>(std::lround(height / cell)));
  const float thickness = fill * std::min(width, height);
  // The shape of an inflated square: sides drawn in, flat corners, faces that
  // leave the seam steeply, with puckers across it and a few soft dents.
  const auto panel = [&](float sign) {
    const uint32_t salt = seed + (sign > 0 ? 0 : 7);
    return Sheet(columns, rows, [&, sign, salt](float u, float v) {
      const float x = 2 * u - 1, y = 2 * v - 1;
      const float draw_in = 0.06f, round_off = 0.035f;
      const float corner = x * x * y * y;
      const float at_x = sign * width / 2 * x *
                         (1 - draw_in * (1 - y * y) - round_off * corner);
      const float at_y =
          height / 2 * y * (1 - draw_in * (1 - x * x) - round_off * corner);
      const float dome = (1 - x * x) * (1 - y * y);
      const float to_seam =
          std::min((1 - std::abs(x)) * width, (1 - std::abs(y)) * height) / 2;
      const bool across =
          (1 - std::abs(x)) * width < (1 - std::abs(y)) * height;
      const float pucker =
          0.0045f * std::exp(-to_seam / 0.05f) *
          Noise2((across ? at_y : sign * at_x) * 13, across ? 3 : 9, salt);
      const float dent = 0.07f * Fbm2(at_x * 5 + 3, at_y * 5, 2, 0.5f, salt);
      const float swell = 0.5f * thickness * std::pow(dome, 0.46f) * (1 + dent);
      return Vec3(
          at_x, at_y, sign * (swell + pucker * std::min(1.0f, 8 * dome)));
    });
  };
  Part cover = panel(1);
  cover.Append(panel(-1));
  ComputeNormals(cover, Weld::kYes);
  return {columns, rows, std::move(cover)};
}

void Settle(Pillow& pillow,
            const Pose& pose,
            const Colliders& around,
            int steps) {
  pillow.cover = Posed(std::move(pillow.cover), pose);
  ClothSettings press;
  press.volume = EnclosedVolume(pillow.cover);
  press.gravity = {0, -2.2f, 0};
  press.pressure = 90;
  press.bend = 0.35f;
  press.damping = 5;
  press.steps = steps;
  press.friction = 0.9f;
  press.smoothing = 2;
  Drape(pillow.cover, around, press);
}

void EvenRim(Part& grid, int columns, int rows, int reach, int passes) {
  const std::vector<uint32_t> rim = GridRim(columns, rows);
  const size_t count = rim.size();
  std::vector<bool> corner(count, false);
  for (const int at : {0, columns, columns + rows, 2 * columns + rows}) {
    corner[static_cast<size_t>(at)] = true;
  }
  std::vector<Vec3> even = Places(grid, rim), next(count);
  for (int pass = 0; pass < passes; ++pass) {
    for (size_t i = 0; i < count; ++i) {
      const Vec3& before = even[(i + count - 1) % count];
      const Vec3& after = even[(i + 1) % count];
      const float share = corner[i] ? 0.1f : 0.5f;
      next[i] = (1 - share) * even[i] + share * 0.5f * (before + after);
    }
    even.swap(next);
  }
  const auto width = static_cast<uint32_t>(columns + 1);
  std::vector<Vec3> shift(grid.positions.size(), Vec3::Zero());
  for (size_t i = 0; i < count; ++i) {
    shift[rim[i]] = even[i] - grid.positions[rim[i]];
  }
  const auto at = [width](int i, int j) {
    return static_cast<uint32_t>(j) * width + static_cast<uint32_t>(i);
  };
  for (int j = 0; j <= rows; ++j) {
    for (int i = 0; i <= columns; ++i) {
      const int across = std::min(i, columns - i),
                along = std::min(j, rows - j);
      const int inside = std::min(across, along);
      if (inside >= reach) continue;
      const uint32_t nearest = across < along
                                   ? at(i < columns - i ? 0 : columns, j)
                                   : at(i, j < rows - j ? 0 : rows);
      const float share =
          1 - static_cast<float>(inside) / static_cast<float>(reach);
      grid.positions[at(i, j)] += shift[nearest] * (share * share);
    }
  }
}

Cushion Finish(const Pillow& pillow, float cord) {
  const size_t panel = pillow.cover.positions.size() / 2;
  Cushion cushion;
  for (const size_t first : {size_t{0}, panel}) {
    Part grid;
    for (size_t i = first; i < first + panel; ++i) {
      grid.Add(pillow.cover.positions[i],
               pillow.cover.normals[i],
               pillow.cover.texcoords[i]);
    }
    EvenRim(grid, pillow.columns, pillow.rows, 4, 6);
    const Part fine = RefineGrid(grid, pillow.columns, pillow.rows);
    if (first == 0 && cord > 0) {
      cushion.piping =
          Tube(Places(fine, GridRim(2 * pillow.columns, 2 * pillow.rows)),
               cord,
               6,
               true);
    }
    cushion.cover.Append(fine);
  }
  return cushion;
}

Cushion MakeBoxCushion(
    const Vec3& size, float crown, float cord, uint32_t seed, float cell) {
  // Foam with a wadding wrap: a block whose rim is a little tighter than its
  // crown, and a cover that creases softly towards the corners.
  const float soft = std::min(0.028f, size.y() * 0.22f);
  Part cover = PaddedBlock({-size.x() / 2, 0, -size.z() / 2},
                           {size.x() / 2, size.y(), size.z() / 2},
                           soft,
                           cell);
  const float wander_x = HashUnit(seed * 5 + 1) * 50,
              wander_y = HashUnit(seed * 5 + 2) * 50;
  for (Vec3& p : cover.positions) {
    const float x = 2 * p.x() / size.x(), z = 2 * p.z() / size.z();
    const float y = 2 * p.y() / size.y() - 1;
    const float bulge =
        (1 - std::pow(std::abs(x), 3.0f)) * (1 - std::pow(std::abs(z), 3.0f));
    const float corner = std::pow(std::abs(x * z), 4.0f);
    const float wander =
        Fbm2(p.x() * 7 + wander_x, p.z() * 7 + wander_y, 3, 0.5f, seed);
    const float lift = std::max(0.0f, bulge) * crown * (1 + 0.25f * wander) -
                       0.006f * corner + 0.0025f * wander;
    p.y() += lift * (y > 0 ? y : 0.35f * y);
    // Sides belly out between the two seams, corners draw in.
    const float belly = 0.007f * (1 - y * y);
    p.x() += std::copysign(belly, x) * std::pow(std::abs(x), 6.0f) -
             x * 0.008f * std::pow(std::abs(z), 6.0f);
    p.z() += std::copysign(belly, z) * std::pow(std::abs(z), 6.0f) -
             z * 0.008f * std::pow(std::abs(x), 6.0f);
  }
  ComputeNormals(cover, Weld::kYes);
  Cushion cushion;
  if (cord > 0) {
    for (const bool top : {true, false}) {
      std::vector<Vec3> loop;
      const std::vector<Vec2> outline =
          RectangleOutline(size.x(), size.z(), soft * 0.9f, 5);
      // Finer along the straights, so that the cord follows the crown.
      for (size_t i = 0; i < outline.size(); ++i) {
        const Vec2 a = outline[i], b = outline[(i + 1) % outline.size()];
        const int pieces =
            std::max(1, static_cast<int>((b - a).norm() / (2 * cell)));
        for (int k = 0; k < pieces; ++k) {
          const Vec2 at =
              a + (b - a) * static_cast<float>(k) / static_cast<float>(pieces);
          const float x = 2 * at.x() / size.x(), z = 2 * at.y() / size.z();
          const float inset = soft * 0.27f;
          const float px =
              at.x() - std::copysign(inset, x) * std::pow(std::abs(x), 8.0f) -
              x * 0.008f * std::pow(std::abs(z), 6.0f);
          const float pz =
              at.y() - std::copysign(inset, z) * std::pow(std::abs(z), 8.0f) -
              z * 0.008f * std::pow(std::abs(x), 6.0f);
          const float corner = std::pow(std::abs(x * z), 4.0f);
          const float y = top ? size.y() - inset - 0.006f * corner
                              : inset + 0.002f * corner;
          loop.emplace_back(px, y, pz);
        }
      }
      cushion.piping.Append(Tube(loop, cord, 6, true));
    }
  }
  cushion.cover = std::move(cover);
  return cushion;
}

}  // namespace stage::engine::procedural
