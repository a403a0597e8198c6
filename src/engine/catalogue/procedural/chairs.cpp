#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/seat_parts.h"
#include "engine/catalogue/procedural/shapes.h"
#include "engine/catalogue/procedural/soft_goods.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

/// Dining chairs and bar stools: a seat at `seat` metres on four legs.
void BuildChair(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string form = request.choice("form");
  const Material wood = Wood(request.choice("wood")),
                 cover = SeatCover(request);
  const bool stool = static_cast<float>(request.number("seat")) > 0.55f;
  const float seat = static_cast<float>(request.number("seat"));
  const float x = w / 2, back = -d / 2, front = d / 2;
  const float leg_top = seat - 0.05f, splay = stool ? 0.035f : 0.022f;
  if (form == "shell") {
    // An upholstered bucket on slim legs.
    const float rx = x - 0.03f, rz = d / 2 - 0.045f;
    const float shift = -(d / 2 - rz - 0.032f);
    builder.Add(
        Moved(BentShell(rx,
                        rz,
                        kPi * 0.56f,
                        seat - 0.05f,
                        0.045f,
                        0.07f,
                        [&](float t) {
                          return seat + 0.16f +
                                 (h - seat - 0.16f) *
                                     (0.5f +
                                      0.5f *
                                          std::cos(kPi *
                                                   std::min(1.0f, t * 1.1f)));
                        }),
              {0, 0, shift}),
        cover);
    builder.Add(Moved(SeatPad(SuperellipseOutline(
                                  2 * rx - 0.01f, 2 * rz + 0.02f, 2.6f, 64),
                              0.07f,
                              0.018f),
                      {0, seat - 0.085f, shift + 0.015f}),
                cover);
    AddFourLegs({rx * 0.66f,
                 rx * 0.62f,
                 rz * 0.62f + shift,
                 -rz * 0.62f + shift,
                 seat - 0.075f,
                 splay * 2.2f},
                request,
                builder);
    return;
  }
  if (form == "wishbone") {
    // Steam-bent rail around the back, a Y for a splat, a cord seat.
    for (const float s : {-1.0f, 1.0f}) {
      builder.AddBoard(Rod({s * (x - 0.05f), 0, front - 0.06f},
                           {s * (x - 0.055f), seat - 0.01f, front - 0.07f},
                           0.012f,
                           0.0165f,
                           20),
                       wood);
      builder.AddBoard(
          Tube(SmoothPath({{s * (x - 0.09f), 0, back + 0.05f},
                           {s * (x - 0.1f), seat * 0.6f, back + 0.075f},
                           {s * (x - 0.09f), seat + 0.04f, back + 0.085f},
                           {s * (x - 0.055f), seat + 0.17f, back + 0.11f},
                           {s * (x - 0.03f), h - 0.035f, back + 0.2f}},
                          8),
               0.0145f,
               16),
          wood);
      for (const float y : {seat - 0.2f, seat - 0.03f})
        builder.AddBoard(Rod({s * (x - 0.052f), y, front - 0.065f},
                             {s * (x - 0.096f), y, back + 0.07f},
                             0.0105f,
                             0.0105f,
                             14),
                         wood);
    }
    builder.AddBoard(Rod({-x + 0.06f, seat - 0.03f, front - 0.068f},
                         {x - 0.06f, seat - 0.03f, front - 0.068f},
                         0.0105f,
                         0.0105f,
                         14),
                     wood);
    builder.AddBoard(Rod({-x + 0.1f, seat - 0.03f, back + 0.075f},
                         {x - 0.1f, seat - 0.03f, back + 0.075f},
                         0.0105f,
                         0.0105f,
                         14),
                     wood);
    std::vector<Vec3> rail;
    for (int i = 0; i <= 36; ++i) {
      const float a = kPi * (static_cast<float>(i) / 36 * 1.16f - 0.08f);
      rail.push_back({-(x - 0.015f) * std::cos(a),
                      h - 0.022f + 0.008f * std::sin(a),
                      back + 0.2f - 0.185f * std::max(-0.55f, std::sin(a))});
    }
    builder.AddBoard(Tube(rail, 0.0155f, 16), wood);
    const Vec3 fork(0, seat + 0.16f, back + 0.05f);
    builder.AddBoard(Tube(SmoothPath({{0, seat - 0.03f, back + 0.075f},
                                      {0, seat + 0.06f, back + 0.06f},
                                      fork},
                                     6),
                          0.011f,
                          14),
                     wood);
    for (const float s : {-1.0f, 1.0f})
      builder.AddBoard(Tube(SmoothPath({fork,
                                        {s * 0.03f, h - 0.14f, back + 0.03f},
                                        {s * 0.085f, h - 0.02f, back + 0.025f}},
                                       6),
                            0.0085f,
                            12),
                       wood);
    Part cord = PaddedBlock({-x + 0.05f, seat - 0.04f, back + 0.07f},
                            {x - 0.05f, seat - 0.004f, front - 0.055f},
                            0.012f,
                            0.03f);
    for (Vec3& p : cord.positions) {
      const float t = (p.z() - back) / d;
      p.x() *= 0.8f + 0.2f * t;
      const float u = p.x() / x;
      p.y() -= 0.014f * (1 - u * u) * std::sin(kPi * std::clamp(t, 0.0f, 1.0f));
    }
    ComputeNormals(cord, Weld::kYes);
    builder.Add(cord, Woven("cord", "jute"));
    return;
  }
  // Legs and aprons of the framed chairs.
  const float xb = x - 0.055f;
  for (const float s : {-1.0f, 1.0f}) {
    builder.AddBoard(Rod({s * (x - 0.03f), 0, front - 0.03f},
                         {s * (x - 0.05f), leg_top, front - 0.05f},
                         0.0125f,
                         0.0185f,
                         20),
                     wood);
    // Back legs sweep through the seat into the back posts.
    builder.AddBoard(
        Tube(SmoothPath({{s * (xb + 0.015f), 0, back + 0.03f},
                         {s * xb, seat * 0.55f, back + 0.075f},
                         {s * xb, seat + 0.02f, back + 0.075f},
                         {s * (xb + 0.004f), h - 0.02f, back + 0.016f}},
                        8),
             0.0145f,
             16),
        wood);
    builder.AddBoard(
        Board({s * (x - 0.05f) - 0.009f, leg_top - 0.045f, back + 0.08f},
              {s * (x - 0.05f) + 0.009f, leg_top, front - 0.06f},
              0.003f),
        wood);
    if (stool)
      builder.AddBoard(Rod({s * (x - 0.038f), seat * 0.32f, front - 0.036f},
                           {s * xb, seat * 0.32f, back + 0.06f},
                           0.0085f,
                           0.0085f,
                           12),
                       wood);
  }
  if (stool)
    builder.AddBoard(Rod({-x + 0.038f, seat * 0.27f, front - 0.036f},
                         {x - 0.038f, seat * 0.27f, front - 0.036f},
                         0.01f,
                         0.01f,
                         14),
                     wood);
  builder.AddBoard(Board({-x + 0.055f, leg_top - 0.045f, front - 0.062f},
                         {x - 0.055f, leg_top, front - 0.044f},
                         0.003f),
                   wood);
  builder.AddBoard(Board({-xb, leg_top - 0.045f, back + 0.066f},
                         {xb, leg_top, back + 0.084f},
                         0.003f),
                   wood);
  std::vector<Vec2> outline =
      RectangleOutline(w - 0.02f, d - 0.085f, 0.05f, 10);
  for (Vec2& p : outline) p.x() *= 0.93f + 0.07f * (p.y() / (d / 2));
  builder.Add(
      Moved(SeatPad(outline, 0.045f, 0.02f), {0, leg_top - 0.003f, 0.03f}),
      cover);
  if (form == "slat") {
    for (int i = 0; i < 3; ++i) {
      const float y =
          seat + 0.14f + (h - seat - 0.2f) * static_cast<float>(i) / 2;
      const float z = back + 0.075f - 0.06f * (y - seat) / (h - seat);
      Part slat = PaddedBlock({-xb, y - 0.022f, z - 0.007f},
                              {xb, y + 0.022f, z + 0.007f},
                              0.005f,
                              0.03f);
      for (Vec3& p : slat.positions)
        p.z() -= 0.022f * (1 - (p.x() / xb) * (p.x() / xb));
      ComputeNormals(slat, Weld::kYes);
      builder.AddBoard(slat, wood);
    }
  } else {
    Part pad = PaddedBlock({-xb - 0.006f, seat + 0.12f, back + 0.02f},
                           {xb + 0.006f, h, back + 0.062f},
                           0.019f,
                           0.025f);
    for (Vec3& p : pad.positions) {
      const float u = p.x() / xb;
      p.z() -=
          0.025f * (1 - u * u) + 0.055f * (p.y() - seat) / (h - seat) - 0.03f;
    }
    ComputeNormals(pad, Weld::kYes);
    builder.Add(pad, cover);
  }
}

}  // namespace

void AppendChairs(std::vector<Generator>& generators) {
  const Generator chair{
      MakePiece("dining_chair",
                "Upholstered dining chair",
                "chair",
                {"contemporary", "traditional", "coastal", "farmhouse"},
                {0.48, 0.56, 0.86}),
      SeatRules(
          {Choice(
               "form", {"padded", "slat", "wishbone", "shell"}, "Construction"),
           Number("seat", 0.47, 0.35, 0.8, "Height of the seat, metres")}),
      BuildChair};
  generators.push_back(chair);
  AppendVariants(generators,
                 chair,
                 {{"dining_chair_slat",
                   "Wooden chair with slats",
                   {"farmhouse", "scandinavian", "traditional"},
                   {0.46, 0.53, 0.84},
                   {{"form", "slat"}},
                   "chair"},
                  {"dining_chair_wishbone",
                   "Chair with a bent rail",
                   {"scandinavian", "japandi", "mid-century", "coastal"},
                   {0.56, 0.53, 0.76},
                   {{"form", "wishbone"}},
                   "chair"},
                  {"dining_chair_shell",
                   "Shell chair",
                   {"modern", "contemporary", "minimalist", "luxury"},
                   {0.55, 0.56, 0.8},
                   {{"form", "shell"}, {"legs", "metal"}},
                   "chair"},
                  {"dining_chair_leather",
                   "Leather shell chair",
                   {"industrial", "mid-century"},
                   {0.55, 0.56, 0.8},
                   {{"form", "shell"}, {"legs", "metal"}, {"cloth", "leather"}},
                   "chair"},
                  {"dining_chair_velvet",
                   "Velvet shell chair",
                   {"luxury"},
                   {0.55, 0.56, 0.8},
                   {{"form", "shell"},
                    {"legs", "metal"},
                    {"cloth", "velvet"},
                    {"metal", "brass"}},
                   "chair"},
                  {"bar_stool",
                   "Upholstered bar stool",
                   {"contemporary", "modern", "coastal", "scandinavian"},
                   {0.44, 0.5, 0.95},
                   {{"form", "padded"}, {"seat", 0.66}},
                   "bar_stool"},
                  {"bar_stool_shell",
                   "Shell bar stool",
                   {"modern", "luxury", "industrial", "minimalist"},
                   {0.48, 0.5, 0.92},
                   {{"form", "shell"}, {"seat", 0.66}, {"legs", "metal"}},
                   "bar_stool"},
                  {"bar_stool_wood",
                   "Wooden bar stool",
                   {"farmhouse", "scandinavian", "japandi", "traditional"},
                   {0.42, 0.48, 0.96},
                   {{"form", "slat"}, {"seat", 0.66}},
                   "bar_stool"}});
}

}  // namespace stage::engine::procedural
