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
  // Panels are cut with tapered corners, so that these do not stick out like
  // ears once filling draws the sides in.
  const auto panel = [&](float sign) {
    return Sheet(columns, rows, [&, sign](float u, float v) {
      const float x = 2 * u - 1, y = 2 * v - 1;
      const float taper = 0.075f;
      const float rim = (1 - x * x) * (1 - y * y);
      const float crease = 0.003f * Fbm2(x * 4 + static_cast<float>(seed % 97),
                                         y * 4,
                                         3,
                                         0.6f,
                                         seed + (sign > 0 ? 0 : 7));
      return Vec3(sign * width / 2 * x * (1 - taper * y * y),
                  height / 2 * y * (1 - taper * x * x),
                  sign * (0.012f + crease) * std::min(1.0f, rim * 6));
    });
  };
  Part cover = panel(1);
  const std::vector<uint32_t> rim = GridRim(columns, rows);
  cover.Append(panel(-1));
  ClothSettings inflate;
  inflate.gravity = Vec3::Zero();
  inflate.pressure = 45;
  const float thickness = fill * std::min(width, height);
  inflate.volume = 0.36f * width * height * thickness;
  inflate.bend = 0.25f;
  inflate.damping = 4;
  inflate.steps = 140;
  inflate.smoothing = 2;
  inflate.seams = {rim};
  inflate.gather = 0.96f;
  Drape(cover, Colliders(), inflate);
  // Pressure moves the whole pillow a little: bring it back to the origin.
  Vec3 centre = Vec3::Zero();
  for (const Vec3& p : cover.positions) centre += p;
  centre /= static_cast<float>(cover.positions.size());
  return {columns, rows, Moved(std::move(cover), -centre)};
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
  press.smoothing = 0;
  Drape(pillow.cover, around, press);
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
