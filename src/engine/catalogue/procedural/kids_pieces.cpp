#include <algorithm>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/bedding.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

void AddBar(const Vec3& low,
            const Vec3& high,
            const Material& wood,
            MeshBuilder& builder) {
  builder.AddBoard(Board(low, high, 0.006f, 3), wood);
}

/// Side rails, slats and bedding of one of the two beds, mattress from
/// `bottom`.
void AddBunk(float bottom,
             const Request& request,
             const Material& wood,
             uint32_t seed,
             MeshBuilder& builder) {
  const float x = request.width() / 2 - 0.06f, z = request.depth() / 2 - 0.05f;
  for (const float side : {-1.0f, 1.0f}) {
    AddBar({side * x - 0.012f, bottom - 0.05f, -z},
           {side * x + 0.012f, bottom + 0.09f, z},
           wood,
           builder);
    AddBar({-x, bottom - 0.05f, side * z - 0.012f},
           {x, bottom + 0.09f, side * z + 0.012f},
           wood,
           builder);
  }
  AddBar({-x, bottom - 0.02f, -z}, {x, bottom, z}, wood, builder);
  BeddingOptions bedding;
  bedding.pillows = 1;
  bedding.cushions = 0;
  bedding.pillows_lie = true;
  bedding.throw_blanket = request.flag("throw");
  bedding.duvet_cloth = request.choice("bedding");
  bedding.overhang = 0.1f;
  AddBedding({2 * x - 0.05f, -z + 0.03f, z - 0.03f, bottom, bottom + 0.17f},
             bedding,
             seed,
             builder);
}

/// Rails that keep a sleeper in, with a gap for the ladder at the foot.
void AddGuards(float bottom,
               float gap,
               const Request& request,
               const Material& wood,
               MeshBuilder& builder) {
  const float x = request.width() / 2 - 0.04f, z = request.depth() / 2 - 0.06f;
  for (const float y : {bottom + 0.26f, bottom + 0.37f}) {
    AddBar({x - 0.011f, y - 0.03f, -z},
           {x + 0.011f, y + 0.03f, z - gap},
           wood,
           builder);
    AddBar({-x - 0.011f, y - 0.03f, -z},
           {-x + 0.011f, y + 0.03f, z},
           wood,
           builder);
    for (const float end : {-1.0f, 1.0f}) {
      AddBar({-x, y - 0.03f, end * (z + 0.01f) - 0.011f},
             {x, y + 0.03f, end * (z + 0.01f) + 0.011f},
             wood,
             builder);
    }
  }
  AddBar({x - 0.013f, bottom, z - gap - 0.025f},
         {x + 0.013f, bottom + 0.4f, z - gap + 0.025f},
         wood,
         builder);
}

void BuildBunkBed(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const Material wood = Wood(request.choice("wood"));
  constexpr float kPost = 0.032f, kLadder = 0.4f;
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float sz : {-1.0f, 1.0f}) {
      const float x = sx * (w / 2 - 0.06f), z = sz * (d / 2 - kPost - 0.004f);
      AddBar(
          {x - kPost, 0, z - kPost}, {x + kPost, h, z + kPost}, wood, builder);
    }
  }
  const float upper = h - 0.43f;
  AddBunk(0.28f, request, wood, request.seed() + 1, builder);
  AddBunk(upper, request, wood, request.seed() + 2, builder);
  AddGuards(upper, kLadder + 0.08f, request, wood, builder);
  const float x = w / 2 - 0.016f, z1 = d / 2 - 0.1f, z0 = z1 - kLadder;
  for (const float z : {z0, z1}) {
    AddBar({x - 0.016f, 0, z - 0.02f},
           {x + 0.016f, upper + 0.36f, z + 0.02f},
           wood,
           builder);
  }
  for (float y = 0.28f; y < upper + 0.1f; y += 0.25f) {
    builder.AddBoard(Rod({x, y, z0}, {x, y, z1}, 0.016f, 0.016f, 16), wood);
  }
}

/// A chest with a lid, on short feet; a row of finger holes says toys.
void BuildToyChest(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  const Material wood = Wood(request.choice("wood"));
  const Material body = request.flag("painted")
                            ? Lacquer("body", "#e9e5dc", 0.6f)
                            : Wood(request.choice("wood"), "body");
  constexpr float kFoot = 0.05f, kBoard = 0.018f, kLid = 0.022f;
  const float top = h - kLid - 0.004f;
  for (const float s : {-1.0f, 1.0f}) {
    AddBar({-w + 0.01f, kFoot, s * (d - kBoard / 2 - 0.01f) - kBoard / 2},
           {w - 0.01f, top, s * (d - kBoard / 2 - 0.01f) + kBoard / 2},
           body,
           builder);
    AddBar({s * (w - kBoard / 2 - 0.01f) - kBoard / 2, kFoot, -d + 0.01f},
           {s * (w - kBoard / 2 - 0.01f) + kBoard / 2, top, d - 0.01f},
           body,
           builder);
    for (const float z : {-1.0f, 1.0f}) {
      builder.AddBoard(Rod({s * (w - 0.07f), 0, z * (d - 0.07f)},
                           {s * (w - 0.07f), kFoot + 0.01f, z * (d - 0.07f)},
                           0.017f,
                           0.022f,
                           16),
                       wood);
    }
  }
  AddBar({-w + 0.015f, kFoot, -d + 0.015f},
         {w - 0.015f, kFoot + 0.015f, d - 0.015f},
         body,
         builder);
  builder.AddBoard(Board({-w, h - kLid, -d}, {w, h, d}, 0.006f, 4), wood);
  const Part grip =
      Lathe(RoundedProfile({{0, 0}, {0.012f, 0}, {0.012f, 0.012f}, {0, 0.012f}},
                           0.004f),
            20);
  for (const float x : {-w * 0.35f, w * 0.35f}) {
    builder.Add(Posed(grip, At(x, top * 0.72f, d - 0.012f) * TurnedX(90)),
                wood);
  }
}

void AddStool(float x,
              float z,
              float height,
              const Material& wood,
              const Material& seat,
              MeshBuilder& builder) {
  builder.Add(Moved(Slab(EllipseOutline(0.28f, 0.28f, 48), 0.026f, 0.009f, 4),
                    {x, height - 0.026f, z}),
              seat);
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float sz : {-1.0f, 1.0f}) {
      builder.AddBoard(Rod({x + sx * 0.11f, 0, z + sz * 0.11f},
                           {x + sx * 0.08f, height - 0.02f, z + sz * 0.08f},
                           0.011f,
                           0.016f,
                           14),
                       wood);
    }
  }
}

/// A low table with a stool at either side.
void BuildKidsTable(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const Material wood = Wood(request.choice("wood"));
  const Material top = Lacquer("body", "#e9e5dc", 0.5f);
  const float half = w / 2 - 0.3f;
  std::vector<Vec2> outline = SuperellipseOutline(2 * half, d, 5, 72);
  builder.Add(Moved(Slab(outline, 0.024f, 0.008f, 4), {0, h - 0.024f, 0}), top);
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float sz : {-1.0f, 1.0f}) {
      builder.AddBoard(
          Rod({sx * (half - 0.06f), 0, sz * (d / 2 - 0.07f)},
              {sx * (half - 0.09f), h - 0.02f, sz * (d / 2 - 0.1f)},
              0.015f,
              0.022f,
              18),
          wood);
    }
    AddStool(sx * (w / 2 - 0.142f), 0.04f * sx, h * 0.6f, wood, top, builder);
  }
}

ParameterRule WoodRule() {
  return Choice("wood",
                {"pine", "oak", "ash", "walnut", "teak", "white", "black"},
                "Frame");
}

}  // namespace

void AppendKidsPieces(std::vector<Generator>& generators) {
  const Generator bunk{
      MakePiece("bunk_bed", "Bunk bed", "kids_bed", {}, {1.06, 2.1, 1.66}),
      {WoodRule(),
       Choice("bedding", {"cotton", "linen"}, "Weave of the duvet covers"),
       Flag("throw", false, "Blankets over the feet")},
      BuildBunkBed};
  const Generator chest{
      MakePiece(
          "toy_chest", "Toy chest", "toy_chest", {}, {0.85, 0.42, 0.46}, 0.46),
      {WoodRule(), Flag("painted", true, "A painted body under a wooden lid")},
      BuildToyChest};
  generators.insert(
      generators.end(),
      {bunk,
       Restyled(bunk,
                MakePiece("bunk_bed_white",
                          "Bunk bed, painted",
                          "kids_bed",
                          {"modern", "contemporary", "coastal", "farmhouse"},
                          {1.06, 2.1, 1.66}),
                {{"wood", "white"}}),
       chest,
       {MakePiece("kids_table",
                  "Low table with two stools",
                  "kids_table",
                  {},
                  {1.3, 0.6, 0.5},
                  0.5),
        {WoodRule()},
        BuildKidsTable}});
}

}  // namespace stage::engine::procedural
