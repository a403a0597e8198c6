#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/books.h"
#include "engine/catalogue/procedural/case_parts.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

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

void AppendDesks(std::vector<Generator>& generators) {
  const Generator desk{
      MakePiece("desk",
                "Desk with drawers",
                "desk",
                {"scandinavian", "mid-century", "contemporary", "japandi"},
                {1.3, 0.62, 0.75},
                0.75),
      CaseRules({}),
      BuildDesk};
  generators.push_back(desk);
  AppendVariants(
      generators,
      desk,
      {{"desk_steel",
        "Desk on steel frames",
        {"industrial", "modern", "minimalist"},
        {1.4, 0.7, 0.74},
        {{"base", "metal"}, {"metal", "black"}, {"wood", "walnut"}}}});
  const Generator console{
      MakePiece(
          "console_table",
          "Console table",
          "console_table",
          {"scandinavian", "traditional", "coastal", "farmhouse", "japandi"},
          {1.2, 0.34, 0.8},
          0.8),
      CaseRules({}),
      BuildConsole};
  generators.push_back(console);
  AppendVariants(
      generators,
      console,
      {{"console_table_steel",
        "Slim console on steel",
        {"modern", "industrial", "luxury", "minimalist", "contemporary"},
        {1.2, 0.32, 0.8},
        {{"base", "metal"}, {"metal", "black"}, {"wood", "walnut"}}}});
}

}  // namespace stage::engine::procedural
