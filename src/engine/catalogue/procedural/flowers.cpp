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

/// One petal: rises from the stem's end, cupped around the axis.
/// @param open  0 closed bud .. 1 wide open
Part Petal(float length, float breadth, float open, float angle) {
  const Part petal = Sheet(6, 8, [&](float u, float v) {
    const float side = 2 * u - 1;
    const float wide =
        std::sin(kPi * std::pow(v, 0.75f)) * (1 - 0.25f * v) + 0.12f * (1 - v);
    const float out = breadth * (0.30f + 0.85f * std::sin(kPi * v * 0.62f)) *
                      (1 + open * (0.2f + 1.3f * v * v));
    const float turn = side * wide * 1.05f;
    const float up = length * v * (1 - 0.22f * open * v);
    return Vec3(out * std::sin(turn),
                up - 0.06f * length * side * side * v,
                out * std::cos(turn));
  });
  return Posed(Thicken(petal, 6, 8, [&](float, float) { return 0.0012f; }),
               TurnedY(angle));
}

void AddBloom(const Pose& at,
              float size,
              int layers,
              float open,
              const Material& petals,
              MeshBuilder& builder) {
  for (int layer = 0; layer < layers; ++layer) {
    const float part = layers == 1 ? 1.0f
                                   : 0.45f + 0.55f * static_cast<float>(layer) /
                                                 static_cast<float>(layers - 1);
    const int count = layers > 2 ? 3 + layer : 3;
    for (int i = 0; i < count; ++i) {
      const float angle =
          360.0f * (static_cast<float>(i) + 0.5f * static_cast<float>(layer)) /
          static_cast<float>(count);
      builder.Add(Posed(Petal(size * (0.8f + 0.2f * part),
                              size * 0.42f * part,
                              open * part,
                              angle),
                        at),
                  petals);
    }
  }
}

/// Turns +Y to a direction.
Pose Towards(const Vec3& from, const Vec3& direction) {
  return Pose(Eigen::Translation3f(from) *
              Eigen::Quaternionf::FromTwoVectors(Vec3::UnitY(), direction));
}

void BuildFlowers(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), h = request.height();
  const std::string kind = request.choice("flowers");
  const bool tulips = kind == "tulips";
  const float vase = h * 0.5f;
  const float r = std::min(w * 0.3f, vase * 0.34f);
  const std::string vessel = request.choice("vessel");
  const Part body = Lathe(SmoothProfile({{0, 0},
                                         {r * 0.62f, 0},
                                         {r * 0.74f, vase * 0.04f},
                                         {r, vase * 0.42f},
                                         {r * 0.8f, vase * 0.78f},
                                         {r * 0.6f, vase * 0.92f},
                                         {r * 0.7f, vase},
                                         {r * 0.63f, vase * 0.99f},
                                         {r * 0.54f, vase * 0.9f},
                                         {r * 0.7f, vase * 0.6f},
                                         {0, vase * 0.5f}},
                                        7),
                          56);
  builder.Add(body,
              vessel == "dark"   ? Ceramic("ceramic", "#44413d", 0.5f)
              : vessel == "blue" ? Ceramic("ceramic", "#6d8796", 0.35f)
                                 : Ceramic("ceramic", "#e7e2d8", 0.35f));
  const std::vector<Vec3> palette = request.colours("palette");
  const Material green = Foliage("leaf", "#5f7d3c");
  Random random(request.seed() + 29);
  const int count = request.count("count");
  const float bloom = tulips ? h * 0.125f : h * 0.12f;
  for (int i = 0; i < count; ++i) {
    const float ring =
        std::sqrt((static_cast<float>(i) + 0.5f) / static_cast<float>(count));
    const float angle =
        2.39996f * static_cast<float>(i) + random.Range(-0.2f, 0.2f);
    const Vec3 aside(std::cos(angle), 0, std::sin(angle));
    const float reach = (w * 0.5f - bloom * 0.5f) * ring;
    const float top = h - bloom * 1.05f -
                      (h - vase) * 0.42f * ring * random.Range(0.8f, 1.15f);
    const Vec3 foot = Vec3(0, vase * 0.75f, 0) + aside * (r * 0.35f * ring);
    const Vec3 head = Vec3(0, top, 0) + aside * reach;
    const Vec3 middle =
        0.5f * (foot + head) - aside * (reach * 0.18f) + Vec3(0, 0.04f * h, 0);
    const std::vector<Vec3> path = SmoothPath({foot, middle, head}, 8);
    builder.Add(Tube(path, h * 0.0065f, 8), green);
    const Vec3 direction =
        (head - middle + (tulips ? Vec3(0, 0.4f * h, 0) : Vec3::Zero().eval()))
            .normalized();
    Material petals = Foliage(
        "petal " + std::to_string(static_cast<size_t>(i) % palette.size()),
        "#ffffff");
    petals.base_color = palette[static_cast<size_t>(i) % palette.size()];
    petals.roughness = 0.6f;
    AddBloom(Towards(head, direction),
             bloom * random.Range(0.9f, 1.08f),
             tulips ? 2 : 4,
             tulips ? random.Range(0.02f, 0.22f) : random.Range(0.5f, 0.8f),
             petals,
             builder);
    const LeafForm blade = tulips ? LeafForm{0.11f, 0.45f, 0.5f, 0.28f, 0.1f}
                                  : LeafForm{0.28f, 0.4f, 0.25f, 0.2f, 0.1f};
    const int leaves = tulips ? 1 : 2;
    for (int k = 0; k < leaves; ++k) {
      const float lean = angle + random.Range(-1.1f, 1.1f);
      const Vec3 out(std::cos(lean), tulips ? 1.5f : 0.6f, std::sin(lean));
      builder.Add(LeafAt(blade,
                         path[path.size() * (k == 0 ? 3 : 5) / 9],
                         out.normalized(),
                         Vec3(out.x(), 0.6f, out.z()).normalized(),
                         (tulips ? 0.36f : 0.2f) * h,
                         request.seed() + static_cast<uint32_t>(7 * i + k)),
                  green);
    }
  }
}

}  // namespace

void AppendFlowers(std::vector<Generator>& generators) {
  const Generator flowers{
      MakePiece(
          "flowers", "Vase with tulips", "flower_vase", {}, {0.34, 0.34, 0.44}),
      {Choice("flowers", {"tulips", "roses"}, "What stands in it"),
       Choice("vessel", {"light", "dark", "blue"}, "Vase"),
       Count("count", 11, 3, 24, "Flowers"),
       Colours("palette", {"#f2ece2", "#efe3d2"}, "Petals")},
      BuildFlowers};
  generators.push_back(flowers);
  AppendVariants(generators,
                 flowers,
                 {{"flowers_pink",
                   "Vase with pink tulips",
                   {},
                   {0.32, 0.32, 0.42},
                   {{"palette", {"#d9788a", "#e8a3ae"}}}},
                  {"flowers_roses",
                   "Vase with roses",
                   {},
                   {0.34, 0.34, 0.38},
                   {{"flowers", "roses"},
                    {"count", 8},
                    {"vessel", "blue"},
                    {"palette", {"#f0d6c6", "#e6b9a2", "#f5ead9"}}}}});
}

}  // namespace stage::engine::procedural
