#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/foliage.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

/// A pot with soil; returns where plants come out of it.
float AddPot(const std::string& kind,
             float radius,
             float height,
             MeshBuilder& builder) {
  const float r = radius, h = height;
  if (kind == "basket") {
    builder.Add(Lathe(SmoothProfile({{0, 0},
                                     {r * 0.8f, 0},
                                     {r * 0.9f, h * 0.06f},
                                     {r, h * 0.5f},
                                     {r * 0.95f, h},
                                     {r * 0.91f, h * 0.995f},
                                     {r * 0.93f, h * 0.85f}},
                                    6),
                      56),
                Woven("basket", "rattan"));
  } else {
    const Material pot = kind == "terracotta" ? Ceramic("pot", "#a9694b", 0.85f)
                         : kind == "dark"     ? Ceramic("pot", "#3a3a3b", 0.6f)
                         : kind == "concrete"
                             ? Stone("concrete", "pot")
                             : Ceramic("pot", "#dcd6ca", 0.55f);
    const std::vector<Vec2> profile =
        kind == "terracotta" ? RoundedProfile({{0, 0},
                                               {r * 0.68f, 0},
                                               {r * 0.9f, h * 0.8f},
                                               {r * 0.99f, h * 0.8f},
                                               {r, h},
                                               {r * 0.9f, h},
                                               {r * 0.86f, h * 0.8f}},
                                              0.006f,
                                              4)
                             : RoundedProfile({{0, 0},
                                               {r * 0.8f, 0},
                                               {r, h * 0.98f},
                                               {r * 0.985f, h},
                                               {r * 0.93f, h},
                                               {r * 0.9f, h * 0.8f}},
                                              0.008f,
                                              4);
    builder.Add(Lathe(profile, 56), pot);
  }
  Part soil = Sheet(24, 24, [&](float u, float v) {
    // A square grid pressed into a disc.
    const float x = 2 * u - 1, y = 2 * v - 1;
    const Vec2 disc(x * std::sqrt(1 - y * y / 2), y * std::sqrt(1 - x * x / 2));
    return Vec3(disc.x() * r * 0.92f,
                h * 0.88f + 0.012f * Fbm2(disc.x() * 9, disc.y() * 9, 3),
                -disc.y() * r * 0.92f);
  });
  builder.Add(soil, Lacquer("soil", "#3a2c22", 0.95f));
  return h * 0.88f;
}

/// Large fiddle-shaped leaves around one or two upright trunks.
void AddFiddleLeaf(float from,
                   float top,
                   float spread,
                   Random& random,
                   uint32_t seed,
                   MeshBuilder& builder) {
  Part trunk, leaves, young;
  const int trunks = 2;
  for (int n = 0; n < trunks; ++n) {
    const float tall = top - 0.08f - (n == 0 ? 0.0f : (top - from) * 0.22f);
    const float lean = random.Range(-0.05f, 0.05f) + (n == 0 ? 0.02f : -0.05f);
    const std::vector<Vec3> path =
        SmoothPath({{0.03f * static_cast<float>(n * 2 - 1), from - 0.02f, 0},
                    {lean * 0.4f,
                     from + (tall - from) * 0.4f,
                     0.02f * static_cast<float>(n)},
                    {lean, from + (tall - from) * 0.75f, 0.01f},
                    {lean * 1.6f, tall, 0}},
                   8);
    std::vector<float> radii;
    for (size_t i = 0; i < path.size(); ++i)
      radii.push_back(0.013f * (1.1f - 0.7f * static_cast<float>(i) /
                                           static_cast<float>(path.size())));
    trunk.Append(Tube(path, radii, 10));
    const int count = 19;
    for (int i = 0; i < count; ++i) {
      const float t = 0.3f + 0.7f * static_cast<float>(i) / (count - 1);
      const Vec3 at = path[std::min(
          path.size() - 1,
          static_cast<size_t>(t * static_cast<float>(path.size() - 1)))];
      const float spin = static_cast<float>(i) * 2.4f +
                         static_cast<float>(n) * 1.3f +
                         random.Range(-0.3f, 0.3f);
      const float lift =
          0.15f + 1.2f * std::pow(t, 3.0f) + random.Range(-0.15f, 0.2f);
      const Vec3 direction =
          Vec3(std::cos(spin), lift, std::sin(spin)).normalized();
      const float length = std::min(0.3f, spread * 0.95f) *
                           (0.75f + 0.35f * std::sin(kPi * t)) *
                           random.Range(0.85f, 1.1f);
      const Vec3 stalk = at + direction * 0.04f;
      trunk.Append(Tube({at, stalk}, 0.0035f, 6));
      (t > 0.93f ? young : leaves)
          .Append(LeafAt({0.3f, 0.62f, 0.22f, 0.2f, 0.08f},
                         stalk,
                         direction,
                         Vec3::UnitY(),
                         length,
                         seed + static_cast<uint32_t>(i * 3 + n)));
    }
  }
  builder.Add(trunk, Lacquer("stem", "#6b5743", 0.85f));
  builder.Add(leaves, Foliage("leaf", "#3f5a2c"));
  builder.Add(young, Foliage("leaf young", "#66803c"));
}

/// A slim tree: trunk, forked branches, many small grey-green leaves.
void AddOlive(float from,
              float top,
              float spread,
              Random& random,
              uint32_t seed,
              MeshBuilder& builder) {
  Part wood, leaves;
  const float crown = from + (top - from) * 0.4f;
  const std::vector<Vec3> trunk =
      SmoothPath({{0, from - 0.02f, 0},
                  {0.025f, from + (crown - from) * 0.4f, 0.01f},
                  {-0.015f, crown, 0},
                  {0.01f, crown + (top - crown) * 0.5f, 0}},
                 8);
  std::vector<float> radii;
  for (size_t i = 0; i < trunk.size(); ++i)
    radii.push_back(0.017f * (1.1f - 0.7f * static_cast<float>(i) /
                                         static_cast<float>(trunk.size())));
  wood.Append(Tube(trunk, radii, 10));
  const int branches = 17;
  for (int b = 0; b < branches; ++b) {
    const float t = 0.5f + 0.5f * static_cast<float>(b) / branches;
    const Vec3 at =
        trunk[static_cast<size_t>(t * static_cast<float>(trunk.size() - 1))];
    const float spin = static_cast<float>(b) * 2.4f + random.Range(-0.3f, 0.3f);
    const float rise = random.Range(0.4f, 1.5f) * (0.7f + t);
    const Vec3 out = Vec3(std::cos(spin), rise, std::sin(spin)).normalized();
    const float reach =
        std::min((top - at.y()) * random.Range(0.75f, 1.0f) /
                     std::max(0.35f, out.y()),
                 spread / std::max(0.25f, std::hypot(out.x(), out.z()))) *
        random.Range(0.75f, 1.0f);
    const Vec3 sag(0, -0.06f * reach, 0);
    const std::vector<Vec3> path =
        SmoothPath({at,
                    at + out * reach * 0.35f,
                    at + out * reach * 0.7f + sag * 0.3f,
                    at + out * reach + sag},
                   6);
    std::vector<float> thin;
    for (size_t i = 0; i < path.size(); ++i)
      thin.push_back(0.006f * (1.05f - 0.85f * static_cast<float>(i) /
                                           static_cast<float>(path.size())));
    wood.Append(Tube(path, thin, 6));
    const int pairs = std::max(6, static_cast<int>(reach / 0.022f));
    for (int k = 1; k <= pairs; ++k) {
      const float s =
          0.16f + 0.84f * static_cast<float>(k) / static_cast<float>(pairs);
      const auto index = std::min(
          path.size() - 2,
          static_cast<size_t>(s * static_cast<float>(path.size() - 1)));
      const float part =
          s * static_cast<float>(path.size() - 1) - static_cast<float>(index);
      const Vec3 place = path[index] +
                         (path[index + 1] - path[index]) * std::min(part, 1.0f),
                 along = (path[index + 1] - path[index]).normalized();
      const Vec3 across =
          Eigen::AngleAxisf(
              static_cast<float>(k) * 1.3f + random.Range(-0.4f, 0.4f), along) *
          along.unitOrthogonal();
      for (const float side : {-1.0f, 1.0f}) {
        const Vec3 direction =
            (across * side + along * random.Range(0.5f, 1.0f) +
             Vec3(0, random.Range(-0.3f, 0.2f), 0))
                .normalized();
        leaves.Append(LeafAt({0.105f, 0.5f, 0.15f, 0.1f, 0.0f},
                             place,
                             direction,
                             Vec3::UnitY() + across * 0.4f,
                             random.Range(0.04f, 0.062f),
                             seed + static_cast<uint32_t>(b * 40 + k)));
      }
    }
  }
  builder.Add(wood, Lacquer("stem", "#7a6a58", 0.9f));
  builder.Add(leaves, Foliage("leaf", "#66734f"));
}

/// Stiff upright swords with pale rims.
void AddSnakePlant(
    float from, float top, float spread, Random& random, MeshBuilder& builder) {
  Part leaves, rims;
  const int count = 15;
  for (int i = 0; i < count; ++i) {
    const float a = 2.4f * static_cast<float>(i),
                out = spread * 0.62f * std::sqrt(static_cast<float>(i) / count);
    const Vec3 foot(
        out * 0.55f * std::cos(a), from - 0.02f, out * 0.55f * std::sin(a));
    const float tall = (top - from) * random.Range(0.55f, 1.0f),
                lean = random.Range(0.25f, 0.9f) * out * 0.75f,
                spin = random.Range(-0.7f, 0.7f) + a,
                twist = random.Range(-0.9f, 0.9f);
    const auto blade = [&](float s, float t) {
      const float half =
          std::min(0.036f, spread * 0.16f) *
          std::pow(std::max(0.0f, 1 - std::pow(t, 3.2f)), 0.8f) *
          (0.62f + 0.38f * std::sin(std::min(1.0f, t * 1.6f) * kPi / 2));
      const float turn = spin + kPi / 2 + twist * t;
      const float fold = 0.3f * half * (s * s);
      return Vec3(foot +
                  Vec3(std::cos(a) * lean * t * t,
                       tall * t,
                       std::sin(a) * lean * t * t) +
                  Vec3(std::cos(turn), 0, std::sin(turn)) * s * half +
                  Vec3(std::cos(turn + kPi / 2), 0, std::sin(turn + kPi / 2)) *
                      (fold + 0.006f * std::sin(t * 11)));
    };
    leaves.Append(Sheet(4, 16, [&](float u, float v) {
      return blade((2 * u - 1) * 0.84f, v * 0.992f);
    }));
    for (const float s : {-1.0f, 1.0f})
      rims.Append(Sheet(1, 16, [&](float u, float v) {
        return blade(s * (0.84f + 0.16f * (s > 0 ? u : 1 - u)), v);
      }));
  }
  builder.Add(leaves, Foliage("leaf", "#47603c"));
  builder.Add(rims, Foliage("leaf rim", "#b3b06a"));
}

/// Cut leaves on long arching stalks.
void AddMonstera(float from,
                 float top,
                 float spread,
                 Random& random,
                 uint32_t seed,
                 MeshBuilder& builder) {
  Part stalks, leaves;
  const int count = 15;
  for (int i = 0; i < count; ++i) {
    const float a = 2.4f * static_cast<float>(i) + random.Range(-0.2f, 0.2f),
                t = static_cast<float>(i) / (count - 1);
    const float tall = (top - from) * (0.4f + 0.52f * (1 - t)) *
                       random.Range(0.9f, 1.05f),
                out = spread * (0.28f + 0.5f * t);
    const Vec3 foot(0.03f * std::cos(a), from - 0.02f, 0.03f * std::sin(a)),
        tip(out * std::cos(a), from + tall, out * std::sin(a));
    stalks.Append(
        Tube(SmoothPath({foot,
                         foot * 0.55f + tip * 0.45f + Vec3(0, tall * 0.22f, 0) -
                             Vec3(tip.x() * 0.25f, 0, tip.z() * 0.25f),
                         tip},
                        8),
             0.0052f,
             8));
    const Vec3 direction =
        Vec3(std::cos(a), -0.5f + 0.35f * (1 - t), std::sin(a)).normalized();
    leaves.Append(
        LeafAt({0.43f, 0.34f, 0.14f, 0.3f, 0.03f, 6},
               tip - direction * 0.02f,
               direction,
               Vec3(std::cos(a) * 0.35f, 1, std::sin(a) * 0.35f),
               std::min(0.34f, spread * 0.72f) * random.Range(0.7f, 1.05f),
               seed + static_cast<uint32_t>(i) * 5));
  }
  builder.Add(stalks, Foliage("stem", "#5f7a41"));
  builder.Add(leaves, Foliage("leaf", "#35562b"));
}

/// Feathered fronds arching from the middle: areca, kentia.
void AddPalm(float from,
             float top,
             float spread,
             Random& random,
             uint32_t seed,
             MeshBuilder& builder) {
  Part stalks, leaves;
  const int fronds = 15;
  for (int i = 0; i < fronds; ++i) {
    const float a = 2.4f * static_cast<float>(i) + random.Range(-0.25f, 0.25f),
                t = static_cast<float>(i) / fronds;
    const float tall = (top - from) * (1.02f - 0.45f * t) *
                       random.Range(0.9f, 1.0f),
                out = spread * (0.35f + 0.6f * t);
    const Vec3 foot(0.04f * std::cos(a), from - 0.02f, 0.04f * std::sin(a)),
        away(std::cos(a), 0, std::sin(a));
    const std::vector<Vec3> path =
        SmoothPath({foot,
                    foot + away * out * 0.12f + Vec3(0, tall * 0.5f, 0),
                    foot + away * out * 0.45f + Vec3(0, tall * 0.88f, 0),
                    foot + away * out * 0.9f + Vec3(0, tall * 0.86f, 0)},
                   10);
    std::vector<float> radii;
    for (size_t k = 0; k < path.size(); ++k)
      radii.push_back(0.006f * (1.1f - 0.9f * static_cast<float>(k) /
                                           static_cast<float>(path.size())));
    stalks.Append(Tube(path, radii, 6));
    for (size_t k = path.size() / 3; k + 1 < path.size(); ++k) {
      const float s = static_cast<float>(k) / static_cast<float>(path.size());
      const Vec3 along = (path[k + 1] - path[k]).normalized(),
                 side = along.cross(Vec3::UnitY()).normalized();
      const float length =
          std::min(0.3f, spread * 0.55f) *
          std::sin(kPi * std::clamp((s - 0.27f) / 0.8f, 0.06f, 0.94f));
      for (const float w : {-1.0f, 1.0f}) {
        const Vec3 direction =
            (side * w + along * 0.85f + Vec3(0, random.Range(-0.1f, 0.2f), 0))
                .normalized();
        leaves.Append(LeafAt(
            {0.055f, 0.4f, 0.3f, 0.3f, 0.0f},
            path[k],
            direction,
            Vec3::UnitY(),
            length * random.Range(0.9f, 1.08f),
            seed + static_cast<uint32_t>(k * 9) + static_cast<uint32_t>(i)));
      }
    }
  }
  builder.Add(stalks, Foliage("stem", "#7d8b4a"));
  builder.Add(leaves, Foliage("leaf", "#4f6b33"));
}

void BuildPlant(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height();
  const std::string kind = request.choice("plant");
  Random random(request.seed() * 5 + 11);
  const float share = kind == "snake" ? 0.34f : 0.2f;
  const float pot_height = std::clamp(h * share, 0.08f, 0.36f);
  const float pot_radius =
      std::min(w * (kind == "snake" ? 0.34f : 0.26f), pot_height * 0.62f);
  const float from =
      AddPot(request.choice("pot"), pot_radius, pot_height, builder);
  const float spread = w / 2;
  if (kind == "fiddle")
    AddFiddleLeaf(from, h, spread, random, request.seed(), builder);
  if (kind == "olive")
    AddOlive(from, h, spread, random, request.seed(), builder);
  if (kind == "snake") AddSnakePlant(from, h, spread, random, builder);
  if (kind == "monstera")
    AddMonstera(from, h, spread, random, request.seed(), builder);
  if (kind == "palm") AddPalm(from, h, spread, random, request.seed(), builder);
}

}  // namespace

void AppendPlants(std::vector<Generator>& generators) {
  const Generator plant{
      MakePiece("plant_olive", "Olive tree", "plant", {}, {0.85, 0.85, 1.75}),
      {Choice(
           "plant", {"olive", "fiddle", "snake", "monstera", "palm"}, "Kind"),
       Choice("pot",
              {"light", "dark", "terracotta", "concrete", "basket"},
              "Pot")},
      BuildPlant};
  generators.push_back(plant);
  AppendVariants(generators,
                 plant,
                 {{"plant_fiddle",
                   "Fiddle-leaf fig",
                   {},
                   {0.75, 0.75, 1.6},
                   {{"plant", "fiddle"}, {"pot", "basket"}},
                   "plant"},
                  {"plant_snake",
                   "Snake plant",
                   {},
                   {0.36, 0.36, 0.85},
                   {{"plant", "snake"}},
                   "plant"},
                  {"plant_monstera",
                   "Monstera",
                   {},
                   {0.9, 0.9, 1.0},
                   {{"plant", "monstera"}, {"pot", "dark"}},
                   "plant"},
                  {"plant_palm",
                   "Kentia palm",
                   {},
                   {1.1, 1.1, 1.7},
                   {{"plant", "palm"}, {"pot", "basket"}},
                   "plant"},
                  {"plant_snake_small",
                   "Small snake plant",
                   {},
                   {0.2, 0.2, 0.38},
                   {{"plant", "snake"}, {"pot", "concrete"}},
                   "table_plant"},
                  {"plant_monstera_small",
                   "Small monstera",
                   {},
                   {0.4, 0.4, 0.42},
                   {{"plant", "monstera"}},
                   "table_plant"},
                  {"plant_palm_small",
                   "Small palm",
                   {},
                   {0.42, 0.42, 0.52},
                   {{"plant", "palm"}, {"pot", "terracotta"}},
                   "table_plant"}});
}

}  // namespace stage::engine::procedural
