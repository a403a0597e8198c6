#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/foliage.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"
#include "engine/catalogue/procedural/soft_goods.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

Material Canvas(const Request& request) {
  return Fabric("upholstery", "#d8d2c6", request.choice("cloth"));
}

void AddPadded(const Cushion& cushion,
               const Pose& pose,
               const Material& cover,
               MeshBuilder& builder) {
  builder.Add(Posed(cushion.cover, pose), cover);
  builder.Add(Posed(cushion.piping, pose), cover);
}

/// A frame of square bars with a slatted back and loose cushions.
void BuildOutdoorSeat(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  const Material wood = Wood(request.choice("wood")), cover = Canvas(request);
  constexpr float kBar = 0.03f, kDeck = 0.27f, kPad = 0.14f;
  const float arm = std::min(h - 0.08f, 0.6f);
  const auto bar = [&](const Vec3& low, const Vec3& high) {
    builder.AddBoard(Board(low, high, 0.006f, 3), wood);
  };
  for (const float s : {-1.0f, 1.0f}) {
    const float x = s * (w - kBar);
    bar({x - kBar, 0, d - 2 * kBar}, {x + kBar, arm, d});
    bar({x - kBar, 0, -d}, {x + kBar, h, -d + 2 * kBar});
    bar({x - kBar, arm, -d + 2 * kBar}, {x + kBar, arm + 0.028f, d});
    bar({x - 0.014f, kDeck - 0.08f, -d + 2 * kBar},
        {x + 0.014f, kDeck, d - 2 * kBar});
  }
  bar({-w + 2 * kBar, kDeck - 0.08f, d - 0.05f},
      {w - 2 * kBar, kDeck, d - 0.022f});
  bar({-w + 2 * kBar, kDeck - 0.08f, -d + 0.02f},
      {w - 2 * kBar, kDeck, -d + 0.05f});
  bar({-w + 2 * kBar, h - 0.06f, -d + 0.012f}, {w - 2 * kBar, h, -d + 0.042f});
  for (float z = -d + 0.09f; z < d - 0.1f; z += 0.095f) {
    bar({-w + 2 * kBar, kDeck - 0.02f, z}, {w - 2 * kBar, kDeck, z + 0.07f});
  }
  const int slats = std::max(3, static_cast<int>(w / 0.06f));
  for (int i = 0; i < slats; ++i) {
    const float x = (-w + 2 * kBar) + (2 * w - 4 * kBar) *
                                          (static_cast<float>(i) + 0.5f) /
                                          static_cast<float>(slats);
    bar({x - 0.018f, kDeck, -d + 0.02f}, {x + 0.018f, h - 0.05f, -d + 0.036f});
  }
  const int seats = request.count("seats");
  const float inner = 2 * w - 4 * kBar - 0.01f;
  const float each = inner / static_cast<float>(seats);
  for (int i = 0; i < seats; ++i) {
    const float x = -inner / 2 + each * (static_cast<float>(i) + 0.5f);
    const uint32_t seed = request.seed() * 7 + static_cast<uint32_t>(i);
    const float back = 0.15f, deep = 2 * d - 0.06f - back;
    AddPadded(MakeBoxCushion(
                  {each - 0.006f, kPad, deep + 0.05f}, 0.022f, 0.004f, seed),
              At(x, kDeck, d - 0.015f - (deep + 0.05f) / 2),
              cover,
              builder);
    AddPadded(MakeBoxCushion({each - 0.012f, back, h - kDeck - kPad + 0.03f},
                             0.03f,
                             0.004f,
                             seed + 50),
              At(x, kDeck + kPad + 0.002f, -d + 0.055f) * TurnedX(-11) *
                  At(0, (h - kDeck - kPad + 0.03f) / 2, 0) * TurnedX(90),
              cover,
              builder);
  }
}

/// A slatted teak top on four square legs.
void BuildSlattedTable(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  const Material wood = Wood(request.choice("wood"));
  const auto bar = [&](const Vec3& low, const Vec3& high) {
    builder.AddBoard(Board(low, high, 0.005f, 3), wood);
  };
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float sz : {-1.0f, 1.0f}) {
      bar({sx * (w - 0.035f) - 0.03f, 0, sz * (d - 0.035f) - 0.03f},
          {sx * (w - 0.035f) + 0.03f, h - 0.022f, sz * (d - 0.035f) + 0.03f});
    }
    bar({-w + 0.06f, h - 0.09f, sx * (d - 0.03f) - 0.012f},
        {w - 0.06f, h - 0.022f, sx * (d - 0.03f) + 0.012f});
    bar({sx * (w - 0.03f) - 0.012f, h - 0.09f, -d + 0.06f},
        {sx * (w - 0.03f) + 0.012f, h - 0.022f, d - 0.06f});
  }
  const int slats = std::max(4, static_cast<int>(2 * d / 0.085f));
  const float pitch = 2 * d / static_cast<float>(slats);
  for (int i = 0; i < slats; ++i) {
    const float z = -d + pitch * static_cast<float>(i);
    bar({-w, h - 0.022f, z + 0.003f}, {w, h, z + pitch - 0.003f});
  }
}

/// A parasol: eight panels that sag between their ribs.
void BuildParasol(const Request& request, MeshBuilder& builder) {
  const float r = request.width() / 2, h = request.height();
  const Material cover = Canvas(request), wood = Wood(request.choice("wood"));
  const Material metal = Metal("black");
  constexpr int kRibs = 8;
  const float rise = r * 0.32f, rim = h - 0.05f - rise;
  const auto canopy = [&](float u, float v, float drop) {
    const float angle = 2 * kPi * u;
    const float in_panel = u * kRibs - std::floor(u * kRibs);
    const float between = 4 * in_panel * (1 - in_panel);
    // Straight hems between the tips of the ribs.
    const float chord =
        std::cos(kPi / kRibs) / std::cos((in_panel - 0.5f) * 2 * kPi / kRibs);
    const float radius = r * v * chord;
    const float sag = 0.06f * r * between * std::sin(kPi * v);
    return Vec3(radius * std::sin(angle),
                rim + rise * (1 - std::pow(v, 1.25f)) - sag - drop,
                radius * std::cos(angle));
  };
  Part top = Sheet(kRibs * 8, 14, [&](float u, float v) {
    return canopy(u, 0.012f + 0.988f * (1 - v), 0);
  });
  builder.Add(Thicken(top, kRibs * 8, 14, [](float, float) { return 0.003f; }),
              cover);
  for (int i = 0; i < kRibs; ++i) {
    const float u = static_cast<float>(i) / kRibs;
    std::vector<Vec3> path;
    for (int k = 1; k <= 8; ++k) {
      path.push_back(canopy(u, static_cast<float>(k) / 8 * 0.97f, 0.014f));
    }
    builder.Add(Tube(path, 0.008f, 8), wood);
    const Vec3 hub(0, rim - 0.05f, 0);
    builder.Add(Rod(hub, canopy(u, 0.5f, 0.02f), 0.006f, 0.006f, 8), wood);
  }
  builder.AddBoard(Rod({0, 0.05f, 0}, {0, h - 0.03f, 0}, 0.024f, 0.024f, 24),
                   wood);
  builder.Add(Moved(Ellipsoid({0.025f, 0.03f, 0.025f}), {0, h - 0.03f, 0}),
              wood);
  builder.Add(Moved(Slab(EllipseOutline(0.56f, 0.56f, 64), 0.055f, 0.012f, 4),
                    {0, 0, 0}),
              Stone("concrete", "base"));
  builder.Add(Rod({0, 0.05f, 0}, {0, 0.3f, 0}, 0.032f, 0.032f, 20), metal);
}

/// A long planter with tall grass.
void BuildPlanter(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  const std::string body = request.choice("body");
  const Material box = body == "wood"    ? Wood("teak", "body")
                       : body == "black" ? Lacquer("body", "#2b2b2a", 0.6f)
                                         : Stone("concrete", "body");
  const float rim = std::min(0.46f, h * 0.48f);
  constexpr float kWall = 0.025f;
  for (const float s : {-1.0f, 1.0f}) {
    builder.AddBoard(Board({-w, 0, s * (d - kWall / 2) - kWall / 2},
                           {w, rim, s * (d - kWall / 2) + kWall / 2},
                           0.005f),
                     box);
    builder.AddBoard(Board({s * (w - kWall / 2) - kWall / 2, 0, -d + kWall},
                           {s * (w - kWall / 2) + kWall / 2, rim, d - kWall},
                           0.005f),
                     box);
  }
  builder.Add(Board({-w + kWall, rim - 0.06f, -d + kWall},
                    {w - kWall, rim - 0.035f, d - kWall}),
              Lacquer("soil", "#3a2e25", 1));
  const Material grass = Foliage("leaves", "#7f8f57");
  Random random(request.seed() + 11);
  const int blades = static_cast<int>(900 * w * 2);
  Part all;
  for (int i = 0; i < blades; ++i) {
    const float x = random.Range(-w + 0.06f, w - 0.06f);
    const float z = random.Range(-d + 0.05f, d - 0.05f);
    const float tall = (h - rim) * random.Range(0.6f, 1.0f);
    const float lean = random.Range(0.05f, 0.34f) * tall;
    const float angle = random.Range(0, 2 * kPi);
    const Vec3 out(std::cos(angle) * lean, 0, std::sin(angle) * lean * 0.5f);
    const Vec3 foot(x, rim - 0.04f, z);
    all.Append(Tube({foot,
                     foot + Vec3(0, tall * 0.45f, 0) + out * 0.25f,
                     foot + Vec3(0, tall * 0.82f, 0) + out * 0.65f,
                     foot + Vec3(0, tall * 0.95f, 0) + out},
                    std::vector<float>{0.0028f, 0.0026f, 0.0019f, 0.0006f},
                    3));
  }
  builder.Add(all, grass);
}

ParameterRule WoodRule() {
  return Choice("wood",
                {"teak", "oak", "walnut", "pine", "ash", "white", "black"},
                "Frame");
}

ParameterRule ClothRule() {
  return Choice("cloth", {"linen", "cotton", "tweed"}, "Weather-proof cover");
}

}  // namespace

void AppendOutdoorPieces(std::vector<Generator>& generators) {
  const Generator sofa{
      MakePiece("outdoor_sofa",
                "Outdoor sofa",
                "outdoor_sofa",
                {},
                {1.9, 0.82, 0.72},
                0.41),
      {WoodRule(), ClothRule(), Count("seats", 3, 1, 5, "Cushions")},
      BuildOutdoorSeat};
  generators.insert(
      generators.end(),
      {sofa,
       Restyled(sofa,
                MakePiece("outdoor_loveseat",
                          "Outdoor loveseat",
                          "outdoor_sofa",
                          {},
                          {1.4, 0.82, 0.72},
                          0.41),
                {{"seats", 2}}),
       Restyled(sofa,
                MakePiece("outdoor_armchair",
                          "Outdoor armchair",
                          "outdoor_armchair",
                          {},
                          {0.78, 0.82, 0.72},
                          0.41),
                {{"seats", 1}}),
       {MakePiece("outdoor_table",
                  "Slatted low table",
                  "outdoor_table",
                  {},
                  {1.1, 0.6, 0.36},
                  0.36),
        {WoodRule()},
        BuildSlattedTable},
       {MakePiece("outdoor_dining_table",
                  "Slatted dining table",
                  "outdoor_dining_table",
                  {},
                  {1.8, 0.9, 0.75},
                  0.75),
        {WoodRule()},
        BuildSlattedTable},
       {MakePiece("parasol", "Parasol", "parasol", {}, {2.7, 2.7, 2.5}),
        {WoodRule(), ClothRule()},
        BuildParasol},
       {MakePiece("planter",
                  "Planter with grasses",
                  "planter",
                  {},
                  {0.9, 0.34, 1.05}),
        {Choice("body", {"concrete", "wood", "black"}, "Box")},
        BuildPlanter}});
}

}  // namespace stage::engine::procedural
