#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

const std::vector<std::string> kWoods{
    "oak", "walnut", "ash", "teak", "pine", "black", "white"};
const std::vector<std::string> kMetals{
    "black", "brass", "bronze", "steel", "chrome"};

Material TopMaterial(const Request& request) {
  const std::string top = request.choice("top");
  if (top == "wood") return Wood(request.choice("wood"));
  if (top == "glass") return ClearGlass();
  return Stone(top);
}

/// A glued-up table top: boards side by side with their own grain.
void AddTop(const std::vector<Vec2>& outline,
            float y,
            float thickness,
            const Material& material,
            MeshBuilder& builder,
            float edge = 0.004f) {
  builder.AddBoard(Moved(Slab(outline, thickness, edge, 4), {0, y, 0}),
                   material);
}

std::vector<Vec2> Outline(const std::string& shape, float w, float d) {
  if (shape == "round") return EllipseOutline(w, d, 96);
  if (shape == "oval") return SuperellipseOutline(w, d, 2.5f, 96);
  if (shape == "pebble")
    return PebbleOutline(w * 0.93f, d * 0.93f, 0.07f, 5, 96);
  return RectangleOutline(w, d, 0.03f, 8);
}

void AddRoundLegs(float w,
                  float d,
                  float top,
                  float splay,
                  float foot,
                  float head,
                  const Material& wood,
                  MeshBuilder& builder,
                  float inset) {
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float sz : {-1.0f, 1.0f}) {
      const float x = sx * (w / 2 - inset), z = sz * (d / 2 - inset);
      builder.AddBoard(
          Rod({x, 0, z}, {x - sx * splay, top, z - sz * splay}, foot, head, 24),
          wood);
    }
  }
}

/// A drum whose side is a row of half-round staves.
Part FlutedDrum(float radius_x, float radius_z, float height, int flutes) {
  const int around = flutes * 8;
  std::vector<std::vector<Vec3>> rings;
  const auto ring = [&](float y, float shrink) {
    std::vector<Vec3> points;
    for (int i = 0; i < around; ++i) {
      const float a = -2 * static_cast<float>(M_PI) * static_cast<float>(i) /
                      static_cast<float>(around);
      const float flute =
          std::abs(std::sin(a * static_cast<float>(flutes) / 2));
      const float r = 1 - 0.022f * (1 - flute) - shrink;
      points.push_back(
          {radius_x * r * std::cos(a), y, radius_z * r * std::sin(a)});
    }
    return points;
  };
  rings.push_back(ring(0.0f, 0.012f));
  rings.push_back(ring(0.004f, 0));
  rings.push_back(ring(height - 0.004f, 0));
  rings.push_back(ring(height, 0.012f));
  Part drum = Loft(rings, true);
  // Grain runs upwards on staves.
  return drum;
}

void BuildCoffeeTable(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string form = request.choice("form");
  const Material top = TopMaterial(request),
                 wood = Wood(request.choice("wood"));
  const Material metal = Metal(request.choice("metal"));
  const std::string shape = request.choice("shape");
  if (form == "drum") {
    const float plate = 0.02f;
    builder.AddBoard(FlutedDrum(w / 2 * 0.985f, d / 2 * 0.985f, h - plate, 44),
                     wood);
    AddTop(EllipseOutline(w, d, 96), h - plate, plate, top, builder, 0.006f);
  } else if (form == "block") {
    builder.AddBoard(
        Board({-w / 2, 0.0f, -d / 2}, {w / 2, h, d / 2}, 0.012f, 4), top);
  } else if (form == "frame") {
    // A slim steel frame with a lower shelf.
    const float t = 0.0085f, plate = 0.024f;
    AddTop(Outline(shape, w, d), h - plate, plate, top, builder);
    const float x = w / 2 - 0.02f, z = d / 2 - 0.02f;
    for (const float sx : {-1.0f, 1.0f}) {
      for (const float sz : {-1.0f, 1.0f}) {
        builder.Add(Board({sx * x - t, 0, sz * z - t},
                          {sx * x + t, h - plate, sz * z + t},
                          0.0015f),
                    metal);
      }
    }
    for (const float y : {h - plate - t, 0.09f}) {
      for (const float s : {-1.0f, 1.0f}) {
        builder.Add(
            Board(
                {-x + t, y - t, s * z - t}, {x - t, y + t, s * z + t}, 0.0015f),
            metal);
        builder.Add(
            Board(
                {s * x - t, y - t, -z + t}, {s * x + t, y + t, z - t}, 0.0015f),
            metal);
      }
    }
    builder.AddBoard(
        Board({-x + t, 0.099f, -z + t}, {x - t, 0.117f, z - t}, 0.002f), wood);
  } else if (form == "pedestal") {
    const float plate = 0.024f;
    AddTop(Outline(shape == "rectangle" ? "round" : shape, w, d),
           h - plate,
           plate,
           top,
           builder,
           0.007f);
    const float r = std::min(w, d) * 0.3f;
    const Part foot = Lathe(RoundedProfile({{0, 0},
                                            {r, 0},
                                            {r * 0.98f, 0.012f},
                                            {r * 0.42f, 0.05f},
                                            {r * 0.34f, h * 0.5f},
                                            {r * 0.42f, h - plate - 0.02f},
                                            {r * 0.6f, h - plate},
                                            {0, h - plate}},
                                           0.05f,
                                           8),
                            64);
    builder.AddBoard(foot, request.choice("top") == "wood" ? wood : top);
  } else {
    const float plate = 0.026f;
    AddTop(Outline(shape, w, d), h - plate, plate, top, builder, 0.009f);
    const bool round = shape != "rectangle";
    const float inset = round ? std::min(w, d) * 0.19f : 0.06f;
    AddRoundLegs(w, d, h - plate, 0.03f, 0.011f, 0.019f, wood, builder, inset);
    if (!round) {
      // A shelf of slats between the legs.
      for (int i = 0; i < 7; ++i) {
        const float z = (static_cast<float>(i) - 3) * (d - 0.22f) / 7;
        builder.AddBoard(Rod({-w / 2 + 0.075f, h * 0.36f, z},
                             {w / 2 - 0.075f, h * 0.36f, z},
                             0.006f,
                             0.006f,
                             12),
                         wood);
      }
      for (const float s : {-1.0f, 1.0f}) {
        builder.AddBoard(Rod({s * (w / 2 - 0.075f), h * 0.36f, -d / 2 + 0.06f},
                             {s * (w / 2 - 0.075f), h * 0.36f, d / 2 - 0.06f},
                             0.009f,
                             0.009f,
                             14),
                         wood);
      }
    }
  }
}

void BuildNestedTables(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const Material wood = Wood(request.choice("wood")),
                 metal = Metal(request.choice("metal")),
                 top = TopMaterial(request);
  const auto table = [&](float cx,
                         float cz,
                         float diameter,
                         float height,
                         const Material& plate_material) {
    const float plate = 0.018f;
    builder.AddBoard(
        Moved(Slab(EllipseOutline(diameter, diameter, 80), plate, 0.006f, 4),
              {cx, height - plate, cz}),
        plate_material);
    const float r = diameter * 0.4f;
    for (int i = 0; i < 3; ++i) {
      const float a = 2.0944f * static_cast<float>(i) + 0.6f;
      builder.Add(
          Rod({cx + r * 1.12f * std::cos(a), 0, cz + r * 1.12f * std::sin(a)},
              {cx + r * std::cos(a), height - plate, cz + r * std::sin(a)},
              0.0075f,
              0.0075f,
              14),
          metal);
    }
    std::vector<Vec3> hoop;
    for (int i = 0; i < 40; ++i) {
      const float a = 2 * static_cast<float>(M_PI) * static_cast<float>(i) / 40;
      hoop.push_back({cx + r * std::cos(a),
                      height - plate - 0.006f,
                      cz + r * std::sin(a)});
    }
    builder.Add(Tube(hoop, 0.006f, 10, true), metal);
  };
  table(-w / 2 + d * 0.44f, -0.02f, d * 0.88f, h, top);
  table(w / 2 - d * 0.32f, d * 0.18f, d * 0.64f, h * 0.78f, wood);
}

void BuildSideTable(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string form = request.choice("form");
  const Material wood = Wood(request.choice("wood")),
                 metal = Metal(request.choice("metal")),
                 top = TopMaterial(request);
  const float plate = 0.018f;
  if (form == "drum") {
    builder.AddBoard(FlutedDrum(w / 2 * 0.98f, d / 2 * 0.98f, h - plate, 32),
                     wood);
    AddTop(EllipseOutline(w, d, 80), h - plate, plate, top, builder, 0.006f);
  } else if (form == "stump") {
    const float r = w / 2;
    builder.AddBoard(Posed(Lathe(SmoothProfile({{0, 0},
                                                {r * 0.78f, 0},
                                                {r * 0.92f, h * 0.14f},
                                                {r * 0.74f, h * 0.42f},
                                                {r * 0.72f, h * 0.58f},
                                                {r * 0.98f, h * 0.88f},
                                                {r, h * 0.97f},
                                                {r * 0.96f, h},
                                                {0, h}},
                                               8),
                                 56),
                           Pose(Eigen::Scaling(1.0f, 1.0f, d / w))),
                     wood);
  } else if (form == "tripod") {
    AddTop(EllipseOutline(w, d, 80), h - plate, plate, top, builder, 0.007f);
    for (int i = 0; i < 3; ++i) {
      const float a = 2.0944f * static_cast<float>(i) + 0.5236f;
      builder.AddBoard(
          Rod({w * 0.42f * std::cos(a), 0, d * 0.42f * std::sin(a)},
              {w * 0.2f * std::cos(a), h - plate, d * 0.2f * std::sin(a)},
              0.0095f,
              0.016f,
              20),
          wood);
    }
  } else {
    // A disc on a slim column and a heavy round foot.
    AddTop(EllipseOutline(w, d, 80), h - plate, plate, top, builder, 0.005f);
    const float r = std::min(w, d) * 0.34f;
    builder.Add(Lathe(RoundedProfile({{0, 0},
                                      {r, 0},
                                      {r, 0.012f},
                                      {0.018f, 0.017f},
                                      {0.0125f, 0.04f},
                                      {0.0125f, h - plate - 0.012f},
                                      {0.05f, h - plate},
                                      {0, h - plate}},
                                     0.006f,
                                     5),
                      56),
                metal);
  }
}

void BuildDiningTable(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string legs = request.choice("legs"),
                    shape = request.choice("shape");
  const Material wood = Wood(request.choice("wood")),
                 metal = Metal(request.choice("metal")),
                 top = TopMaterial(request);
  const bool stone = request.choice("top") != "wood";
  const float plate = legs == "farmhouse" ? 0.045f : stone ? 0.022f : 0.03f;
  const std::vector<Vec2> outline = Outline(shape, w, d);
  if (!stone && shape == "rectangle") {
    // Boards glued side by side, each with its own grain.
    const int boards = std::max(4, static_cast<int>(std::lround(d / 0.17f)));
    const float each = d / static_cast<float>(boards);
    for (int i = 0; i < boards; ++i) {
      const float z = -d / 2 + each * static_cast<float>(i);
      builder.AddBoard(Board({-w / 2, h - plate, z},
                             {w / 2, h, z + each},
                             legs == "farmhouse" ? 0.0025f : 0.0008f,
                             2),
                       wood);
    }
  } else {
    AddTop(outline, h - plate, plate, top, builder, stone ? 0.005f : 0.011f);
  }
  const float under = h - plate;
  if (legs == "pedestal") {
    const float r = std::min(w, d) * 0.28f;
    builder.AddBoard(Lathe(SmoothProfile({{0, 0},
                                          {r, 0},
                                          {r, 0.012f},
                                          {r * 0.72f, 0.05f},
                                          {r * 0.36f, 0.16f},
                                          {r * 0.26f, h * 0.45f},
                                          {r * 0.3f, h * 0.75f},
                                          {r * 0.62f, under - 0.01f},
                                          {r * 0.66f, under},
                                          {0, under}},
                                         8),
                           64),
                     stone ? top : wood);
  } else if (legs == "trestle") {
    for (const float s : {-1.0f, 1.0f}) {
      const float x = s * (w / 2 - w * 0.16f);
      builder.AddBoard(SquareBar({x, 0.03f, -d * 0.33f},
                                 {x, under - 0.03f, -d * 0.12f},
                                 0.028f,
                                 0.028f,
                                 0.005f),
                       wood);
      builder.AddBoard(SquareBar({x, 0.03f, d * 0.33f},
                                 {x, under - 0.03f, d * 0.12f},
                                 0.028f,
                                 0.028f,
                                 0.005f),
                       wood);
      builder.AddBoard(Board({x - 0.035f, 0, -d * 0.38f},
                             {x + 0.035f, 0.045f, d * 0.38f},
                             0.006f,
                             3),
                       wood);
      builder.AddBoard(Board({x - 0.03f, under - 0.05f, -d * 0.36f},
                             {x + 0.03f, under, d * 0.36f},
                             0.006f,
                             3),
                       wood);
    }
    builder.AddBoard(Board({-w / 2 + w * 0.16f, h * 0.3f, -0.025f},
                           {w / 2 - w * 0.16f, h * 0.3f + 0.08f, 0.025f},
                           0.006f,
                           3),
                     wood);
  } else if (legs == "metal") {
    for (const float s : {-1.0f, 1.0f}) {
      const float x = s * (w / 2 - 0.16f), t = 0.03f, z = d / 2 - 0.07f;
      builder.Add(Board({x - t, 0, -z}, {x + t, 0.02f, z}, 0.002f), metal);
      builder.Add(Board({x - t, under - 0.02f, -z}, {x + t, under, z}, 0.002f),
                  metal);
      builder.Add(
          Board({x - t, 0.02f, -z}, {x + t, under - 0.02f, -z + 0.02f}, 0.002f),
          metal);
      builder.Add(
          Board({x - t, 0.02f, z - 0.02f}, {x + t, under - 0.02f, z}, 0.002f),
          metal);
    }
  } else if (legs == "slab") {
    const float r = d * 0.32f;
    for (const float s : {-1.0f, 1.0f}) {
      builder.AddBoard(
          Moved(FlutedDrum(r * 0.62f, r, under, 30), {s * w * 0.24f, 0, 0}),
          wood);
    }
  } else {
    const bool farm = legs == "farmhouse";
    const float inset = shape == "rectangle" ? 0.075f : std::min(w, d) * 0.2f;
    const float apron = farm ? 0.1f : 0.06f;
    for (const float sx : {-1.0f, 1.0f}) {
      for (const float sz : {-1.0f, 1.0f}) {
        const float x = sx * (w / 2 - inset), z = sz * (d / 2 - inset);
        if (farm) {
          builder.AddBoard(
              SquareBar({x, 0, z}, {x, under, z}, 0.032f, 0.042f, 0.006f),
              wood);
        } else {
          builder.AddBoard(Rod({x + sx * 0.045f, 0, z + sz * 0.02f},
                               {x, under, z},
                               0.014f,
                               0.027f,
                               26),
                           wood);
        }
      }
    }
    if (shape == "rectangle") {
      for (const float s : {-1.0f, 1.0f}) {
        const float z = s * (d / 2 - inset), x = s * (w / 2 - inset);
        builder.AddBoard(Board({-w / 2 + inset, under - apron, z - 0.011f},
                               {w / 2 - inset, under, z + 0.011f},
                               0.003f),
                         wood);
        builder.AddBoard(Board({x - 0.011f, under - apron, -d / 2 + inset},
                               {x + 0.011f, under, d / 2 - inset},
                               0.003f),
                         wood);
      }
    }
  }
}

std::vector<ParameterRule> TableRules(std::vector<ParameterRule> own) {
  own.push_back(
      Choice("top",
             {"wood", "marble", "travertine", "terrazzo", "concrete", "glass"},
             "Table top"));
  own.push_back(Choice("wood", kWoods, "Species or finish"));
  own.push_back(Choice("metal", kMetals, "Metal parts"));
  return own;
}

}  // namespace

void AppendTables(std::vector<Generator>& generators) {
  const Generator coffee{
      MakePiece("coffee_table",
                "Coffee table with a slatted shelf",
                "coffee_table",
                {"scandinavian", "mid-century", "japandi", "coastal"},
                {1.15, 0.6, 0.4},
                0.4),
      TableRules({Choice("form",
                         {"legs", "drum", "block", "frame", "pedestal"},
                         "Construction"),
                  Choice("shape",
                         {"rectangle", "round", "oval", "pebble"},
                         "Outline of the top")}),
      BuildCoffeeTable};
  generators.push_back(coffee);
  AppendVariants(
      generators,
      coffee,
      {{"coffee_table_round",
        "Round coffee table",
        {"scandinavian", "modern", "japandi"},
        {0.85, 0.85, 0.38},
        {{"shape", "round"}}},
       {"coffee_table_drum",
        "Fluted drum coffee table",
        {"contemporary", "luxury", "japandi", "modern"},
        {0.9, 0.9, 0.36},
        {{"form", "drum"}}},
       {"coffee_table_marble",
        "Marble coffee table",
        {"luxury", "contemporary", "modern"},
        {0.9, 0.9, 0.36},
        {{"form", "pedestal"}, {"shape", "round"}, {"top", "marble"}}},
       {"coffee_table_travertine",
        "Travertine block table",
        {"minimalist", "luxury", "contemporary"},
        {1.1, 0.65, 0.32},
        {{"form", "block"}, {"top", "travertine"}}},
       {"coffee_table_frame",
        "Wood and steel coffee table",
        {"industrial", "modern", "farmhouse"},
        {1.15, 0.62, 0.42},
        {{"form", "frame"}, {"wood", "walnut"}}},
       {"coffee_table_oval",
        "Oval coffee table",
        {"mid-century", "bohemian", "traditional"},
        {1.2, 0.65, 0.4},
        {{"shape", "oval"}, {"wood", "walnut"}}}});
  const Generator nested{MakePiece("coffee_table_nested",
                                   "Nested coffee tables",
                                   "coffee_table",
                                   {"modern", "contemporary", "luxury"},
                                   {1.15, 0.8, 0.44},
                                   0.44),
                         TableRules({}),
                         BuildNestedTables};
  generators.push_back(
      Restyled(nested,
               nested.piece,
               {{"top", "marble"}, {"wood", "walnut"}, {"metal", "black"}}));
  const Generator side{
      MakePiece("side_table",
                "Side table with a slim foot",
                "side_table",
                {"modern", "contemporary", "minimalist", "industrial"},
                {0.42, 0.42, 0.54},
                0.54),
      TableRules({Choice(
          "form", {"disc", "drum", "stump", "tripod"}, "Construction")}),
      BuildSideTable};
  generators.push_back(side);
  AppendVariants(generators,
                 side,
                 {{"side_table_drum",
                   "Fluted side table",
                   {"contemporary", "luxury", "japandi"},
                   {0.4, 0.4, 0.5},
                   {{"form", "drum"}}},
                  {"side_table_stump",
                   "Turned wooden stool table",
                   {"bohemian", "japandi", "coastal", "farmhouse"},
                   {0.36, 0.36, 0.46},
                   {{"form", "stump"}}},
                  {"side_table_tripod",
                   "Three-legged side table",
                   {"scandinavian", "mid-century", "traditional"},
                   {0.45, 0.45, 0.52},
                   {{"form", "tripod"}}},
                  {"side_table_marble",
                   "Marble side table",
                   {"luxury", "modern"},
                   {0.42, 0.42, 0.54},
                   {{"top", "marble"}, {"metal", "brass"}}}});
  const Generator dining{
      MakePiece("dining_table",
                "Dining table",
                "dining_table",
                {"scandinavian", "mid-century", "japandi"},
                {1.8, 0.9, 0.75},
                0.75),
      TableRules(
          {Choice(
               "legs",
               {"turned", "farmhouse", "trestle", "metal", "pedestal", "slab"},
               "Legs"),
           Choice(
               "shape", {"rectangle", "round", "oval"}, "Outline of the top")}),
      BuildDiningTable};
  generators.push_back(dining);
  AppendVariants(
      generators,
      dining,
      {{"dining_table_round",
        "Round dining table",
        {"scandinavian", "modern", "contemporary", "coastal"},
        {1.2, 1.2, 0.75},
        {{"legs", "pedestal"}, {"shape", "round"}}},
       {"dining_table_farmhouse",
        "Farmhouse table",
        {"farmhouse", "coastal", "traditional"},
        {1.9, 0.95, 0.76},
        {{"legs", "farmhouse"}}},
       {"dining_table_trestle",
        "Trestle table",
        {"farmhouse", "traditional", "bohemian"},
        {2.0, 0.95, 0.76},
        {{"legs", "trestle"}}},
       {"dining_table_steel",
        "Table on steel frames",
        {"industrial", "modern", "minimalist"},
        {1.8, 0.9, 0.75},
        {{"legs", "metal"}, {"wood", "walnut"}}},
       {"dining_table_oval",
        "Oval table on fluted columns",
        {"contemporary", "luxury", "modern"},
        {2.1, 1.05, 0.75},
        {{"legs", "slab"}, {"shape", "oval"}}},
       {"dining_table_marble",
        "Round marble table",
        {"luxury", "modern"},
        {1.2, 1.2, 0.75},
        {{"legs", "pedestal"}, {"shape", "round"}, {"top", "marble"}}}});
}

}  // namespace stage::engine::procedural
