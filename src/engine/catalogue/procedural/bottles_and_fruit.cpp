#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

struct BottleLook {
  std::vector<Vec2> outline;  ///< radius and height, as shares of both
  const char* glass;          ///< colour
  const char* label;
  const char* closure;
};

BottleLook LookOf(const std::string& kind) {
  if (kind == "oil") {
    return {{{0.9f, 0},
             {1, 0.02f},
             {1, 0.56f},
             {0.93f, 0.66f},
             {0.5f, 0.74f},
             {0.34f, 0.8f},
             {0.34f, 0.9f}},
            "#5c4716",
            "#e9e3d2",
            "#b58a58"};
  }
  return {{{0.92f, 0},
           {1, 0.02f},
           {1, 0.58f},
           {0.93f, 0.655f},
           {0.55f, 0.72f},
           {0.39f, 0.77f},
           {0.37f, 0.82f}},
          "#16211a",
          "#efe9da",
          "#5b1720"};
}

void AddBottle(const std::string& kind,
               float r,
               float h,
               const Vec3& foot,
               float turn,
               MeshBuilder& builder) {
  const BottleLook look = LookOf(kind);
  std::vector<Vec2> glass{{0, h * 0.02f}, {r * 0.7f, 0}};
  for (const Vec2& p : look.outline) glass.emplace_back(p.x() * r, p.y() * h);
  const Vec2 neck = glass.back();
  glass.emplace_back(neck.x() * 0.8f, neck.y() + 0.001f);
  glass.emplace_back(0, neck.y() + 0.001f);
  builder.Add(Moved(Lathe(RoundedProfile(glass, r * 0.12f, 5), 48), foot),
              Lacquer(std::string("glass ") + kind, look.glass, 0.06f));
  builder.Add(Moved(Lathe(RoundedProfile({{neck.x() * 0.9f, neck.y()},
                                          {neck.x() * 1.04f, neck.y()},
                                          {neck.x() * 1.0f, h},
                                          {0, h}},
                                         0.001f),
                          32),
                    foot),
              Lacquer(std::string("closure ") + kind, look.closure, 0.42f));
  // Two thirds of the way round.
  const float low = h * 0.16f, high = h * 0.46f;
  const Part label = Sheet(32, 2, [&](float u, float v) {
    const float angle = (u - 0.5f) * kPi * 1.3f;
    return Vec3(r * 1.004f * std::sin(angle),
                low + (high - low) * v,
                r * 1.004f * std::cos(angle));
  });
  builder.Add(Moved(Posed(label, TurnedY(turn)), foot),
              Lacquer(std::string("label ") + kind, look.label, 0.85f));
  const Part band = Sheet(32, 1, [&](float u, float v) {
    const float angle = (u - 0.5f) * kPi * 0.8f;
    return Vec3(r * 1.008f * std::sin(angle),
                low + (high - low) * (0.6f + 0.08f * v),
                r * 1.008f * std::cos(angle));
  });
  builder.Add(Moved(Posed(band, TurnedY(turn)), foot),
              Lacquer(std::string("print ") + kind, "#6d5a3c", 0.8f));
}

void BuildBottle(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height();
  const std::string kind = request.choice("kind");
  if (kind != "pair") {
    AddBottle(kind, w / 2, h, {0, 0, 0}, 8, builder);
    return;
  }
  const float r = w * 0.22f;
  AddBottle("wine", r, h, {-w / 2 + r, 0, 0}, 14, builder);
  AddBottle(
      "oil", r * 0.9f, h * 0.8f, {w / 2 - r * 0.9f, 0, r * 0.3f}, -18, builder);
}

Part Apple(float r) {
  return Lathe(SmoothProfile({{0, r * 0.22f},
                              {r * 0.22f, r * 0.08f},
                              {r * 0.62f, r * 0.16f},
                              {r * 0.94f, r * 0.75f},
                              {r * 0.96f, r * 1.2f},
                              {r * 0.66f, r * 1.66f},
                              {r * 0.28f, r * 1.74f},
                              {0, r * 1.5f}},
                             6),
               32);
}

Part Lemon(float r) {
  return Lathe(SmoothProfile({{0, 0},
                              {r * 0.2f, r * 0.1f},
                              {r * 0.6f, r * 0.45f},
                              {r * 0.88f, r * 1.1f},
                              {r * 0.6f, r * 1.78f},
                              {r * 0.2f, r * 2.12f},
                              {0, r * 2.25f}},
                             6),
               28);
}

void AddFruit(const std::string& kind,
              const Vec3& center,
              float r,
              Random& random,
              MeshBuilder& builder) {
  const Pose turned = At(center.x(), center.y(), center.z()) *
                      TurnedY(random.Range(0, 360)) *
                      TurnedX(random.Range(-28, 28));
  if (kind == "lemons") {
    const Pose lying = At(center.x(), center.y(), center.z()) *
                       TurnedY(random.Range(0, 360)) *
                       TurnedX(80 + random.Range(-12, 12));
    builder.Add(Posed(Moved(Lemon(r), {0, -r * 1.12f, 0}), lying),
                Lacquer("lemon", "#e8c52c", 0.5f));
    return;
  }
  if (kind == "oranges") {
    builder.Add(Posed(Ellipsoid({r, r * 0.95f, r}, 2, 32), turned),
                Lacquer("orange", "#e0801f", 0.5f));
    builder.Add(
        Posed(Lathe({{0, r * 0.93f}, {r * 0.09f, r * 0.94f}, {0, r * 0.965f}},
                    12),
              turned),
        Lacquer("stalk", "#5d6b34", 0.8f));
    return;
  }
  const bool green = random.Unit() < 0.4f;
  builder.Add(Posed(Moved(Apple(r), {0, -r * 0.92f, 0}), turned),
              Lacquer(green ? "apple green" : "apple red",
                      green ? "#a5b83a" : "#a8261f",
                      0.32f));
  builder.Add(Posed(Tube({{0, r * 0.6f, 0},
                          {r * 0.04f, r * 0.85f, 0},
                          {r * 0.13f, r * 1.02f, 0}},
                         r * 0.045f,
                         8),
                    turned),
              Lacquer("stalk", "#4d3a24", 0.8f));
}

void BuildFruit(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height(), r = w / 2;
  const std::string kind = request.choice("fruit");
  const float bowl = h * 0.62f, fruit = std::min(r * 0.31f, h * 0.3f);
  builder.Add(
      Lathe(SmoothProfile({{0, 0},
                           {r * 0.4f, 0},
                           {r * 0.46f, bowl * 0.08f},
                           {r * 0.82f, bowl * 0.45f},
                           {r, bowl},
                           {r * 0.965f, bowl * 1.01f},
                           {r * 0.78f, bowl * 0.5f},
                           {r * 0.4f, bowl * 0.17f},
                           {0, bowl * 0.12f}},
                          7),
            64),
      request.choice("bowl") == "wood"
          ? Wood("walnut", "wood")
          : Ceramic("ceramic",
                    request.choice("bowl") == "dark" ? "#3f3c39" : "#e4dfd5",
                    0.35f));
  Random random(request.seed() + 17);
  const float ring = r * 0.54f, low = bowl * 0.52f + fruit * 0.55f;
  for (int i = 0; i < 5; ++i) {
    const float angle =
        2 * kPi * (static_cast<float>(i) + 0.16f * random.Range(-1, 1)) / 5;
    AddFruit(kind,
             {ring * std::cos(angle), low, ring * std::sin(angle)},
             fruit * random.Range(0.94f, 1.03f),
             random,
             builder);
  }
  for (int i = 0; i < 3; ++i) {
    const float angle = 2 * kPi * (static_cast<float>(i) + 0.25f) / 3;
    const float near = fruit * 1.02f;
    AddFruit(
        kind,
        {near * std::cos(angle), low + fruit * 0.95f, near * std::sin(angle)},
        fruit * random.Range(0.95f, 1.02f),
        random,
        builder);
  }
}

}  // namespace

void AppendBottlesAndFruit(std::vector<Generator>& generators) {
  const Generator bottle{
      MakePiece("bottle", "Wine bottle", "bottle", {}, {0.076, 0.076, 0.3}),
      {Choice("kind", {"wine", "oil", "pair"}, "What is in it")},
      BuildBottle};
  generators.push_back(bottle);
  AppendVariants(generators,
                 bottle,
                 {{"bottle_oil",
                   "Oil bottle",
                   {},
                   {0.075, 0.075, 0.26},
                   {{"kind", "oil"}}},
                  {"bottle_pair",
                   "Wine and oil",
                   {},
                   {0.18, 0.1, 0.3},
                   {{"kind", "pair"}}}});
  const Generator fruit{
      MakePiece("fruit", "Bowl of apples", "fruit", {}, {0.3, 0.3, 0.17}),
      {Choice("fruit", {"apples", "lemons", "oranges"}, "What lies in it"),
       Choice("bowl", {"light", "dark", "wood"}, "Bowl")},
      BuildFruit};
  generators.push_back(fruit);
  AppendVariants(generators,
                 fruit,
                 {{"fruit_lemons",
                   "Bowl of lemons",
                   {},
                   {0.28, 0.28, 0.16},
                   {{"fruit", "lemons"}, {"bowl", "dark"}}},
                  {"fruit_oranges",
                   "Bowl of oranges",
                   {},
                   {0.32, 0.32, 0.18},
                   {{"fruit", "oranges"}, {"bowl", "wood"}}}});
}

}  // namespace stage::engine::procedural
