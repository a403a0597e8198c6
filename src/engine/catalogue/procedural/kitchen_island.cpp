#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

void BuildIsland(const Request& request, MeshBuilder& builder) {
  const float w = request.width() / 2, d = request.depth() / 2,
              h = request.height();
  constexpr float kTop = 0.04f, kToe = 0.1f;
  const float overhang = std::min(0.28f, d * 0.6f);
  const std::string colour = request.choice("front");
  const Material front = colour == "oak"    ? Wood("oak", "panel")
                         : colour == "navy" ? Lacquer("panel", "#2c3a4a", 0.45f)
                         : colour == "sage"
                             ? Lacquer("panel", "#8a9a86", 0.45f)
                             : Lacquer("panel", "#e9e7e1", 0.45f);
  builder.AddBoard(Board({-w, h - kTop, -d}, {w, h, d}, 0.004f, 3),
                   request.choice("top") == "wood"
                       ? Wood("oak", "wood")
                       : Stone(request.choice("top"), "stone"));
  const float x = w - 0.03f, back = -d + 0.03f, face = d - overhang;
  builder.AddBoard(Board({-x + 0.02f, 0, back + 0.05f},
                         {x - 0.02f, kToe, face - 0.03f},
                         0.001f),
                   Lacquer("plinth", "#3a3a3a", 0.7f));
  builder.AddBoard(Board({-x + 0.018f, kToe, back + 0.018f},
                         {x - 0.018f, h - kTop, face - 0.018f},
                         0.001f),
                   front);
  // Framed panels all round; at the back they are doors.
  const auto panels = [&](float length, const Pose& pose, int count) {
    const float each = length / static_cast<float>(count);
    for (int i = 0; i < count; ++i) {
      const float x0 = -length / 2 + each * static_cast<float>(i) + 0.0015f;
      const float x1 = x0 + each - 0.003f;
      const float y0 = kToe + 0.0015f, y1 = h - kTop - 0.004f;
      const float rail = std::min(0.075f, each * 0.2f);
      Part panel = Board({x0, y0, 0}, {x1, y1, 0.011f}, 0.001f);
      for (const float edge : {x0, x1 - rail}) {
        panel.Append(
            Board({edge, y0, 0.002f}, {edge + rail, y1, 0.019f}, 0.0015f));
      }
      for (const float edge : {y0, y1 - rail}) {
        panel.Append(Board({x0 + rail, edge, 0.002f},
                           {x1 - rail, edge + rail, 0.019f},
                           0.0015f));
      }
      builder.AddBoard(Posed(panel, pose), front);
    }
  };
  const int bays = std::max(2, static_cast<int>(std::lround(2 * x / 0.55f)));
  panels(2 * x, At(0, 0, face - 0.019f), bays);
  panels(2 * x, At(0, 0, back + 0.019f) * TurnedY(180), bays);
  const float middle = (face + back) / 2, side = face - back - 0.038f;
  panels(side, At(x - 0.019f, 0, middle) * TurnedY(90), 1);
  panels(side, At(-x + 0.019f, 0, middle) * TurnedY(-90), 1);
}

}  // namespace

void AppendKitchenIslands(std::vector<Generator>& generators) {
  const Generator island{
      MakePiece("kitchen_island",
                "Kitchen island",
                "kitchen_island",
                {},
                {1.8, 0.95, 0.91},
                0.91),
      {Choice("front", {"white", "navy", "sage", "oak"}, "Panels"),
       Choice("top",
              {"marble", "travertine", "terrazzo", "concrete", "slate", "wood"},
              "Worktop")},
      BuildIsland};
  generators.push_back(island);
  AppendVariants(generators,
                 island,
                 {{"kitchen_island_navy",
                   "Navy kitchen island",
                   {},
                   {2.2, 1.0, 0.91},
                   {{"front", "navy"}}},
                  {"kitchen_island_oak",
                   "Small oak kitchen island",
                   {},
                   {1.3, 0.8, 0.91},
                   {{"front", "oak"}, {"top", "concrete"}}}});
}

}  // namespace stage::engine::procedural
