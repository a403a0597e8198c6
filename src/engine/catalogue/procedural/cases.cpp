#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/books.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

const std::vector<std::string> kWoods{
    "oak", "walnut", "ash", "teak", "pine", "black", "white"};

struct Case {
  const Request& request;
  MeshBuilder& builder;
  Material wood, panel, metal, inside;

  Case(const Request& r, MeshBuilder& b)
      : request(r),
        builder(b),
        wood(Wood(r.choice("wood"))),
        panel(Wood(r.choice("wood"), "panel")),
        metal(Metal(r.choice("metal"))),
        inside(Wood("black", "inside")) {
    if (r.choice("front") == "cane") inside = Wood(r.choice("wood"), "inside");
  }

  void Box(float x0,
           float y0,
           float z0,
           float x1,
           float y1,
           float z1,
           float radius = 0.002f) {
    builder.AddBoard(Board({x0, y0, z0}, {x1, y1, z1}, radius), wood);
  }

  void Pull(float x, float y, float z, bool upright) {
    const std::string pull = request.choice("pull");
    if (pull == "none") return;
    if (pull == "knob") {
      const Part knob = Lathe(RoundedProfile({{0, 0},
                                              {0.006f, 0},
                                              {0.005f, 0.012f},
                                              {0.0135f, 0.016f},
                                              {0.0135f, 0.024f},
                                              {0, 0.026f}},
                                             0.003f),
                              24);
      builder.Add(Posed(knob, At(x, y, z) * TurnedX(90)), metal);
      return;
    }
    const Vec3 along = upright ? Vec3(0, 0.07f, 0) : Vec3(0.07f, 0, 0),
               at(x, y, z + 0.022f);
    builder.Add(Tube({at - along, at + along}, 0.005f, 12), metal);
    for (const float s : {-0.8f, 0.8f})
      builder.Add(Rod(at + along * s - Vec3(0, 0, 0.024f),
                      at + along * s,
                      0.004f,
                      0.004f,
                      10),
                  metal);
  }

  /// A front between two corners of its opening, in the request's manner.
  /// @param hinge  side of the hinge of a door, 0: a drawer
  void Front(float x0, float y0, float x1, float y1, float z, int hinge) {
    constexpr float kGap = 0.0016f;
    x0 += kGap;
    x1 -= kGap;
    y0 += kGap;
    y1 -= kGap;
    const std::string front = request.choice("front");
    const float thick = 0.019f;
    if (front == "cane" && hinge != 0) {
      const float bar = 0.032f;
      for (const float x : {x0, x1 - bar})
        builder.AddBoard(Board({x, y0, z}, {x + bar, y1, z + thick}, 0.002f),
                         panel);
      for (const float y : {y0, y1 - bar})
        builder.AddBoard(
            Board({x0 + bar, y, z}, {x1 - bar, y + bar, z + thick}, 0.002f),
            panel);
      builder.Add(Board({x0 + bar - 0.003f, y0 + bar - 0.003f, z + 0.006f},
                        {x1 - bar + 0.003f, y1 - bar + 0.003f, z + 0.011f},
                        0.0005f,
                        1),
                  Woven("basket", "cane"));
    } else if (front == "slatted") {
      builder.AddBoard(Board({x0, y0, z}, {x1, y1, z + thick * 0.5f}, 0.001f),
                       panel);
      const int slats = std::max(3, static_cast<int>((x1 - x0) / 0.021f));
      const float pitch = (x1 - x0) / static_cast<float>(slats);
      for (int i = 0; i < slats; ++i) {
        const float x = x0 + pitch * static_cast<float>(i);
        builder.AddBoard(Board({x + pitch * 0.14f, y0, z + thick * 0.4f},
                               {x + pitch * 0.86f, y1, z + thick},
                               0.003f),
                         panel);
      }
    } else if (front == "shaker") {
      const float bar = std::min(0.055f, (y1 - y0) * 0.28f);
      builder.AddBoard(Board({x0, y0, z}, {x1, y1, z + thick * 0.55f}, 0.001f),
                       panel);
      for (const float x : {x0, x1 - bar})
        builder.AddBoard(
            Board({x, y0, z + 0.002f}, {x + bar, y1, z + thick}, 0.0015f),
            panel);
      for (const float y : {y0, y1 - bar})
        builder.AddBoard(Board({x0 + bar, y, z + 0.002f},
                               {x1 - bar, y + bar, z + thick},
                               0.0015f),
                         panel);
    } else {
      builder.AddBoard(Board({x0, y0, z}, {x1, y1, z + thick}, 0.002f), panel);
    }
    const float y = hinge == 0 ? (y0 + y1) / 2
                               : std::min((y0 + y1) / 2 + 0.08f, y1 - 0.08f);
    const float x =
        hinge == 0 ? (x0 + x1) / 2 : (hinge < 0 ? x1 - 0.035f : x0 + 0.035f);
    if (hinge == 0 && x1 - x0 > 0.75f) {
      Pull(x0 + (x1 - x0) * 0.25f, y, z + thick, false);
      Pull(x0 + (x1 - x0) * 0.75f, y, z + thick, false);
    } else {
      Pull(x, y, z + thick, hinge != 0);
    }
  }

  /// What a case stands on; returns where its bottom is.
  float Base(float height) {
    const float w = request.width() / 2, d = request.depth() / 2;
    const std::string base = request.choice("base");
    if (base == "plinth") {
      Box(-w + 0.02f, 0, -d + 0.02f, w - 0.02f, 0.06f, d - 0.035f);
      return 0.06f;
    }
    if (base == "metal") {
      const float t = 0.009f, x = w - 0.04f, z = d - 0.035f;
      for (const float sx : {-1.0f, 1.0f}) {
        for (const float sz : {-1.0f, 1.0f})
          builder.Add(Board({sx * x - t, 0, sz * z - t},
                            {sx * x + t, height, sz * z + t},
                            0.0015f),
                      metal);
        builder.Add(Board({sx * x - t, 0.0f, -z + t},
                          {sx * x + t, 2 * t, z - t},
                          0.0015f),
                    metal);
        builder.Add(Board({sx * x - t, height - 2 * t, -z + t},
                          {sx * x + t, height, z - t},
                          0.0015f),
                    metal);
        builder.Add(Board({-x + t, height - 2 * t, sx * z - t},
                          {x - t, height, sx * z + t},
                          0.0015f),
                    metal);
      }
      return height;
    }
    for (const float sx : {-1.0f, 1.0f}) {
      for (const float sz : {-1.0f, 1.0f}) {
        const float splay = height * 0.16f;
        builder.AddBoard(
            Rod({sx * (w - 0.08f + splay), 0, sz * (d - 0.06f + splay * 0.5f)},
                {sx * (w - 0.08f), height + 0.004f, sz * (d - 0.06f)},
                0.011f,
                0.02f,
                20),
            wood);
      }
    }
    builder.AddBoard(Board({-w + 0.05f, height - 0.022f, -d + 0.03f},
                           {w - 0.05f, height, d - 0.04f},
                           0.003f),
                     wood);
    return height;
  }

  void Carcass(float y0, float y1, float board) {
    const float w = request.width() / 2, d = request.depth() / 2;
    Box(-w, y1 - board, -d, w, y1, d, 0.003f);
    Box(-w, y0, -d, -w + board, y1 - board, d);
    Box(w - board, y0, -d, w, y1 - board, d);
    Box(-w + board, y0, -d, w - board, y0 + board, d - 0.001f);
    Box(-w + board, y0 + board, -d, w - board, y1 - board, -d + 0.006f, 0.001f);
  }
};

void BuildMediaConsole(const Request& request, MeshBuilder& builder) {
  Case unit(request, builder);
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height(), board = 0.02f;
  const float y0 = unit.Base(std::min(0.15f, h * 0.3f));
  unit.Carcass(y0, h, board);
  const float low = y0 + board, high = h - board, z = d - 0.021f;
  const float niche = request.flag("open") ? w * 0.36f : 0;
  // Doors on both sides of an open middle with a shelf.
  const float inner = w - board;
  if (niche > 0) {
    for (const float s : {-1.0f, 1.0f})
      unit.Box(s * niche - board / 2,
               low,
               -d + 0.006f,
               s * niche + board / 2,
               high,
               d - 0.001f);
    unit.Box(-niche + board / 2,
             (low + high) / 2 - 0.008f,
             -d + 0.006f,
             niche - board / 2,
             (low + high) / 2 + 0.008f,
             d - 0.02f);
  }
  for (const float s : {-1.0f, 1.0f}) {
    const float a = s < 0 ? -inner : niche + (niche > 0 ? board / 2 : 0.0f),
                b = s < 0 ? -niche - (niche > 0 ? board / 2 : 0.0f) : inner;
    builder.Add(Board({a, low, -d + 0.01f}, {b, high, z - 0.004f}, 0.001f, 1),
                unit.inside);
    const int doors = b - a > 0.62f ? 2 : 1;
    for (int i = 0; i < doors; ++i) {
      const float x0 = a + (b - a) * static_cast<float>(i) /
                               static_cast<float>(doors),
                  x1 = a + (b - a) * static_cast<float>(i + 1) /
                               static_cast<float>(doors);
      unit.Front(x0,
                 low,
                 x1,
                 high,
                 z,
                 doors == 1 ? (s < 0 ? -1 : 1) : (i == 0 ? -1 : 1));
    }
  }
}

void BuildDresser(const Request& request, MeshBuilder& builder) {
  Case unit(request, builder);
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height(), board = 0.02f;
  const float y0 = unit.Base(std::min(0.16f, h * 0.2f));
  unit.Carcass(y0, h, board);
  const float low = y0 + board, high = h - board, z = d - 0.021f,
              inner = w - board;
  builder.Add(
      Board({-inner, low, -d + 0.01f}, {inner, high, z - 0.004f}, 0.001f, 1),
      unit.inside);
  const int columns = request.count("columns"), rows = request.count("rows");
  const bool doors = request.flag("doors");
  for (int i = 0; i < columns; ++i) {
    const float x0 = -inner + 2 * inner * static_cast<float>(i) /
                                  static_cast<float>(columns),
                x1 = -inner + 2 * inner * static_cast<float>(i + 1) /
                                  static_cast<float>(columns);
    if (doors) {
      unit.Front(x0, low, x1, high, z, i % 2 == 0 ? -1 : 1);
      continue;
    }
    for (int j = 0; j < rows; ++j) {
      unit.Front(
          x0,
          low + (high - low) * static_cast<float>(j) / static_cast<float>(rows),
          x1,
          low + (high - low) * static_cast<float>(j + 1) /
                    static_cast<float>(rows),
          z,
          0);
    }
  }
}

void BuildBookcase(const Request& request, MeshBuilder& builder) {
  Case unit(request, builder);
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  const bool metal = request.choice("frame") == "metal",
             ladder = request.choice("frame") == "ladder";
  const float board = 0.024f;
  const int shelves = std::max(3, static_cast<int>(std::lround(h / 0.38f)));
  Random random(request.seed() + 7);
  const float bottom = metal ? 0.1f : 0.07f;
  if (metal || ladder) {
    const Material& post = metal ? unit.metal : unit.wood;
    for (const float sx : {-1.0f, 1.0f}) {
      for (const float sz : {-1.0f, 1.0f}) {
        const float t = metal ? 0.0095f : 0.014f;
        builder.AddBoard(Board({sx * (w - t) - t, 0, sz * (d - t) - t},
                               {sx * (w - t) + t, h, sz * (d - t) + t},
                               0.002f),
                         post);
      }
    }
  } else {
    unit.Box(-w, 0, -d, -w + board, h, d);
    unit.Box(w - board, 0, -d, w, h, d);
    unit.Box(-w + board, 0.05f, -d, w - board, h - 0.01f, -d + 0.006f, 0.001f);
    unit.Box(-w + board, 0, d - 0.03f, w - board, bottom, d - 0.012f);
  }
  const float clear = metal || ladder ? 0.02f : board;
  for (int i = 0; i <= shelves; ++i) {
    const float y = bottom + (h - bottom - board) * static_cast<float>(i) /
                                 static_cast<float>(shelves);
    unit.Box(-w + clear,
             y,
             -d + (metal || ladder ? 0.002f : 0.006f),
             w - clear,
             y + board,
             d - 0.002f);
    if (i == shelves || !request.flag("filled")) continue;
    const float space =
        (h - bottom - board) / static_cast<float>(shelves) - board;
    FillShelf({-w + clear + 0.015f,
               w - clear - 0.015f,
               y + board,
               space,
               -d + 0.02f,
               d - 0.015f},
              request.seed() * 13 + static_cast<uint32_t>(i),
              builder);
  }
}

void BuildWardrobe(const Request& request, MeshBuilder& builder) {
  Case unit(request, builder);
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height(), board = 0.022f;
  unit.Box(-w + 0.01f, 0, -d + 0.01f, w - 0.01f, 0.07f, d - 0.03f);
  unit.Carcass(0.07f, h, board);
  const float inner = w - board;
  builder.Add(Board({-inner, 0.07f + board, -d + 0.01f},
                    {inner, h - board, d - 0.026f},
                    0.001f,
                    1),
              unit.inside);
  const int doors = std::max(2, static_cast<int>(std::lround(2 * w / 0.5f)));
  for (int i = 0; i < doors; ++i) {
    unit.Front(
        -inner + 2 * inner * static_cast<float>(i) / static_cast<float>(doors),
        0.07f + board,
        -inner +
            2 * inner * static_cast<float>(i + 1) / static_cast<float>(doors),
        h - board,
        d - 0.021f,
        i % 2 == 0 ? -1 : 1);
  }
}

void BuildDesk(const Request& request, MeshBuilder& builder) {
  Case unit(request, builder);
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height(), top = 0.026f;
  builder.AddBoard(
      Moved(Slab(RectangleOutline(2 * w, 2 * d, 0.012f, 6), top, 0.004f, 3),
            {0, h - top, 0}),
      unit.wood);
  const float box = 0.11f;
  const bool metal = request.choice("base") == "metal";
  if (!metal) {
    unit.Box(-w + 0.05f,
             h - top - box,
             -d + 0.03f,
             w - 0.05f,
             h - top,
             d - 0.05f,
             0.003f);
    const int drawers = w > 0.6f ? 3 : 2;
    for (int i = 0; i < drawers; ++i) {
      const float x0 = -w + 0.06f +
                       (2 * w - 0.12f) * static_cast<float>(i) /
                           static_cast<float>(drawers),
                  x1 = -w + 0.06f +
                       (2 * w - 0.12f) * static_cast<float>(i + 1) /
                           static_cast<float>(drawers);
      unit.Front(
          x0, h - top - box + 0.008f, x1, h - top - 0.006f, d - 0.052f, 0);
    }
  }
  for (const float sx : {-1.0f, 1.0f}) {
    if (metal) {
      const float x = sx * (w - 0.06f), t = 0.014f, z = d - 0.05f;
      builder.Add(Board({x - t, 0, -z - t}, {x + t, h - top, -z + t}, 0.002f),
                  unit.metal);
      builder.Add(Board({x - t, 0, z - t}, {x + t, h - top, z + t}, 0.002f),
                  unit.metal);
      builder.Add(Board({x - t, 0, -z + t}, {x + t, 2 * t, z - t}, 0.002f),
                  unit.metal);
      builder.Add(Board({x - t, h - top - 2 * t, -z + t},
                        {x + t, h - top, z - t},
                        0.002f),
                  unit.metal);
    } else {
      for (const float sz : {-1.0f, 1.0f}) {
        builder.AddBoard(
            Rod({sx * (w - 0.045f), 0, sz * (d - 0.04f)},
                {sx * (w - 0.085f), h - top - box + 0.01f, sz * (d - 0.08f)},
                0.012f,
                0.022f,
                22),
            unit.wood);
      }
    }
  }
  if (metal)
    builder.Add(Board({-w + 0.07f, h - top - 0.07f, -d + 0.045f},
                      {w - 0.07f, h - top, -d + 0.06f},
                      0.002f),
                unit.metal);
}

void BuildConsole(const Request& request, MeshBuilder& builder) {
  Case unit(request, builder);
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height(), top = 0.024f;
  const bool metal = request.choice("base") == "metal";
  builder.AddBoard(
      Moved(Slab(RectangleOutline(2 * w, 2 * d, 0.01f, 6), top, 0.004f, 3),
            {0, h - top, 0}),
      unit.wood);
  const Material& leg = metal ? unit.metal : unit.wood;
  const float t = metal ? 0.0095f : 0.018f, x = w - t - 0.012f,
              z = d - t - 0.012f;
  for (const float sx : {-1.0f, 1.0f}) {
    for (const float sz : {-1.0f, 1.0f})
      builder.AddBoard(Board({sx * x - t, 0, sz * z - t},
                             {sx * x + t, h - top, sz * z + t},
                             0.003f),
                       leg);
  }
  builder.AddBoard(Board({-x, 0.14f, -z}, {x, 0.162f, z}, 0.003f), unit.wood);
  if (!metal) {
    const float box = 0.1f;
    unit.Box(-x, h - top - box, -z, x, h - top, z - 0.004f, 0.002f);
    for (int i = 0; i < 2; ++i)
      unit.Front(-x + t + (2 * x - 2 * t) * static_cast<float>(i) / 2,
                 h - top - box + 0.008f,
                 -x + t + (2 * x - 2 * t) * static_cast<float>(i + 1) / 2,
                 h - top - 0.006f,
                 z - 0.006f,
                 0);
  } else {
    for (const float s : {-1.0f, 1.0f})
      builder.Add(Board({-x, h - top - 2 * t, s * z - t},
                        {x, h - top, s * z + t},
                        0.002f),
                  leg);
  }
}

}  // namespace

void AppendCases(std::vector<Generator>& generators) {
  const auto rules = [](std::vector<ParameterRule> own) {
    own.push_back(Choice("front",
                         {"plain", "slatted", "cane", "shaker"},
                         "Doors and drawer fronts"));
    own.push_back(
        Choice("base", {"legs", "metal", "plinth"}, "What it stands on"));
    own.push_back(Choice("pull", {"knob", "bar", "none"}, "Pulls"));
    own.push_back(Choice("wood", kWoods, "Species or finish"));
    own.push_back(Choice("metal",
                         {"brass", "black", "bronze", "steel", "chrome"},
                         "Pulls and metal frame"));
    return own;
  };
  const auto variant = [&](const Generator& base,
                           const char* word,
                           const char* name,
                           std::vector<std::string> styles,
                           const Eigen::Vector3d& size,
                           const nlohmann::json& standards) {
    Piece piece = MakePiece(word,
                            name,
                            base.piece.function,
                            std::move(styles),
                            size,
                            base.piece.top_height < 0 ? -1 : size.z());
    generators.push_back(Restyled(base, piece, standards));
  };
  const Generator media{
      MakePiece("media_console",
                "Media console with slatted doors",
                "media_console",
                {"modern", "contemporary", "japandi", "mid-century"},
                {1.8, 0.42, 0.52},
                0.52),
      rules({Flag("open", true, "An open middle with a shelf")}),
      BuildMediaConsole};
  generators.push_back(
      Restyled(media,
               media.piece,
               {{"front", "slatted"}, {"pull", "none"}, {"wood", "oak"}}));
  variant(media,
          "media_console_plain",
          "Media console",
          {"scandinavian", "minimalist", "modern"},
          {1.7, 0.4, 0.48},
          {{"pull", "none"}});
  variant(media,
          "media_console_cane",
          "Media console with cane doors",
          {"bohemian", "coastal", "japandi"},
          {1.6, 0.4, 0.55},
          {{"front", "cane"}});
  variant(media,
          "media_console_steel",
          "Media console on steel",
          {"industrial", "modern", "luxury"},
          {1.8, 0.42, 0.5},
          {{"base", "metal"},
           {"wood", "walnut"},
           {"metal", "black"},
           {"pull", "none"}});
  variant(media,
          "media_console_shaker",
          "Panelled media console",
          {"farmhouse", "traditional", "coastal"},
          {1.7, 0.42, 0.58},
          {{"front", "shaker"},
           {"base", "plinth"},
           {"wood", "white"},
           {"metal", "black"}});
  const Generator dresser{
      MakePiece("dresser",
                "Six-drawer dresser",
                "dresser",
                {"scandinavian", "modern", "contemporary", "japandi"},
                {1.4, 0.46, 0.8},
                0.8),
      rules({Count("columns", 2, 1, 4, "Columns of drawers or doors"),
             Count("rows", 3, 1, 6, "Drawers in a column"),
             Flag("doors", false, "Doors instead of drawers")}),
      BuildDresser};
  generators.push_back(dresser);
  variant(dresser,
          "dresser_walnut",
          "Walnut dresser",
          {"mid-century", "luxury", "industrial"},
          {1.5, 0.46, 0.78},
          {{"wood", "walnut"}});
  variant(dresser,
          "dresser_shaker",
          "Panelled dresser",
          {"farmhouse", "traditional", "coastal"},
          {1.4, 0.48, 0.88},
          {{"front", "shaker"},
           {"base", "plinth"},
           {"wood", "white"},
           {"metal", "black"}});
  variant(dresser,
          "dresser_tall",
          "Chest of drawers",
          {},
          {0.8, 0.45, 1.1},
          {{"columns", 1}, {"rows", 5}});
  const auto sideboard = [&](const char* word,
                             const char* name,
                             std::vector<std::string> styles,
                             const Eigen::Vector3d& size,
                             const nlohmann::json& standards) {
    generators.push_back(Restyled(
        dresser,
        MakePiece(word, name, "sideboard", std::move(styles), size, size.z()),
        standards));
  };
  sideboard("sideboard",
            "Sideboard with slatted doors",
            {"modern", "contemporary", "japandi", "mid-century"},
            {1.6, 0.45, 0.78},
            {{"doors", true},
             {"columns", 4},
             {"front", "slatted"},
             {"pull", "none"},
             {"wood", "walnut"}});
  sideboard("sideboard_cane",
            "Sideboard with cane doors",
            {"bohemian", "coastal", "scandinavian"},
            {1.5, 0.42, 0.78},
            {{"doors", true}, {"columns", 4}, {"front", "cane"}});
  sideboard("sideboard_shaker",
            "Panelled sideboard",
            {"farmhouse", "traditional"},
            {1.5, 0.45, 0.88},
            {{"doors", true},
             {"columns", 4},
             {"front", "shaker"},
             {"base", "plinth"},
             {"metal", "black"}});
  const Generator bookcase{
      MakePiece("bookcase",
                "Bookcase with books",
                "bookcase",
                {"scandinavian", "contemporary", "traditional", "modern"},
                {0.9, 0.32, 1.9}),
      rules({Choice("frame", {"panel", "metal", "ladder"}, "Sides"),
             Flag("filled", true, "Books and objects on the shelves")}),
      BuildBookcase};
  generators.push_back(bookcase);
  variant(bookcase,
          "bookcase_steel",
          "Steel and wood shelves",
          {"industrial", "modern", "luxury"},
          {1.0, 0.34, 1.85},
          {{"frame", "metal"}, {"wood", "walnut"}, {"metal", "black"}});
  variant(bookcase,
          "bookcase_open",
          "Open wooden shelves",
          {"japandi", "minimalist", "bohemian", "coastal"},
          {0.9, 0.34, 1.6},
          {{"frame", "ladder"}});
  const Generator wardrobe{
      MakePiece("wardrobe", "Wardrobe", "wardrobe", {}, {1.5, 0.6, 2.1}),
      rules({}),
      BuildWardrobe};
  generators.push_back(
      Restyled(wardrobe, wardrobe.piece, {{"pull", "bar"}, {"wood", "white"}}));
  variant(wardrobe,
          "wardrobe_cane",
          "Wardrobe with cane doors",
          {"bohemian", "coastal", "japandi", "scandinavian"},
          {1.0, 0.58, 1.95},
          {{"front", "cane"}});
  const Generator desk{
      MakePiece("desk",
                "Desk with drawers",
                "desk",
                {"scandinavian", "mid-century", "contemporary", "japandi"},
                {1.3, 0.62, 0.75},
                0.75),
      rules({}),
      BuildDesk};
  generators.push_back(desk);
  variant(desk,
          "desk_steel",
          "Desk on steel frames",
          {"industrial", "modern", "minimalist"},
          {1.4, 0.7, 0.74},
          {{"base", "metal"}, {"metal", "black"}, {"wood", "walnut"}});
  const Generator console{
      MakePiece(
          "console_table",
          "Console table",
          "console_table",
          {"scandinavian", "traditional", "coastal", "farmhouse", "japandi"},
          {1.2, 0.34, 0.8},
          0.8),
      rules({}),
      BuildConsole};
  generators.push_back(console);
  variant(console,
          "console_table_steel",
          "Slim console on steel",
          {"modern", "industrial", "luxury", "minimalist", "contemporary"},
          {1.2, 0.32, 0.8},
          {{"base", "metal"}, {"metal", "black"}, {"wood", "walnut"}});
}

}  // namespace stage::engine::procedural
