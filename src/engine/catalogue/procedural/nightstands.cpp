#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

/// Drawer fronts set into a case, each with a shadow gap and a pull.
void AddDrawers(const Request& request,
                MeshBuilder& builder,
                const Vec3& low,
                const Vec3& high,
                int count,
                const std::string& pull) {
  const Material panel = Wood(request.choice("wood"), "panel");
  const Material metal = Metal(request.choice("metal"));
  const float gap = 0.003f;
  const float each =
      (high.y() - low.y() - gap * static_cast<float>(count + 1)) /
      static_cast<float>(count);
  for (int i = 0; i < count; ++i) {
    const float y0 = low.y() + gap + static_cast<float>(i) * (each + gap);
    const float y1 = y0 + each;
    builder.AddBoard(Board({low.x() + gap, y0, low.z()},
                           {high.x() - gap, y1, high.z()},
                           0.0025f),
                     panel);
    const float middle = (y0 + y1) / 2, z = high.z();
    if (pull == "knob") {
      const Part knob = Lathe(RoundedProfile({{0, 0},
                                              {0.006f, 0},
                                              {0.005f, 0.012f},
                                              {0.0135f, 0.016f},
                                              {0.0135f, 0.024f},
                                              {0, 0.026f}},
                                             0.003f),
                              24);
      builder.Add(Posed(knob, At(0, middle, z) * TurnedX(90)), metal);
    } else if (pull == "bar") {
      const float half = std::min(0.09f, (high.x() - low.x()) * 0.2f);
      builder.Add(
          Tube({{-half, middle, z + 0.022f}, {half, middle, z + 0.022f}},
               0.005f,
               12),
          metal);
      for (const float x : {-half * 0.8f, half * 0.8f}) {
        builder.Add(Rod({x, middle, z - 0.002f},
                        {x, middle, z + 0.022f},
                        0.004f,
                        0.004f,
                        10),
                    metal);
      }
    } else {
      // A bent tab over the upper edge.
      builder.Add(Board({-0.035f, y1 - 0.012f, z - 0.001f},
                        {0.035f, y1 + 0.001f, z + 0.012f},
                        0.002f),
                  metal);
    }
  }
}

void BuildNightstand(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string variant = request.choice("variant");
  const Material wood = Wood(request.choice("wood"));
  const Material metal = Metal(request.choice("metal"));
  const float board = 0.02f;
  const bool legs = variant != "block";
  const float leg = legs ? (variant == "frame" ? h * 0.34f : h * 0.28f) : 0.03f;
  const float x = w / 2, z = d / 2;
  // Case: sides, top, bottom, back, then an open shelf above drawers.
  builder.AddBoard(Board({-x, h - board, -z}, {x, h, z}, 0.003f), wood);
  builder.AddBoard(Board({-x, leg, -z}, {-x + board, h - board, z}, 0.002f),
                   wood);
  builder.AddBoard(Board({x - board, leg, -z}, {x, h - board, z}, 0.002f),
                   wood);
  builder.AddBoard(
      Board(
          {-x + board, leg, -z}, {x - board, leg + board, z - 0.002f}, 0.002f),
      wood);
  builder.AddBoard(Board({-x + board, leg + board, -z},
                         {x - board, h - board, -z + 0.008f},
                         0.001f),
                   wood);
  float drawers_top = h - board;
  if (variant == "shelf") {
    drawers_top = leg + board + (h - leg - 2 * board) * 0.55f;
    builder.AddBoard(Board({-x + board, drawers_top, -z + 0.008f},
                           {x - board, drawers_top + 0.016f, z - 0.004f},
                           0.002f),
                     wood);
  }
  const int drawers = variant == "shelf" ? 1 : 2;
  AddDrawers(request,
             builder,
             {-x + board, leg + board, z - 0.022f},
             {x - board, drawers_top, z - 0.003f},
             drawers,
             request.choice("pull"));
  // A dark inside keeps the shadow gaps dark.
  builder.Add(Board({-x + board, leg + board, -z + 0.01f},
                    {x - board, drawers_top - 0.001f, z - 0.024f},
                    0.001f),
              Wood("black", "inside"));
  if (!legs) {
    builder.AddBoard(
        Board(
            {-x + 0.02f, 0, -z + 0.02f}, {x - 0.02f, leg, z - 0.025f}, 0.002f),
        wood);
  } else if (variant == "frame") {
    const float t = 0.009f;
    for (const float sx : {-1.0f, 1.0f}) {
      for (const float sz : {-1.0f, 1.0f}) {
        builder.Add(Board({sx * (x - 0.012f) - t, 0, sz * (z - 0.012f) - t},
                          {sx * (x - 0.012f) + t, leg, sz * (z - 0.012f) + t},
                          0.0015f),
                    metal);
      }
      builder.Add(Board({sx * (x - 0.012f) - t, leg - 0.018f, -z + 0.02f},
                        {sx * (x - 0.012f) + t, leg, z - 0.02f},
                        0.0015f),
                  metal);
    }
    for (const float sz : {-1.0f, 1.0f}) {
      builder.Add(Board({-x + 0.02f, leg - 0.018f, sz * (z - 0.012f) - t},
                        {x - 0.02f, leg, sz * (z - 0.012f) + t},
                        0.0015f),
                  metal);
    }
  } else {
    for (const float sx : {-1.0f, 1.0f}) {
      for (const float sz : {-1.0f, 1.0f}) {
        const Vec3 top(sx * (x - 0.05f), leg + 0.002f, sz * (z - 0.05f));
        const Vec3 foot(sx * (x - 0.025f), 0, sz * (z - 0.03f));
        builder.AddBoard(Rod(foot, top, 0.011f, 0.019f, 20), wood);
      }
    }
  }
}

}  // namespace

void AppendNightstands(std::vector<Generator>& generators) {
  generators.push_back(
      {MakePiece("nightstand",
                 "Nightstand",
                 "nightstand",
                 {},
                 {0.5, 0.4, 0.55},
                 0.55),
       {Choice("variant", {"legs", "shelf", "frame", "block"}, "Construction"),
        WoodChoice("Species or finish"),
        Choice("metal",
               {"brass", "black", "bronze", "steel", "chrome"},
               "Pulls and frame"),
        Choice("pull", {"knob", "bar", "tab"}, "Drawer pulls")},
       BuildNightstand});
}

}  // namespace stage::engine::procedural
