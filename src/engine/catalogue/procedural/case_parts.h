#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "engine/catalogue/procedural/generator.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {

/// Boards, fronts and feet of case furniture, in one request's manner.
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

/// Parameters of everything with fronts, pulls and a base.
std::vector<ParameterRule> CaseRules(std::vector<ParameterRule> own);

}  // namespace stage::engine::procedural
