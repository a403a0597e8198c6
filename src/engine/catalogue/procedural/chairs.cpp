#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"
#include "engine/catalogue/procedural/soft_goods.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);
const std::vector<std::string> kWoods{
    "oak", "walnut", "ash", "teak", "pine", "black", "white"};

Material Cover(const Request& request) {
  const std::string cloth = request.choice("cloth");
  if (cloth == "leather") return Leather("upholstery", "#7c5236");
  return Fabric("upholstery", "#b5aca0", cloth);
}

/// A padded seat over an outline: flat below, crowned above.
Part SeatPad(const std::vector<Vec2>& outline, float thickness, float crown) {
  constexpr int kRings = 9;
  std::vector<std::vector<Vec3>> rings;
  const auto ring = [&](float scale, float y) {
    std::vector<Vec3> points;
    for (size_t i = outline.size(); i-- > 0;)
      points.push_back({outline[i].x() * scale, y, outline[i].y() * scale});
    return points;
  };
  rings.push_back(ring(0.96f, 0));
  for (int k = 0; k <= 6; ++k) {
    const float a = kPi * (static_cast<float>(k) / 6 - 0.5f);
    rings.push_back(ring(0.965f + 0.035f * std::cos(a),
                         thickness * (0.5f + 0.5f * std::sin(a))));
  }
  for (int k = 1; k < kRings; ++k) {
    const float s = 1 - static_cast<float>(k) / kRings;
    rings.push_back(ring(0.965f * s, thickness + crown * (1 - s * s * s)));
  }
  Part pad = Loft(rings, true);
  for (size_t i = 0; i < pad.positions.size(); ++i)
    pad.texcoords[i] = {pad.positions[i].x(),
                        pad.positions[i].z() + pad.positions[i].y()};
  return pad;
}

/// A bent padded shell: from angle -spread to spread around +Y at the back.
/// @param reach  height of the rim by angle 0 (middle of the back) to 1 (ends)
Part BentShell(float rx,
               float rz,
               float spread,
               float bottom,
               float thickness,
               float lean,
               const std::function<float(float)>& rim) {
  const int columns = 72, rows = 14;
  const auto at = [&](float u, float v, float out) {
    const float a = (2 * u - 1) * spread;
    const float top = rim(std::abs(2 * u - 1));
    const float y = bottom + (top - bottom) * v;
    const float grow = 1 + lean * v + out;
    return Vec3(rx * grow * std::sin(a), y, -rz * grow * std::cos(a));
  };
  Part sheet =
      Sheet(columns, rows, [&](float u, float v) { return at(u, v, 0); });
  return Thicken(sheet, columns, rows, [thickness](float u, float v) {
    const float ends =
        std::min({u / 0.06f, (1 - u) / 0.06f, (1 - v) / 0.12f, 1.0f});
    return thickness * (0.45f + 0.55f * std::sqrt(std::max(0.0f, ends)));
  });
}

void FourLegs(float x_front,
              float x_back,
              float z_front,
              float z_back,
              float height,
              float splay,
              const Request& request,
              MeshBuilder& builder) {
  const bool metal = request.choice("legs") == "metal";
  for (const float s : {-1.0f, 1.0f}) {
    for (const bool front : {true, false}) {
      const float x = s * (front ? x_front : x_back),
                  z = front ? z_front : z_back;
      const Vec3 top(x, height, z),
          foot(x + s * splay, 0, z + (front ? splay : -splay) * 0.8f);
      if (metal) {
        builder.Add(Rod(foot, top, 0.0085f, 0.0085f, 16),
                    Metal(request.choice("metal")));
      } else {
        builder.AddBoard(Rod(foot, top, 0.0115f, 0.0185f, 20),
                         Wood(request.choice("wood")));
      }
    }
  }
}

void BuildTubChair(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const Material cover = Cover(request);
  const bool legs = request.choice("legs") != "plinth";
  const float leg = legs ? 0.13f : 0.03f, seat = 0.43f;
  const float rx = w / 2 - 0.07f, rz = d / 2 - 0.065f, thick = 0.115f;
  const float arm = std::min(h - 0.06f, 0.6f);
  // Back and arms in one sweep, lower towards the front.
  Part shell = BentShell(rx, rz, kPi * 0.7f, leg, thick, 0.04f, [&](float t) {
    return arm + (h - arm) *
                     (0.5f + 0.5f * std::cos(kPi * std::min(1.0f, t * 1.05f)));
  });
  const float shift = -(d / 2 - rz - thick / 2 - 0.006f);
  builder.Add(Moved(shell, {0, 0, shift}), cover);
  std::vector<Vec2> outline =
      SuperellipseOutline(2 * (rx - thick * 0.35f), 2 * (rz - 0.01f), 2.6f, 64);
  builder.Add(
      Moved(SeatPad(outline, seat - leg - 0.14f, 0), {0, leg, shift + 0.02f}),
      cover);
  outline =
      SuperellipseOutline(2 * (rx - thick * 0.5f), 2 * (rz - 0.02f), 2.6f, 64);
  builder.Add(
      Moved(SeatPad(outline, 0.12f, 0.028f), {0, seat - 0.14f, shift + 0.035f}),
      cover);
  if (legs) {
    FourLegs(rx * 0.66f,
             rx * 0.6f,
             rz * 0.62f + shift,
             -rz * 0.66f + shift,
             leg + 0.01f,
             0.02f,
             request,
             builder);
  } else {
    builder.Add(Moved(Slab(EllipseOutline(2 * rx * 0.86f, 2 * rz * 0.86f, 64),
                           leg + 0.01f,
                           0.003f),
                      {0, 0, shift}),
                Wood("black", "plinth"));
  }
}

/// An open wooden frame with two loose cushions.
void BuildLoungeChair(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const Material cover = Cover(request), wood = Wood(request.choice("wood"));
  const float x = w / 2 - 0.02f, seat = 0.4f, front = d / 2 - 0.03f,
              back = -d / 2 + 0.1f;
  for (const float s : {-1.0f, 1.0f}) {
    builder.AddBoard(Tube(SmoothPath({{s * x, 0, front - 0.02f},
                                      {s * x, 0.3f, front - 0.03f},
                                      {s * x, 0.55f, front - 0.045f}},
                                     8),
                          std::vector<float>{0.013f,
                                             0.0135f,
                                             0.014f,
                                             0.0145f,
                                             0.015f,
                                             0.0155f,
                                             0.016f,
                                             0.0165f,
                                             0.017f,
                                             0.0175f,
                                             0.018f,
                                             0.0185f,
                                             0.0185f,
                                             0.0185f,
                                             0.0185f,
                                             0.0185f,
                                             0.018f},
                          18),
                     wood);
    builder.AddBoard(Rod({s * x, 0, back - 0.02f},
                         {s * x, 0.6f, back + 0.07f},
                         0.013f,
                         0.019f,
                         18),
                     wood);
    // Arm: a flat paddle with a soft edge, dipping to the back.
    Part paddle =
        Board({-0.03f, -0.011f, -0.5f}, {0.03f, 0.011f, 0.5f}, 0.0105f, 5);
    const float z0 = back + 0.02f, z1 = front + 0.015f;
    for (Vec3& p : paddle.positions) {
      const float t = p.z() + 0.5f;
      p.x() *= 0.72f + 0.45f * t * (1.5f - t);
      p.z() = z0 + (z1 - z0) * t;
      p.y() += 0.565f + 0.03f * std::sin(t * kPi) * 0.4f - 0.02f * (1 - t);
      p.x() += s * x;
    }
    ComputeNormals(paddle, Weld::kYes);
    builder.AddBoard(paddle, wood);
    builder.AddBoard(Rod({s * x, seat - 0.13f, front - 0.03f},
                         {s * x, seat - 0.2f, back + 0.02f},
                         0.014f,
                         0.014f,
                         16),
                     wood);
  }
  builder.AddBoard(Rod({-x, seat - 0.13f, front - 0.03f},
                       {x, seat - 0.13f, front - 0.03f},
                       0.014f,
                       0.014f,
                       16),
                   wood);
  builder.AddBoard(Rod({-x, seat - 0.2f, back + 0.02f},
                       {x, seat - 0.2f, back + 0.02f},
                       0.013f,
                       0.013f,
                       16),
                   wood);
  // Back frame leans; slats carry the cushion.
  const Vec3 foot(0, seat - 0.12f, back + 0.04f),
      head(0, h - 0.01f, -d / 2 + 0.02f);
  for (const float s : {-1.0f, 1.0f})
    builder.AddBoard(Rod(foot + Vec3(s * (x - 0.06f), 0, 0),
                         head + Vec3(s * (x - 0.06f), 0, 0),
                         0.012f,
                         0.012f,
                         16),
                     wood);
  for (int i = 0; i < 5; ++i) {
    const Vec3 at =
        foot + (head - foot) * (0.2f + 0.19f * static_cast<float>(i));
    builder.AddBoard(Rod(at - Vec3(x - 0.06f, 0, 0),
                         at + Vec3(x - 0.06f, 0, 0),
                         0.009f,
                         0.009f,
                         12),
                     wood);
  }
  const float inner = 2 * (x - 0.035f);
  Cushion pad = MakeBoxCushion(
      {inner, 0.13f, front - back - 0.06f}, 0.03f, 0.0035f, request.seed() + 3);
  const Pose seat_pose =
      At(0, seat - 0.15f, (front + back) / 2 + 0.02f) * TurnedX(-5);
  builder.Add(Posed(pad.cover, seat_pose), cover);
  builder.Add(Posed(pad.piping, seat_pose), cover);
  const float tall = (head - foot).norm() - 0.02f;
  Cushion rest = MakeBoxCushion(
      {inner - 0.02f, 0.125f, tall}, 0.035f, 0.0035f, request.seed() + 4);
  const float lean =
      std::atan2(foot.z() - head.z(), head.y() - foot.y()) * 180 / kPi;
  const Vec3 middle = (foot + head) / 2 + Vec3(0, 0.05f, 0.012f);
  const Pose rest_pose =
      At(middle.x(), middle.y(), middle.z()) * TurnedX(90 - lean);
  builder.Add(Posed(rest.cover, rest_pose), cover);
  builder.Add(Posed(rest.piping, rest_pose), cover);
}

void BuildWingChair(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const Material cover = Cover(request);
  const float leg = 0.16f, seat = 0.45f, x = w / 2, back = -d / 2,
              front = d / 2 - 0.02f, arm = 0.1f;
  const auto block = [&](const Vec3& low, const Vec3& high, float radius) {
    return PaddedBlock(low, high, radius, 0.035f);
  };
  builder.Add(block({-x + 0.01f, leg, back + 0.06f},
                    {x - 0.01f, seat - 0.11f, front - 0.03f},
                    0.025f),
              cover);
  // The back leans and bows.
  Part rest = block({-x + arm * 0.6f, leg + 0.02f, back + 0.04f},
                    {x - arm * 0.6f, h, back + 0.17f},
                    0.05f);
  const auto lean = [&](Vec3& p) {
    p.z() -= std::max(0.0f, p.y() - seat) * 0.09f;
  };
  for (Vec3& p : rest.positions) {
    const float u = p.x() / x;
    if (p.z() > back + 0.12f) p.z() += 0.025f * (1 - u * u);
    p.y() -= 0.035f * u * u * (p.y() > seat ? 1.0f : 0.0f);
    lean(p);
  }
  ComputeNormals(rest, Weld::kYes);
  builder.Add(rest, cover);
  for (const float s : {-1.0f, 1.0f}) {
    Part side = block({s * (x - arm / 2) - arm / 2, leg, back + 0.05f},
                      {s * (x - arm / 2) + arm / 2, 0.6f, front - 0.01f},
                      0.042f);
    builder.Add(side, cover);
    Part wing = block({s * (x - 0.045f) - 0.038f, 0.56f, back + 0.05f},
                      {s * (x - 0.045f) + 0.038f, h - 0.015f, back + 0.34f},
                      0.034f);
    for (Vec3& p : wing.positions) {
      // Wings curl: deepest at two thirds of their height.
      const float t = std::clamp((p.y() - 0.56f) / (h - 0.56f), 0.0f, 1.0f);
      const float reach =
          0.35f + 0.65f * std::sin(kPi * std::pow(t, 0.75f) * 0.86f + 0.25f);
      p.z() = back + 0.05f + (p.z() - back - 0.05f) * reach;
      p.x() += s * 0.02f * (p.z() - back) / 0.3f;
      lean(p);
    }
    ComputeNormals(wing, Weld::kYes);
    builder.Add(wing, cover);
  }
  const Cushion pad =
      MakeBoxCushion({2 * (x - arm) - 0.004f, 0.14f, front - back - 0.16f},
                     0.028f,
                     0.004f,
                     request.seed() + 5);
  const Pose pose = At(0, seat - 0.12f, (front + back + 0.15f) / 2);
  builder.Add(Posed(pad.cover, pose), cover);
  builder.Add(Posed(pad.piping, pose), cover);
  FourLegs(x - 0.07f,
           x - 0.09f,
           front - 0.09f,
           back + 0.14f,
           leg + 0.01f,
           0.02f,
           request,
           builder);
}

void BuildArmchair(const Request& request, MeshBuilder& builder) {
  const std::string form = request.choice("form");
  if (form == "lounge") return BuildLoungeChair(request, builder);
  if (form == "wing") return BuildWingChair(request, builder);
  BuildTubChair(request, builder);
}

/// Dining chairs and bar stools: a seat at `seat` metres on four legs.
void BuildChair(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string form = request.choice("form");
  const Material wood = Wood(request.choice("wood")), cover = Cover(request);
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
    FourLegs(rx * 0.66f,
             rx * 0.62f,
             rz * 0.62f + shift,
             -rz * 0.62f + shift,
             seat - 0.075f,
             splay * 2.2f,
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

void BuildOttoman(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const std::string form = request.choice("form");
  const Material cover = Cover(request);
  if (form == "pouf") {
    Part pouf = Ellipsoid({w / 2, h / 2, d / 2}, 2.9f, 44);
    for (size_t i = 0; i < pouf.positions.size(); ++i) {
      Vec3& p = pouf.positions[i];
      const float a = std::atan2(p.z(), p.x());
      p += pouf.normals[i] *
           (0.006f * std::cos(a * 12) * (1 - std::abs(p.y()) / h * 2) +
            0.004f * Fbm3(p * 7, 2));
      if (p.y() < 0) p.y() *= 0.94f;
    }
    ComputeNormals(pouf, Weld::kYes);
    builder.Add(Moved(pouf, {0, h / 2, 0}), cover);
    return;
  }
  const bool bench = form == "bench";
  const float leg = bench ? h - 0.11f : 0.12f;
  if (form == "round") {
    builder.Add(
        Moved(SeatPad(EllipseOutline(w, d, 72), h - leg - 0.025f, 0.025f),
              {0, leg, 0}),
        cover);
  } else {
    builder.Add(PaddedBlock({-w / 2 + 0.005f, leg, -d / 2 + 0.005f},
                            {w / 2 - 0.005f, h - 0.07f, d / 2 - 0.005f},
                            0.015f,
                            0.05f),
                bench ? Wood(request.choice("wood")) : cover);
    const Cushion top =
        MakeBoxCushion({w, 0.085f, d}, 0.02f, 0.0035f, request.seed() + 8);
    builder.Add(Moved(top.cover, {0, h - 0.1f, 0}), cover);
    builder.Add(Moved(top.piping, {0, h - 0.1f, 0}), cover);
  }
  const float inset = form == "round" ? 0.3f : 0.0f;
  FourLegs(w / 2 * (1 - inset) - 0.06f,
           w / 2 * (1 - inset) - 0.06f,
           d / 2 * (1 - inset) - 0.06f,
           -d / 2 * (1 - inset) + 0.06f,
           leg + 0.012f,
           0.015f,
           request,
           builder);
}

}  // namespace

void AppendChairs(std::vector<Generator>& generators) {
  const auto rules = [](std::vector<ParameterRule> own) {
    own.push_back(
        Choice("cloth",
               {"linen", "boucle", "velvet", "tweed", "wool", "leather"},
               "Cover"));
    own.push_back(Choice(
        "legs", {"wood", "metal", "plinth"}, "Legs; plinth for tub chairs"));
    own.push_back(Choice("wood", kWoods, "Species or finish"));
    own.push_back(Choice("metal",
                         {"black", "brass", "bronze", "steel", "chrome"},
                         "Metal legs"));
    return own;
  };
  const auto variant = [&](const Generator& base,
                           const char* word,
                           const char* name,
                           const char* function,
                           std::vector<std::string> styles,
                           const Eigen::Vector3d& size,
                           const nlohmann::json& standards,
                           double top = -1) {
    generators.push_back(
        Restyled(base,
                 MakePiece(word, name, function, std::move(styles), size, top),
                 standards));
  };
  const Generator armchair{
      MakePiece("armchair",
                "Tub chair",
                "armchair",
                {"contemporary", "modern", "luxury", "minimalist"},
                {0.78, 0.78, 0.76}),
      rules({Choice("form", {"tub", "lounge", "wing"}, "Construction")}),
      BuildArmchair};
  generators.push_back(Restyled(
      armchair, armchair.piece, {{"cloth", "boucle"}, {"legs", "plinth"}}));
  variant(armchair,
          "armchair_tub_wood",
          "Tub chair on wooden legs",
          "armchair",
          {"scandinavian", "japandi", "coastal"},
          {0.76, 0.76, 0.76},
          {});
  variant(armchair,
          "armchair_velvet",
          "Velvet tub chair",
          "armchair",
          {"luxury", "contemporary"},
          {0.76, 0.74, 0.74},
          {{"cloth", "velvet"}, {"legs", "metal"}, {"metal", "brass"}});
  variant(armchair,
          "armchair_lounge",
          "Lounge chair, open frame",
          "armchair",
          {"mid-century", "scandinavian", "japandi", "bohemian"},
          {0.72, 0.8, 0.8},
          {{"form", "lounge"}, {"wood", "walnut"}, {"cloth", "tweed"}});
  variant(armchair,
          "armchair_leather",
          "Leather lounge chair",
          "armchair",
          {"industrial", "mid-century", "modern"},
          {0.74, 0.82, 0.82},
          {{"form", "lounge"}, {"wood", "oak"}, {"cloth", "leather"}});
  variant(armchair,
          "armchair_wing",
          "Wing chair",
          "armchair",
          {"traditional", "farmhouse", "coastal", "luxury"},
          {0.78, 0.84, 1.04},
          {{"form", "wing"}, {"wood", "walnut"}});
  const Generator chair{
      MakePiece("dining_chair",
                "Upholstered dining chair",
                "chair",
                {"contemporary", "traditional", "coastal", "farmhouse"},
                {0.48, 0.56, 0.86}),
      rules(
          {Choice(
               "form", {"padded", "slat", "wishbone", "shell"}, "Construction"),
           Number("seat", 0.47, 0.35, 0.8, "Height of the seat, metres")}),
      BuildChair};
  generators.push_back(chair);
  variant(chair,
          "dining_chair_slat",
          "Wooden chair with slats",
          "chair",
          {"farmhouse", "scandinavian", "traditional"},
          {0.46, 0.53, 0.84},
          {{"form", "slat"}});
  variant(chair,
          "dining_chair_wishbone",
          "Chair with a bent rail",
          "chair",
          {"scandinavian", "japandi", "mid-century", "coastal"},
          {0.56, 0.53, 0.76},
          {{"form", "wishbone"}});
  variant(chair,
          "dining_chair_shell",
          "Shell chair",
          "chair",
          {"modern", "contemporary", "minimalist", "luxury"},
          {0.55, 0.56, 0.8},
          {{"form", "shell"}, {"legs", "metal"}});
  variant(chair,
          "dining_chair_leather",
          "Leather shell chair",
          "chair",
          {"industrial", "mid-century"},
          {0.55, 0.56, 0.8},
          {{"form", "shell"}, {"legs", "metal"}, {"cloth", "leather"}});
  variant(chair,
          "dining_chair_velvet",
          "Velvet shell chair",
          "chair",
          {"luxury"},
          {0.55, 0.56, 0.8},
          {{"form", "shell"},
           {"legs", "metal"},
           {"cloth", "velvet"},
           {"metal", "brass"}});
  variant(chair,
          "bar_stool",
          "Upholstered bar stool",
          "bar_stool",
          {"contemporary", "modern", "coastal", "scandinavian"},
          {0.44, 0.5, 0.95},
          {{"form", "padded"}, {"seat", 0.66}});
  variant(chair,
          "bar_stool_shell",
          "Shell bar stool",
          "bar_stool",
          {"modern", "luxury", "industrial", "minimalist"},
          {0.48, 0.5, 0.92},
          {{"form", "shell"}, {"seat", 0.66}, {"legs", "metal"}});
  variant(chair,
          "bar_stool_wood",
          "Wooden bar stool",
          "bar_stool",
          {"farmhouse", "scandinavian", "japandi", "traditional"},
          {0.42, 0.48, 0.96},
          {{"form", "slat"}, {"seat", 0.66}});
  const Generator ottoman{
      MakePiece("ottoman", "Ottoman", "ottoman", {}, {0.65, 0.5, 0.42}, 0.42),
      rules({Choice(
          "form", {"block", "round", "pouf", "bench"}, "Construction")}),
      BuildOttoman};
  generators.push_back(ottoman);
  variant(ottoman,
          "ottoman_round",
          "Round ottoman",
          "ottoman",
          {"contemporary", "luxury", "modern"},
          {0.6, 0.6, 0.42},
          {{"form", "round"}, {"cloth", "boucle"}},
          0.42);
  variant(ottoman,
          "pouf",
          "Pouf",
          "ottoman",
          {"bohemian", "scandinavian", "coastal", "farmhouse"},
          {0.52, 0.52, 0.38},
          {{"form", "pouf"}, {"cloth", "wool"}},
          0.37);
  variant(ottoman,
          "bench",
          "Upholstered bench",
          "bench",
          {},
          {1.3, 0.42, 0.46},
          {{"form", "bench"}},
          0.46);
}

}  // namespace stage::engine::procedural
