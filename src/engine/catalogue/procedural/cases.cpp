#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/books.h"
#include "engine/catalogue/procedural/case_parts.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {

std::vector<ParameterRule> CaseRules(std::vector<ParameterRule> own) {
  own.push_back(Choice("front",
                       {"plain", "slatted", "cane", "shaker"},
                       "Doors and drawer fronts"));
  own.push_back(
      Choice("base", {"legs", "metal", "plinth"}, "What it stands on"));
  own.push_back(Choice("pull", {"knob", "bar", "none"}, "Pulls"));
  own.push_back(WoodChoice("Species or finish"));
  own.push_back(Choice("metal",
                       {"brass", "black", "bronze", "steel", "chrome"},
                       "Pulls and metal frame"));
  return own;
}

namespace {

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

}  // namespace

void AppendCases(std::vector<Generator>& generators) {
  const Generator media{
      MakePiece("media_console",
                "Media console with slatted doors",
                "media_console",
                {"modern", "contemporary", "japandi", "mid-century"},
                {1.8, 0.42, 0.52},
                0.52),
      CaseRules({Flag("open", true, "An open middle with a shelf")}),
      BuildMediaConsole};
  generators.push_back(
      Restyled(media,
               media.piece,
               {{"front", "slatted"}, {"pull", "none"}, {"wood", "oak"}}));
  AppendVariants(generators,
                 media,
                 {{"media_console_plain",
                   "Media console",
                   {"scandinavian", "minimalist", "modern"},
                   {1.7, 0.4, 0.48},
                   {{"pull", "none"}}},
                  {"media_console_cane",
                   "Media console with cane doors",
                   {"bohemian", "coastal", "japandi"},
                   {1.6, 0.4, 0.55},
                   {{"front", "cane"}}},
                  {"media_console_steel",
                   "Media console on steel",
                   {"industrial", "modern", "luxury"},
                   {1.8, 0.42, 0.5},
                   {{"base", "metal"},
                    {"wood", "walnut"},
                    {"metal", "black"},
                    {"pull", "none"}}},
                  {"media_console_shaker",
                   "Panelled media console",
                   {"farmhouse", "traditional", "coastal"},
                   {1.7, 0.42, 0.58},
                   {{"front", "shaker"},
                    {"base", "plinth"},
                    {"wood", "white"},
                    {"metal", "black"}}}});
  const Generator dresser{
      MakePiece("dresser",
                "Six-drawer dresser",
                "dresser",
                {"scandinavian", "modern", "contemporary", "japandi"},
                {1.4, 0.46, 0.8},
                0.8),
      CaseRules({Count("columns", 2, 1, 4, "Columns of drawers or doors"),
                 Count("rows", 3, 1, 6, "Drawers in a column"),
                 Flag("doors", false, "Doors instead of drawers")}),
      BuildDresser};
  generators.push_back(dresser);
  AppendVariants(generators,
                 dresser,
                 {{"dresser_walnut",
                   "Walnut dresser",
                   {"mid-century", "luxury", "industrial"},
                   {1.5, 0.46, 0.78},
                   {{"wood", "walnut"}}},
                  {"dresser_shaker",
                   "Panelled dresser",
                   {"farmhouse", "traditional", "coastal"},
                   {1.4, 0.48, 0.88},
                   {{"front", "shaker"},
                    {"base", "plinth"},
                    {"wood", "white"},
                    {"metal", "black"}}},
                  {"dresser_tall",
                   "Chest of drawers",
                   {},
                   {0.8, 0.45, 1.1},
                   {{"columns", 1}, {"rows", 5}}},
                  {"sideboard",
                   "Sideboard with slatted doors",
                   {"modern", "contemporary", "japandi", "mid-century"},
                   {1.6, 0.45, 0.78},
                   {{"doors", true},
                    {"columns", 4},
                    {"front", "slatted"},
                    {"pull", "none"},
                    {"wood", "walnut"}},
                   "sideboard"},
                  {"sideboard_cane",
                   "Sideboard with cane doors",
                   {"bohemian", "coastal", "scandinavian"},
                   {1.5, 0.42, 0.78},
                   {{"doors", true}, {"columns", 4}, {"front", "cane"}},
                   "sideboard"},
                  {"sideboard_shaker",
                   "Panelled sideboard",
                   {"farmhouse", "traditional"},
                   {1.5, 0.45, 0.88},
                   {{"doors", true},
                    {"columns", 4},
                    {"front", "shaker"},
                    {"base", "plinth"},
                    {"metal", "black"}},
                   "sideboard"}});
  const Generator bookcase{
      MakePiece("bookcase",
                "Bookcase with books",
                "bookcase",
                {"scandinavian", "contemporary", "traditional", "modern"},
                {0.9, 0.32, 1.9}),
      CaseRules({Choice("frame", {"panel", "metal", "ladder"}, "Sides"),
                 Flag("filled", true, "Books and objects on the shelves")}),
      BuildBookcase};
  generators.push_back(bookcase);
  AppendVariants(
      generators,
      bookcase,
      {{"bookcase_steel",
        "Steel and wood shelves",
        {"industrial", "modern", "luxury"},
        {1.0, 0.34, 1.85},
        {{"frame", "metal"}, {"wood", "walnut"}, {"metal", "black"}}},
       {"bookcase_open",
        "Open wooden shelves",
        {"japandi", "minimalist", "bohemian", "coastal"},
        {0.9, 0.34, 1.6},
        {{"frame", "ladder"}}}});
  const Generator wardrobe{
      MakePiece("wardrobe", "Wardrobe", "wardrobe", {}, {1.5, 0.6, 2.1}),
      CaseRules({}),
      BuildWardrobe};
  generators.push_back(
      Restyled(wardrobe, wardrobe.piece, {{"pull", "bar"}, {"wood", "white"}}));
  AppendVariants(generators,
                 wardrobe,
                 {{"wardrobe_cane",
                   "Wardrobe with cane doors",
                   {"bohemian", "coastal", "japandi", "scandinavian"},
                   {1.0, 0.58, 1.95},
                   {{"front", "cane"}}}});
}

}  // namespace stage::engine::procedural
