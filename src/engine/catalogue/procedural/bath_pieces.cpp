#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

/// A towel over a round rung along X: down both sides, ends even.
void AddHungTowel(const Vec3& rung,
                  float width,
                  float front,
                  float back,
                  const Material& cloth,
                  uint32_t seed,
                  MeshBuilder& builder) {
  constexpr float kRadius = 0.021f;
  const float turn = kPi * kRadius, length = front + turn + back;
  const int columns = 22, rows = 40;
  const Part sheet = Sheet(columns, rows, [&](float u, float v) {
    const float s = v * length;
    const float x = (u - 0.5f) * width;
    // Folds grow on the way down.
    const float down = s < front ? front - s : std::max(0.0f, s - front - turn);
    const float fold =
        0.012f * std::min(1.0f, down / 0.25f) *
        Noise2(x * 13 + static_cast<float>(seed % 31), 0.6f * down, seed);
    if (s < front) {
      return Vec3(rung + Vec3(x, s - front, kRadius + fold + 0.004f));
    }
    if (s < front + turn) {
      const float a = (s - front) / kRadius;
      return Vec3(rung + Vec3(x, kRadius * std::sin(a), kRadius * std::cos(a)));
    }
    return Vec3(rung + Vec3(x, front + turn - s, -kRadius - 0.5f * fold));
  });
  builder.Add(
      Thicken(sheet, columns, rows, [](float, float) { return 0.008f; }),
      cloth);
}

/// A ladder that leans against the wall behind it, with towels on its rungs.
void BuildTowelLadder(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2 - 0.02f, d = request.depth(),
              h = request.height();
  const Material wood = Wood(request.choice("wood"));
  const float z0 = d / 2 - 0.03f, z1 = -d / 2 + 0.03f;
  const auto at = [&](float y) { return Vec3(0, y, z0 + (z1 - z0) * y / h); };
  for (const float s : {-1.0f, 1.0f}) {
    builder.AddBoard(Rod(at(0) + Vec3(s * w, 0, 0),
                         at(h) + Vec3(s * w, 0, 0),
                         0.018f,
                         0.015f,
                         20),
                     wood);
  }
  const int rungs = 5;
  for (int i = 0; i < rungs; ++i) {
    const Vec3 rung = at(h * (0.16f + 0.18f * static_cast<float>(i)));
    builder.AddBoard(
        Rod(rung - Vec3(w, 0, 0), rung + Vec3(w, 0, 0), 0.0125f, 0.0125f, 16),
        wood);
  }
  const Material bath = Fabric("linen", "#eae6de", "cotton");
  const Material hand = Fabric("accent", "#9aa39c", "cotton");
  AddHungTowel(at(h * 0.7f) + Vec3(-0.01f, 0.002f, 0),
               1.5f * w,
               0.46f,
               0.38f,
               bath,
               request.seed() + 3,
               builder);
  AddHungTowel(at(h * 0.34f) + Vec3(0.05f, 0.002f, 0),
               1.05f * w,
               0.34f,
               0.27f,
               hand,
               request.seed() + 5,
               builder);
}

/// One folded towel: a roll-edged slab, softer at its open side.
void AddFoldedTowel(float width,
                    float depth,
                    float y,
                    float thick,
                    const Material& cloth,
                    uint32_t seed,
                    MeshBuilder& builder) {
  for (int layer = 0; layer < 3; ++layer) {
    const float each = thick / 3;
    const float wander = 0.004f * (HashUnit(seed + layer) - 0.5f);
    Part slab = PaddedBlock(
        {-width / 2 + wander, y + each * layer, -depth / 2},
        {width / 2 + wander, y + each * (layer + 1) + 0.001f, depth / 2},
        each * 0.48f,
        0.03f);
    for (Vec3& p : slab.positions) {
      p.y() += 0.0025f * Fbm2(p.x() * 9, p.z() * 9, 2, 0.5f, seed + layer);
    }
    ComputeNormals(slab, Weld::kYes);
    builder.Add(slab, cloth);
  }
}

void BuildTowels(const Request& request, MeshBuilder& builder) {
  const int count = request.count("count");
  const float each = request.height() / static_cast<float>(count);
  const Material plain = Fabric("linen", "#eae6de", "cotton");
  const Material accent = Fabric("accent", "#9aa39c", "cotton");
  for (int i = 0; i < count; ++i) {
    const float shrink = 1 - 0.06f * static_cast<float>(i);
    AddFoldedTowel(request.width() * shrink,
                   request.depth() * shrink,
                   each * static_cast<float>(i),
                   each,
                   i + 1 == count ? accent : plain,
                   request.seed() * 5 + static_cast<uint32_t>(i) * 3,
                   builder);
  }
}

/// A pump bottle from the floor at (x, z).
void AddPumpBottle(float x,
                   float z,
                   float height,
                   float radius,
                   const Material& glass,
                   const Material& metal,
                   MeshBuilder& builder) {
  const float shoulder = height * 0.68f;
  builder.Add(
      Moved(Lathe(RoundedProfile({{0, 0},
                                  {radius, 0},
                                  {radius, shoulder},
                                  {radius * 0.36f, shoulder + radius * 0.35f},
                                  {radius * 0.36f, shoulder + radius * 0.6f},
                                  {0, shoulder + radius * 0.6f}},
                                 radius * 0.16f),
                  40),
            {x, 0, z}),
      glass);
  const float neck = shoulder + radius * 0.5f;
  builder.Add(Rod({x, neck, z},
                  {x, neck + 0.022f, z},
                  radius * 0.42f,
                  radius * 0.42f,
                  20),
              metal);
  builder.Add(Rod({x, neck, z}, {x, height - 0.008f, z}, 0.004f, 0.004f, 12),
              metal);
  builder.Add(Tube({{x, height - 0.006f, z},
                    {x, height - 0.004f, z + radius * 0.7f},
                    {x, height - 0.011f, z + radius * 1.35f}},
                   0.0055f,
                   12),
              metal);
}

/// A tray with two pump bottles, a tumbler and a bar of soap.
void BuildSoapSet(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  const Material metal = Metal(request.choice("metal"));
  builder.Add(Slab(RectangleOutline(2 * w, 2 * d, 0.03f), 0.012f, 0.004f),
              Stone("marble", "tray"));
  const Material amber = Lacquer("bottle", "#5a3417", 0.12f);
  AddPumpBottle(-w * 0.55f, -d * 0.15f, h, 0.033f, amber, metal, builder);
  AddPumpBottle(
      -w * 0.05f, -d * 0.25f, h * 0.9f, 0.033f, amber, metal, builder);
  builder.Add(Moved(Lathe(RoundedProfile({{0, 0.012f},
                                          {0.034f, 0.012f},
                                          {0.036f, 0.1f},
                                          {0.033f, 0.1f},
                                          {0.031f, 0.018f},
                                          {0, 0.018f}},
                                         0.002f),
                          40),
                    {w * 0.42f, 0, -d * 0.2f}),
              Ceramic("vessel", "#e4dfd5", 0.5f));
  builder.Add(Posed(Ellipsoid({0.035f, 0.013f, 0.023f}, 3.2f),
                    At(w * 0.3f, 0.025f, d * 0.5f) * TurnedY(18)),
              Ceramic("soap", "#dcd2bd", 0.6f));
}

/// Boards that lean, a jar of wooden spoons and a bottle: a kitchen in use.
void BuildKitchenSet(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  const Material wood = Wood(request.choice("wood"));
  const auto leaning = [&](float x, float wide, float tall, float z, int salt) {
    Part board =
        Slab(RectangleOutline(wide, tall, wide * 0.16f), 0.018f, 0.004f);
    builder.AddBoard(Posed(board,
                           At(x, tall / 2 * std::cos(0.16f) + 0.004f, z) *
                               TurnedX(90.0f - 9.0f) * TurnedY(0.01f * salt)),
                     wood);
  };
  leaning(-w * 0.42f, w * 0.95f, h, -d * 0.45f, 1);
  leaning(-w * 0.2f, w * 0.7f, h * 0.72f, -d * 0.12f, 2);
  const Material jar = Ceramic("vessel", "#e4dfd5", 0.5f);
  const float jar_x = w * 0.42f, jar_h = h * 0.42f;
  builder.Add(Moved(Lathe(RoundedProfile({{0, 0},
                                          {0.055f, 0},
                                          {0.06f, jar_h},
                                          {0.055f, jar_h},
                                          {0.05f, 0.01f},
                                          {0, 0.01f}},
                                         0.004f),
                          44),
                    {jar_x, 0, 0}),
              jar);
  Random random(request.seed() + 21);
  for (int i = 0; i < 5; ++i) {
    const float a = 2 * kPi * static_cast<float>(i) / 5 + random.Range(0, 0.6f);
    const Vec3 foot(
        jar_x + 0.02f * std::cos(a + kPi), 0.012f, 0.02f * std::sin(a + kPi));
    const Vec3 tip(jar_x + 0.07f * std::cos(a),
                   h * random.Range(0.78f, 0.95f),
                   0.05f * std::sin(a));
    builder.AddBoard(Rod(foot, tip, 0.0055f, 0.0055f, 10), wood);
    const Vec3 along = (tip - foot).normalized();
    const Pose head =
        At(tip.x(), tip.y(), tip.z()) *
        Pose(Eigen::Quaternionf::FromTwoVectors(Vec3::UnitY(), along));
    builder.AddBoard(Posed(Ellipsoid({0.021f, 0.036f, 0.007f}), head), wood);
  }
  const float bottle_x = w * 0.82f, r = 0.032f;
  builder.Add(Moved(Lathe(RoundedProfile({{0, 0},
                                          {r, 0},
                                          {r, h * 0.5f},
                                          {r * 0.36f, h * 0.66f},
                                          {r * 0.34f, h * 0.84f},
                                          {0, h * 0.84f}},
                                         0.008f),
                          40),
                    {bottle_x, 0, d * 0.35f}),
              Lacquer("bottle", "#3f4a2b", 0.1f));
  builder.Add(Rod({bottle_x, h * 0.83f, d * 0.35f},
                  {bottle_x, h * 0.9f, d * 0.35f},
                  0.011f,
                  0.009f,
                  16),
              Wood("oak", "cork"));
}

}  // namespace

void AppendBathPieces(std::vector<Generator>& generators) {
  generators.insert(
      generators.end(),
      {{MakePiece("towel_ladder",
                  "Leaning ladder with towels",
                  "towel_ladder",
                  {},
                  {0.5, 0.34, 1.75}),
        {WoodChoice("Wood")},
        BuildTowelLadder},
       {MakePiece("towels", "Folded towels", "towels", {}, {0.36, 0.28, 0.18}),
        {Count("count", 3, 1, 6, "Towels")},
        BuildTowels},
       {MakePiece("soap_set",
                  "Tray with soap bottles",
                  "bath_decor",
                  {},
                  {0.28, 0.14, 0.2}),
        {MetalChoice("Fittings")},
        BuildSoapSet},
       {MakePiece("kitchen_set",
                  "Boards, spoons and a bottle",
                  "kitchen_decor",
                  {},
                  {0.5, 0.22, 0.4}),
        {WoodChoice("Wood")},
        BuildKitchenSet}});
}

}  // namespace stage::engine::procedural
