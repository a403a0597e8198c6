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

void BuildTubChair(const Request& request, MeshBuilder& builder) {
  const float w = request.width(), d = request.depth(), h = request.height();
  const Material cover = SeatCover(request);
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
    AddFourLegs({rx * 0.66f,
                 rx * 0.6f,
                 rz * 0.62f + shift,
                 -rz * 0.66f + shift,
                 leg + 0.01f,
                 0.02f},
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
  const Material cover = SeatCover(request),
                 wood = Wood(request.choice("wood"));
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
  const Material cover = SeatCover(request);
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
  AddFourLegs(
      {x - 0.07f, x - 0.09f, front - 0.09f, back + 0.14f, leg + 0.01f, 0.02f},
      request,
      builder);
}

void BuildArmchair(const Request& request, MeshBuilder& builder) {
  const std::string form = request.choice("form");
  if (form == "lounge") return BuildLoungeChair(request, builder);
  if (form == "wing") return BuildWingChair(request, builder);
  BuildTubChair(request, builder);
}

}  // namespace

void AppendArmchairs(std::vector<Generator>& generators) {
  const Generator armchair{
      MakePiece("armchair",
                "Tub chair",
                "armchair",
                {"contemporary", "modern", "luxury", "minimalist"},
                {0.78, 0.78, 0.76}),
      SeatRules({Choice("form", {"tub", "lounge", "wing"}, "Construction")}),
      BuildArmchair};
  generators.push_back(Restyled(
      armchair, armchair.piece, {{"cloth", "boucle"}, {"legs", "plinth"}}));
  AppendVariants(generators,
                 armchair,
                 {{"armchair_tub_wood",
                   "Tub chair on wooden legs",
                   {"scandinavian", "japandi", "coastal"},
                   {0.76, 0.76, 0.76},
                   {},
                   "armchair"},
                  {"armchair_velvet",
                   "Velvet tub chair",
                   {"luxury", "contemporary"},
                   {0.76, 0.74, 0.74},
                   {{"cloth", "velvet"}, {"legs", "metal"}, {"metal", "brass"}},
                   "armchair"},
                  {"armchair_lounge",
                   "Lounge chair, open frame",
                   {"mid-century", "scandinavian", "japandi", "bohemian"},
                   {0.72, 0.8, 0.8},
                   {{"form", "lounge"}, {"wood", "walnut"}, {"cloth", "tweed"}},
                   "armchair"},
                  {"armchair_leather",
                   "Leather lounge chair",
                   {"industrial", "mid-century", "modern"},
                   {0.74, 0.82, 0.82},
                   {{"form", "lounge"}, {"wood", "oak"}, {"cloth", "leather"}},
                   "armchair"},
                  {"armchair_wing",
                   "Wing chair",
                   {"traditional", "farmhouse", "coastal", "luxury"},
                   {0.78, 0.84, 1.04},
                   {{"form", "wing"}, {"wood", "walnut"}},
                   "armchair"}});
}

}  // namespace stage::engine::procedural
