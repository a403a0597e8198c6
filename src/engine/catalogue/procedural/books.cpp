#include "engine/catalogue/procedural/books.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr std::array<const char*, 8> kCovers{"#d8d1c3",
                                             "#5d6b6e",
                                             "#a98f74",
                                             "#2f3538",
                                             "#8b5f4a",
                                             "#c9c2b4",
                                             "#76806f",
                                             "#3f4f63"};

Material CoverOf(int i) {
  Material cover = Lacquer(
      "book " + std::to_string(i + 1), kCovers[static_cast<size_t>(i)], 0.6f);
  cover.kind = MaterialKind::kPaper;
  return cover;
}

/// A book standing with its spine to +Z, corner at the origin.
void AddBook(const Vec3& size,
             const Pose& pose,
             int cover,
             MeshBuilder& builder) {
  const float board = 0.0025f, x = size.x(), y = size.y(), z = size.z();
  const Material material = CoverOf(cover);
  builder.Add(Posed(Board({0, 0, 0}, {board, y, z}, 0.0008f, 1), pose),
              material);
  builder.Add(Posed(Board({x - board, 0, 0}, {x, y, z}, 0.0008f, 1), pose),
              material);
  // The spine is rounded.
  Part spine = Board({0, 0, z - 0.004f}, {x, y, z}, 0.0019f, 2);
  builder.Add(Posed(spine, pose), material);
  builder.Add(Posed(Board({board, 0.003f, 0.003f},
                          {x - board, y - 0.003f, z - 0.002f},
                          0.0003f,
                          1),
                    pose),
              Lacquer("pages", "#e6dfcf", 0.9f));
}

void AddVase(float x,
             float y,
             float z,
             float height,
             uint32_t seed,
             MeshBuilder& builder) {
  const float r = height * (0.28f + 0.16f * HashUnit(seed));
  const std::vector<Vec2> outer = SmoothProfile({{0, 0},
                                                 {r * 0.6f, 0},
                                                 {r * 0.75f, height * 0.06f},
                                                 {r, height * 0.42f},
                                                 {r * 0.8f, height * 0.7f},
                                                 {r * 0.36f, height * 0.9f},
                                                 {r * 0.42f, height},
                                                 {r * 0.36f, height * 0.985f},
                                                 {r * 0.28f, height * 0.88f}},
                                                5);
  builder.Add(Moved(Lathe(outer, 36), {x, y, z}),
              Ceramic(seed % 2 == 0 ? "ceramic" : "ceramic dark",
                      seed % 2 == 0 ? "#d9d1c4" : "#4a4744",
                      0.45f));
}

}  // namespace

float AddBookStack(int count,
                   float width,
                   float depth,
                   float y,
                   uint32_t seed,
                   MeshBuilder& builder) {
  Random random(seed + 3);
  float top = y;
  for (int i = 0; i < count; ++i) {
    const float shrink = 1 - 0.1f * static_cast<float>(i) /
                                 std::max(1.0f, static_cast<float>(count));
    const Vec3 size(random.Range(0.018f, 0.034f),
                    width * shrink * random.Range(0.92f, 1.0f),
                    depth * shrink * random.Range(0.92f, 1.0f));
    // Lying: thickness up, height along X, spine to the front.
    const Pose pose = At(0, top, 0) * TurnedY(random.Range(-5, 5)) *
                      At(-size.y() / 2, size.x(), -size.z() / 2) * TurnedZ(-90);
    AddBook(
        size, pose, random.Index(static_cast<int>(kCovers.size())), builder);
    top += size.x() + 0.0005f;
  }
  return top - y;
}

void FillShelf(const ShelfSpace& space, uint32_t seed, MeshBuilder& builder) {
  Random random(seed + 11);
  const float depth = space.z1 - space.z0;
  float x = space.x0;
  while (x < space.x1 - 0.05f) {
    const float left = space.x1 - x;
    const float roll = random.Unit();
    if (roll < 0.5f) {
      // A run of standing books; the last one leans.
      const int palette = random.Index(static_cast<int>(kCovers.size()));
      const int count = 4 + random.Index(7);
      for (int i = 0; i < count; ++i) {
        const Vec3 size(
            random.Range(0.014f, 0.042f),
            std::min(space.height - 0.02f, random.Range(0.2f, 0.29f)),
            std::min(depth - 0.01f, random.Range(0.15f, 0.21f)));
        const bool last = i == count - 1 && random.Unit() < 0.5f;
        if (x + size.x() > space.x1 - 0.01f) break;
        const int cover = random.Unit() < 0.45f
                              ? palette
                              : random.Index(static_cast<int>(kCovers.size()));
        const float push = random.Range(0.0f, 0.012f);
        const float lean = last ? 7.0f : 0.0f;
        AddBook(size,
                At(x + (last ? 0.004f + 0.12f * size.y() : 0.0f),
                   space.y,
                   space.z1 - size.z() - push) *
                    TurnedZ(lean),
                cover,
                builder);
        x += size.x() + 0.0008f + (last ? 0.14f * size.y() : 0.0f);
      }
      x += random.Range(0.02f, 0.09f);
    } else if (roll < 0.7f && left > 0.26f) {
      Part unused;
      (void)unused;
      MeshBuilder& target = builder;
      const float width = std::min(0.25f, left - 0.03f),
                  along = x + width / 2 + 0.01f;
      // A lying stack with something small on it.
      float top = space.y;
      const int count = 2 + random.Index(3);
      for (int i = 0; i < count; ++i) {
        const Vec3 size(
            random.Range(0.016f, 0.03f),
            width * random.Range(0.86f, 1.0f),
            std::min(depth - 0.02f, 0.19f) * random.Range(0.9f, 1.0f));
        AddBook(size,
                At(along, top, (space.z0 + space.z1) / 2 + 0.01f) *
                    TurnedY(random.Range(-4, 4)) *
                    At(-size.y() / 2, size.x(), -size.z() / 2) * TurnedZ(-90),
                random.Index(static_cast<int>(kCovers.size())),
                target);
        top += size.x() + 0.0005f;
      }
      x += width + random.Range(0.04f, 0.1f);
    } else if (roll < 0.9f && left > 0.16f) {
      const float height =
          std::min(space.height - 0.04f, random.Range(0.14f, 0.24f));
      AddVase(x + 0.085f,
              space.y,
              (space.z0 + space.z1) / 2 + 0.01f,
              height,
              seed + static_cast<uint32_t>(x * 100 + 50),
              builder);
      x += 0.17f + random.Range(0.02f, 0.08f);
    } else if (left > 0.3f && space.height > 0.2f) {
      const float w = std::min(0.27f, left - 0.02f);
      builder.Add(Board({x, space.y, space.z0 + 0.01f},
                        {x + w,
                         space.y + std::min(0.2f, space.height - 0.05f),
                         space.z1 - 0.01f},
                        0.012f,
                        4),
                  Woven("basket", "rattan"));
      x += w + random.Range(0.02f, 0.05f);
    } else {
      x += 0.06f;
    }
  }
}

}  // namespace stage::engine::procedural
