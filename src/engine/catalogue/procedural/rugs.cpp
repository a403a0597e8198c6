#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/all_generators.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/rug_patterns.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

/// Moves what curls in below the middle out to the rim: a rug lies flat on the
/// floor, with no gap under its edge.
void LetEdgesDown(
    Part& body, bool round, float w, float d, float h, float radius) {
  for (Vec3& p : body.positions) {
    if (p.y() >= h / 2) continue;
    if (round) {
      const float out = Vec2(2 * p.x() / w, 2 * p.z() / d).norm();
      if (out > 1 - 2 * radius / std::min(w, d)) {
        p.x() /= out;
        p.z() /= out;
      }
      continue;
    }
    if (std::abs(p.x()) > w / 2 - radius) p.x() = std::copysign(w / 2, p.x());
    if (std::abs(p.z()) > d / 2 - radius) p.z() = std::copysign(d / 2, p.z());
  }
}

/// The body lies a little uneven; texture coordinates span the face.
Part RugBody(const std::vector<Vec2>& outline,
             bool round,
             float w,
             float d,
             float h,
             uint32_t seed) {
  const float radius = h * 0.45f;
  Part body =
      round
          ? Slab(outline, h, radius, 4)
          : PaddedBlock({-w / 2, 0, -d / 2}, {w / 2, h, d / 2}, radius, 0.05f);
  LetEdgesDown(body, round, w, d, h, radius * 1.01f);
  for (Vec3& p : body.positions) {
    const float edge = std::clamp(
        std::min(w / 2 - std::abs(p.x()), d / 2 - std::abs(p.z())) / 0.1f,
        0.0f,
        1.0f);
    const float wave =
        0.0022f * Fbm2(p.x() * 1.7f, p.z() * 1.7f, 2, 0.5f, seed);
    if (p.y() > h * 0.5f) p.y() += wave * edge - 0.0004f;
    // Edges are bound by hand and wander by a few millimetres.
    const float wander =
        0.003f * Fbm2(p.x() * 2.5f + 3, p.z() * 2.5f, 2, 0.5f, seed + 1);
    p.x() *= 1 + wander / w * 2 * (std::abs(p.x()) > w * 0.4f ? 1.0f : 0.0f) *
                     std::abs(p.x()) * 2 / w;
    p.z() *= 1 + wander / d * 2 * (std::abs(p.z()) > d * 0.4f ? 1.0f : 0.0f) *
                     std::abs(p.z()) * 2 / d;
  }
  for (size_t i = 0; i < body.positions.size(); ++i) {
    const Vec3& p = body.positions[i];
    body.texcoords[i] = Vec2(std::clamp(p.x() / w + 0.5f, 0.002f, 0.998f),
                             std::clamp(0.5f - p.z() / d, 0.002f, 0.998f));
  }
  ComputeNormals(body, Weld::kYes);
  return body;
}

/// Knotted warp ends along both short sides.
Part Fringe(float w, float d, float length, float h, uint32_t seed) {
  Part fringe;
  Random random(seed + 70);
  const int count = static_cast<int>(w / 0.011f);
  for (const float side : {-1.0f, 1.0f}) {
    for (int i = 0; i < count; ++i) {
      const float x = -w / 2 + w * (static_cast<float>(i) + 0.5f) /
                                   static_cast<float>(count);
      const float reach = length * random.Range(0.82f, 1.0f),
                  sway = random.Range(-0.006f, 0.006f);
      const std::vector<Vec3> path{
          {x, h * 0.6f, side * (d / 2 - length - 0.004f)},
          {x + sway * 0.3f, 0.003f, side * (d / 2 - length + reach * 0.35f)},
          {x + sway, 0.0022f, side * (d / 2 - length + reach)}};
      fringe.Append(
          Tube(path, std::vector<float>{0.0026f, 0.0024f, 0.0016f}, 4));
    }
  }
  return fringe;
}

void BuildRug(const Request& request, MeshBuilder& builder) {
  // Rugs are woven along their longer side: made upright, then turned.
  const bool turn = request.width() > request.depth();
  const float w = turn ? request.depth() : request.width();
  const float d = turn ? request.width() : request.depth(),
              h = request.height();
  const Pose pose = TurnedY(turn ? 90.0f : 0.0f);
  const bool round = request.choice("shape") == "round";
  const std::string pile = request.choice("pile");
  RugDesign design{request.choice("pattern"),
                   w,
                   d,
                   request.colours("palette"),
                   static_cast<float>(request.number("wear")),
                   request.seed()};
  const bool fringed = request.flag("fringe") && !round;
  const float fringe = fringed ? 0.055f : 0;
  design.length = d - 2 * fringe;
  Material face =
      Pictured("pattern", MaterialKind::kFabric, DrawRug(design, 0.002f));
  face.detail = pile == "flat"      ? "tweed"
                : pile == "braided" ? "jute"
                : pile == "shag"    ? "shag"
                                    : "pile";
  const std::vector<Vec2> outline =
      round ? EllipseOutline(w, d, 128) : std::vector<Vec2>{};
  builder.Add(
      Posed(RugBody(outline, round, w, d - 2 * fringe, h, request.seed()),
            pose),
      face);
  if (pile == "shag") {
    // Tufts break the silhouette and lie over the edge.
    Random random(request.seed() + 90);
    Part tufts;
    const int around = static_cast<int>(2 * (w + d) / 0.012f);
    for (int i = 0; i < around; ++i) {
      const float t = static_cast<float>(i) / static_cast<float>(around);
      Vec2 at, out;
      if (round) {
        const float a = t * 6.2831853f;
        out = {std::cos(a), std::sin(a)};
        at = {out.x() * (w / 2 - 0.012f), out.y() * (d / 2 - 0.012f)};
      } else {
        const float run = t * 2 * (w + d);
        if (run < w) {
          at = {run - w / 2, -d / 2 + 0.012f};
          out = {0, -1};
        } else if (run < w + d) {
          at = {w / 2 - 0.012f, run - w - d / 2};
          out = {1, 0};
        } else if (run < 2 * w + d) {
          at = {run - w - d - w / 2, d / 2 - 0.012f};
          out = {0, 1};
        } else {
          at = {-w / 2 + 0.012f, run - 2 * w - d - d / 2};
          out = {-1, 0};
        }
      }
      const float reach = random.Range(0.007f, 0.012f),
                  sway = random.Range(-0.008f, 0.008f);
      const Vec2 tip = at + out * reach + Vec2(-out.y(), out.x()) * sway;
      Part tuft =
          Tube({{at.x(), h * 0.75f, at.y()},
                {(at.x() + tip.x()) / 2, h * 0.8f, (at.y() + tip.y()) / 2},
                {tip.x(), h * random.Range(0.1f, 0.5f), tip.y()}},
               std::vector<float>{0.004f, 0.004f, 0.0015f},
               4);
      for (size_t v = 0; v < tuft.texcoords.size(); ++v)
        tuft.texcoords[v] = {std::clamp(at.x() / w + 0.5f, 0.002f, 0.998f),
                             std::clamp(0.5f - at.y() / d, 0.002f, 0.998f)};
      tufts.Append(tuft);
    }
    builder.Add(Posed(tufts, pose), face);
  }
  if (fringed)
    builder.Add(Posed(Fringe(w, d, fringe, h, request.seed()), pose),
                Fabric("fringe", "#d9d0be", "cotton"));
}

}  // namespace

void AppendRugs(std::vector<Generator>& generators) {
  const Generator rug{
      MakePiece(
          "rug",
          "Plain wool rug",
          "rug",
          {"modern", "contemporary", "minimalist", "japandi", "scandinavian"},
          {2.4, 1.7, 0.012}),
      {Choice("pattern", RugPatterns(), "Drawing"),
       Choice("pile", {"cut", "flat", "shag", "braided"}, "Face of the rug"),
       Choice("shape", {"rectangle", "round"}, "Outline"),
       Colours("palette",
               {"#cfc6b8", "#b5a995", "#8d8272", "#5e564b", "#e4ddd0"},
               "Ground first"),
       Number("wear", 0.0, 0, 1, "How washed out it is"),
       Flag("fringe", false, "Warp ends at both short sides")},
      BuildRug};
  generators.push_back(rug);
  AppendVariants(
      generators,
      rug,
      {{"rug_berber",
        "Berber rug",
        {"scandinavian", "bohemian", "modern", "contemporary"},
        {2.4, 1.7, 0.02},
        {{"pattern", "diamonds"},
         {"pile", "shag"},
         {"palette", {"#e3dccd", "#4a423a", "#9a8468"}}},
        "rug"},
       {"rug_persian",
        "Washed Persian rug",
        {"traditional", "bohemian", "luxury", "industrial"},
        {2.4, 1.7, 0.009},
        {{"pattern", "persian"},
         {"wear", 0.45},
         {"fringe", true},
         {"palette", {"#9a5a4a", "#34435c", "#c9b28a", "#e2d6bd", "#5d3a33"}}},
        "rug"},
       {"rug_persian_grey",
        "Washed grey Persian rug",
        {"contemporary", "luxury", "industrial"},
        {2.4, 1.7, 0.009},
        {{"pattern", "persian"},
         {"wear", 0.6},
         {"palette", {"#a9a59e", "#6d7176", "#c9c3b6", "#dcd7cc", "#55575b"}}},
        "rug"},
       {"rug_kilim",
        "Kilim",
        {"bohemian", "farmhouse", "mid-century"},
        {2.3, 1.6, 0.006},
        {{"pattern", "kilim"},
         {"pile", "flat"},
         {"fringe", true},
         {"wear", 0.15},
         {"palette", {"#ddcfb4", "#3c4a50", "#a9583c", "#c08f4a"}}},
        "rug"},
       {"rug_stripe",
        "Striped flat-weave",
        {"coastal", "farmhouse", "scandinavian"},
        {2.4, 1.7, 0.006},
        {{"pattern", "stripes"},
         {"pile", "flat"},
         {"palette", {"#e5dfd2", "#7f94a3", "#b3bcc0", "#54697a"}}},
        "rug"},
       {"rug_trellis",
        "Trellis rug",
        {"contemporary", "coastal", "traditional"},
        {2.4, 1.7, 0.012},
        {{"pattern", "trellis"}, {"palette", {"#b9b4aa", "#ece7dc"}}},
        "rug"},
       {"rug_abstract",
        "Abstract rug",
        {"modern", "contemporary", "luxury", "mid-century"},
        {2.4, 1.7, 0.012},
        {{"pattern", "abstract"},
         {"palette", {"#d6cfc2", "#a39a8c", "#7f8a8c", "#43474b"}}},
        "rug"},
       {"rug_jute",
        "Braided jute rug",
        {"coastal", "farmhouse", "bohemian", "japandi", "scandinavian"},
        {2.3, 1.6, 0.01},
        {{"pattern", "jute"}, {"pile", "braided"}, {"palette", {"#c3a678"}}},
        "rug"},
       {"rug_round",
        "Round bordered rug",
        {"japandi", "contemporary", "scandinavian"},
        {1.8, 1.8, 0.012},
        {{"shape", "round"}},
        "rug"},
       {"rug_shag",
        "Deep pile rug",
        {"luxury", "bohemian", "minimalist"},
        {2.3, 1.6, 0.03},
        {{"pile", "shag"}, {"palette", {"#e6e0d4", "#d6cdbc"}}},
        "rug"},
       {"rug_border",
        "Bordered sisal rug",
        {"traditional", "coastal", "minimalist", "modern"},
        {2.4, 1.7, 0.01},
        {{"pattern", "border"},
         {"pile", "flat"},
         {"palette", {"#cdbd9f", "#4d4a46"}}},
        "rug"},
       {"rug_runner",
        "Runner",
        {},
        {2.2, 0.7, 0.008},
        {{"pattern", "persian"},
         {"wear", 0.5},
         {"palette", {"#8d8a80", "#3f4c56", "#c4b494", "#ddd3bf", "#4b4640"}}},
        "rug"},
       {"bath_mat",
        "Bath mat",
        {},
        {0.8, 0.5, 0.018},
        {{"pile", "cut"}, {"palette", {"#e2ddd3", "#d2ccc0"}}},
        "rug"}});
}

}  // namespace stage::engine::procedural
