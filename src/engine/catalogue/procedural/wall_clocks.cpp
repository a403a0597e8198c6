#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

/// A bar on the dial from `inner` to `outer` towards an hour.
Part DialBar(float hour, float inner, float outer, float width, float z) {
  const Part bar =
      Board({-width / 2, inner, z}, {width / 2, outer, z + 0.0015f}, 0.0004f);
  return Posed(bar, TurnedZ(-30 * hour));
}

void BuildWallClock(const Request& request, MeshBuilder& builder) {
  const float r = std::min(request.width(), request.height()) / 2;
  const float d = request.depth();
  const float bar = static_cast<float>(request.number("bar"));
  const std::string frame = request.choice("frame");
  const bool dark = request.choice("dial") == "dark";
  const Pose facing = At(0, r, 0) * TurnedX(90);
  const Material rim = frame == "brass" || frame == "black" || frame == "steel"
                           ? Metal(frame, "frame")
                           : Wood(frame, "frame");
  builder.Add(Posed(Lathe(RoundedProfile({{0, 0},
                                          {r, 0},
                                          {r, d},
                                          {r - bar, d},
                                          {r - bar, d * 0.55f},
                                          {0, d * 0.55f}},
                                         std::min(0.003f, bar * 0.3f)),
                          96),
                    facing),
              rim);
  const float dial = r - bar, z = d * 0.55f;
  builder.Add(Posed(Lathe({{0, z + 0.0005f},
                           {dial - 0.0005f, z + 0.0005f},
                           {dial - 0.0005f, z + 0.001f},
                           {0, z + 0.001f}},
                          96),
                    facing),
              Lacquer("dial", dark ? "#26282a" : "#f1efe9", 0.7f));
  Part marks;
  for (int hour = 0; hour < 12; ++hour) {
    const bool quarter = hour % 3 == 0;
    marks.Append(DialBar(static_cast<float>(hour),
                         dial * (quarter ? 0.76f : 0.82f),
                         dial * 0.9f,
                         dial * (quarter ? 0.035f : 0.018f),
                         z + 0.001f));
  }
  // Ten past ten: how clocks are shown.
  marks.Append(
      DialBar(10.167f, -dial * 0.12f, dial * 0.5f, dial * 0.04f, z + 0.004f));
  marks.Append(
      DialBar(2, -dial * 0.14f, dial * 0.74f, dial * 0.028f, z + 0.007f));
  builder.Add(Moved(marks, {0, r, 0}),
              Lacquer("hands", dark ? "#e8e4da" : "#232323", 0.5f));
  builder.Add(Posed(Lathe({{0, z},
                           {dial * 0.04f, z},
                           {dial * 0.04f, z + 0.01f},
                           {0, z + 0.01f}},
                          24),
                    facing),
              Lacquer("hands", dark ? "#e8e4da" : "#232323", 0.5f));
}

}  // namespace

void AppendWallClocks(std::vector<Generator>& generators) {
  Generator clock{
      MakePiece(
          "wall_clock", "Wall clock", "wall_clock", {}, {0.36, 0.04, 0.36}),
      {Choice("frame",
              {"black", "brass", "steel", "oak", "walnut", "white"},
              "Rim"),
       Choice("dial", {"light", "dark"}, "Dial"),
       Number("bar", 0.012, 0.005, 0.06, "Width of the rim, metres")},
      BuildWallClock};
  clock.piece.elevation = 1.6;
  generators.push_back(clock);
  AppendVariants(generators,
                 clock,
                 {{"wall_clock_oak",
                   "Wall clock in oak",
                   {"scandinavian", "japandi", "farmhouse"},
                   {0.4, 0.045, 0.4},
                   {{"frame", "oak"}, {"bar", 0.024}}},
                  {"wall_clock_large",
                   "Large dark wall clock",
                   {"industrial", "modern", "luxury"},
                   {0.6, 0.05, 0.6},
                   {{"frame", "brass"}, {"dial", "dark"}, {"bar", 0.014}}}});
}

}  // namespace stage::engine::procedural
