#include "engine/catalogue/procedural/rug_patterns.h"

#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/noise.h"

namespace stage::engine::procedural {
namespace {

constexpr float kTau = 6.2831853f;

/// A design with its helpers; x and y in metres from the centre.
struct Loom {
  const RugDesign& design;

  Vec3 Colour(int i) const {
    return design.palette[static_cast<size_t>(i) % design.palette.size()];
  }
  /// Knots cannot draw a smooth line: colours change at knots of 4 mm, and
  /// hands are not machines.
  float Wobble(float x, float y, float amount) const {
    return amount * Fbm2(x * 6, y * 6, 2, 0.5f, design.seed + 5);
  }
};

float Repeat(float x, float period) {
  return x - period * std::floor(x / period + 0.5f);
}

float Soft(float distance, float width) {
  return std::clamp(0.5f - distance / width, 0.0f, 1.0f);
}

/// One yarn, spun of slightly different wool: mottled, without direction, for
/// the eye joins whatever runs along the weave to stripes.
Vec3 Plain(const Loom& loom, float x, float y) {
  const float mottle = Fbm2(x * 34, y * 34, 2, 0.6f, loom.design.seed + 1);
  return Mix(
      loom.Colour(0), loom.Colour(1), 0.12f * std::clamp(mottle, 0.0f, 1.0f));
}

Vec3 Bordered(const Loom& loom, float x, float y) {
  const float edge = std::min(loom.design.width / 2 - std::abs(x),
                              loom.design.length / 2 - std::abs(y));
  const float line = std::abs(edge - 0.11f) - 0.011f;
  return Mix(Plain(loom, x, y), loom.Colour(1), Soft(line, 0.004f));
}

Vec3 Stripes(const Loom& loom, float x, float y) {
  const float at = y + loom.Wobble(x * 0.4f, y, 0.006f);
  float run = -loom.design.length / 2;
  Random random(loom.design.seed + 3);
  int colour = 0;
  while (run < at) {
    const bool thin = random.Unit() < 0.4f;
    run += thin ? random.Range(0.012f, 0.03f) : random.Range(0.07f, 0.2f);
    colour = thin ? 1 + random.Index(3)
                  : (random.Unit() < 0.65f ? 0 : 1 + random.Index(3));
    if (run >= at) break;
  }
  return loom.Colour(colour);
}

/// Hand-knotted Berber: dark open diamonds on a light ground.
Vec3 Berber(const Loom& loom, float x, float y) {
  const float px = x + loom.Wobble(x, y, 0.03f),
              py = y + loom.Wobble(y + 9, x, 0.03f);
  const float a = 0.42f, b = 0.6f;
  const float p = Repeat(px / a + py / b, 1), q = Repeat(px / a - py / b, 1);
  const float width =
      0.02f / a * (1 + 0.5f * Noise2(x * 8, y * 8, loom.design.seed + 8));
  const float line =
      std::min(std::abs(std::abs(p) - 0.5f), std::abs(std::abs(q) - 0.5f)) -
      width;
  const float inner =
      std::abs(std::max(std::abs(p), std::abs(q)) - 0.09f) - width * 0.6f;
  Vec3 colour = Mix(loom.Colour(0), loom.Colour(1), Soft(line, 0.02f));
  const int cell = static_cast<int>(std::floor(px / a + py / b + 0.5f)) * 7 +
                   static_cast<int>(std::floor(px / a - py / b + 0.5f));
  if (HashUnit(static_cast<uint32_t>(cell) + loom.design.seed) < 0.45f)
    colour = Mix(colour, loom.Colour(2), Soft(inner, 0.02f));
  return colour;
}

/// A lattice of double lines: trellis.
Vec3 Trellis(const Loom& loom, float x, float y) {
  const float a = 0.3f;
  // An ogee: diagonals that swing.
  const float swing = 0.11f * a * std::sin(kTau * y / a);
  const float p = Repeat((x + swing) / a + y / a, 1),
              q = Repeat((x - swing) / a - y / a, 1);
  const float nearest =
      std::min(std::abs(std::abs(p) - 0.5f), std::abs(std::abs(q) - 0.5f)) * a;
  return Mix(loom.Colour(0), loom.Colour(1), Soft(nearest - 0.009f, 0.004f));
}

/// Flat-woven bands of stepped diamonds and zigzags.
Vec3 Kilim(const Loom& loom, float x, float y) {
  constexpr float kStep = 0.018f;
  const float sx = std::floor(x / kStep) * kStep,
              sy = std::floor(y / kStep) * kStep;
  const float band = 0.34f;
  const int row = static_cast<int>(std::floor(sy / band + 0.5f));
  const float v = Repeat(sy, band) / band;
  if (std::abs(v) > 0.46f) return loom.Colour(1);
  if (std::abs(v) > 0.42f) return loom.Colour(3);
  if (row % 2 == 0) {
    const float u = Repeat(sx, 0.3f) / 0.3f;
    const float d = std::abs(u) * 2 + std::abs(v) * 2.3f;
    if (d < 0.22f) return loom.Colour(3);
    if (d < 0.48f) return loom.Colour(0);
    if (d < 0.78f) return loom.Colour(2);
    if (d < 0.92f) return loom.Colour(1);
    return loom.Colour(0);
  }
  const float zig = std::abs(Repeat(sx, 0.2f)) / 0.1f - 0.5f;
  const float t = v * 4 + zig;
  const int stripe = static_cast<int>(std::floor(t * 1.5f));
  const int pick[4] = {0, 2, 0, 3};
  return loom.Colour(pick[((stripe % 4) + 4) % 4]);
}

/// Large soft shapes and a few thin lines.
Vec3 Abstract(const Loom& loom, float x, float y) {
  const float wx =
      x + 0.35f * Fbm2(x * 1.1f, y * 1.1f, 3, 0.5f, loom.design.seed + 21);
  const float wy =
      y + 0.35f * Fbm2(x * 1.1f + 9, y * 1.1f, 3, 0.5f, loom.design.seed + 22);
  Vec3 colour = loom.Colour(0);
  for (int i = 1; i < 4; ++i) {
    const float field =
        Noise2(wx * 0.9f + static_cast<float>(i) * 3.7f,
               wy * 0.9f,
               loom.design.seed + 30 + static_cast<uint32_t>(i)) -
        0.12f;
    const float grain = 0.16f * Fbm2(x * 30, y * 30, 2, 0.6f, loom.design.seed);
    colour = Mix(colour,
                 loom.Colour(i),
                 0.85f * std::clamp((field + grain * 0.4f) * 7, 0.0f, 1.0f));
  }
  const float contour =
      std::abs(Noise2(wx * 0.8f, wy * 0.8f + 4, loom.design.seed + 40));
  return Mix(colour, loom.Colour(3), 0.8f * Soft(contour - 0.007f, 0.01f));
}

/// A rosette of `petals` in polar form: 1 inside.
float Rosette(float x, float y, float radius, int petals, float depth) {
  const float r = std::sqrt(x * x + y * y);
  const float edge =
      radius * (1 - depth +
                depth * std::abs(std::cos(std::atan2(y, x) *
                                          static_cast<float>(petals) / 2)));
  return edge - r;
}

/// Small flowers joined by tendrils: fills fields and borders.
int Floral(float x, float y, float period) {
  const int i = static_cast<int>(std::floor(x / period + 0.5f)),
            j = static_cast<int>(std::floor(y / period + 0.5f));
  const float shift = (j % 2 == 0) ? 0.0f : period / 2;
  const float u = Repeat(x + shift, period), v = Repeat(y, period);
  (void)i;
  if (Rosette(u, v, period * 0.1f, 6, 0.2f) > 0) return 3;
  if (Rosette(u, v, period * 0.24f, 8, 0.35f) > 0) return 2;
  if (Rosette(u, v, period * 0.29f, 8, 0.35f) > 0) return 4;
  const float vine = v - period * 0.33f * std::sin(kTau * (x + shift) / period);
  if (std::abs(vine) < period * 0.035f) return 4;
  const float lu = Repeat(x + shift + period * 0.25f, period / 2),
              lv = v - period * 0.33f *
                           std::copysign(1.0f,
                                         std::sin(kTau * (x + shift) / period));
  if (lu * lu * 2.5f + lv * lv * 9 < period * period * 0.02f) return 3;
  return -1;
}

Vec3 Persian(const Loom& loom, float x, float y) {
  const float w = loom.design.width / 2, l = loom.design.length / 2;
  const float edge = std::min(w - std::abs(x), l - std::abs(y));
  const float border = std::min(0.26f, w * 0.22f);
  const auto pick = [&](int i, int otherwise) {
    return loom.Colour(i < 0 ? otherwise : i);
  };
  if (edge < border) {
    const float t = edge / border;
    if (t < 0.06f) return loom.Colour(1);
    const bool along_x = w - std::abs(x) > l - std::abs(y);
    const float run = along_x ? x : y;
    if (t < 0.2f || t > 0.84f) {
      // Guard stripes with little diamonds.
      const float u = Repeat(run, 0.07f) / 0.035f,
                  v = (t < 0.2f ? (t - 0.13f) / 0.06f : (t - 0.92f) / 0.07f);
      return loom.Colour(std::abs(u) + std::abs(v) < 0.85f ? 2 : 0);
    }
    const float v = (t - 0.52f) * border;
    if (std::abs(t - 0.52f) > 0.3f) return loom.Colour(4);
    return pick(Floral(run, v, border * 0.62f), 1);
  }
  // Field with a lobed medallion and its quarters in the corners.
  const float fw = w - border, fl = l - border;
  const auto medallion = [&](float px, float py, float size) {
    const float stretch = std::min(1.35f, fl / fw);
    const float d = Rosette(px, py / stretch, size, 12, 0.16f);
    if (d < 0) return -2;
    if (d < size * 0.045f) return 4;
    if (d < size * 0.3f)
      return pick(Floral(px, py, 0.13f), 1) == loom.Colour(1) ? 1 : 2;
    if (d < size * 0.34f) return 3;
    if (d < size * 0.62f)
      return Rosette(
                 Repeat(std::atan2(py / stretch, px), kTau / 12) * size * 0.5f,
                 d - size * 0.48f,
                 size * 0.1f,
                 4,
                 0.3f) > 0
                 ? 3
                 : 0;
    if (d < size * 0.66f) return 4;
    return Rosette(px, py / stretch, size * 0.22f, 8, 0.4f) > 0 ? 3 : 2;
  };
  int i = medallion(x, y, fw * 0.62f);
  if (i == -2) i = medallion(std::abs(x) - fw, std::abs(y) - fl, fw * 0.5f);
  if (i != -2) return loom.Colour(i);
  return pick(Floral(x + 0.08f, y + 0.08f, 0.17f), 0);
}

/// Braided cord sewn round and round, or in rows.
Vec3 Jute(const Loom& loom, float x, float y) {
  const float w = loom.design.width / 2, l = loom.design.length / 2;
  const float out = std::min(w - std::abs(x), l - std::abs(y));
  const float row = out / 0.019f;
  const float in_row = row - std::floor(row) - 0.5f;
  const bool along_x = w - std::abs(x) > l - std::abs(y);
  const float along = (along_x ? x : y) / 0.021f + (in_row > 0 ? 0.5f : 0);
  const float twist = along + in_row * 1.5f;
  const float strand = twist - std::floor(twist) - 0.5f;
  const float shade =
      (1 - 2.2f * in_row * in_row) * (0.78f + 0.4f * (0.5f - std::abs(strand)));
  const float tone =
      0.88f +
      0.24f *
          HashUnit(static_cast<uint32_t>(static_cast<int>(std::floor(twist))) *
                       31U +
                   static_cast<uint32_t>(static_cast<int>(row)) * 977U);
  return loom.Colour(0) * (shade * tone);
}

Vec3 Checks(const Loom& loom, float x, float y) {
  const float size = 0.24f;
  const float px = x + loom.Wobble(x, y, 0.012f),
              py = y + loom.Wobble(y, x, 0.012f);
  const int i = static_cast<int>(std::floor(px / size)),
            j = static_cast<int>(std::floor(py / size));
  return loom.Colour((i + j) % 2 == 0 ? 0 : 1);
}

/// Five colours from as few as one: ground, contrast, light motif, lightest
/// ground and dark outline.
std::vector<Vec3> FullPalette(std::vector<Vec3> palette) {
  const Vec3 cream(0.74f, 0.69f, 0.6f);
  if (palette.size() == 1) palette.push_back(palette[0] * 0.72f);
  if (palette.size() == 2)
    palette.push_back(Mix(Mix(palette[0], palette[1], 0.5f), cream, 0.35f));
  if (palette.size() == 3) palette.push_back(Mix(palette[0], cream, 0.6f));
  if (palette.size() == 4)
    palette.push_back(Mix(palette[0], palette[1], 0.5f) * 0.5f);
  return palette;
}

using Draw = Vec3 (*)(const Loom&, float, float);

Draw DrawerOf(const std::string& pattern) {
  if (pattern == "border") return Bordered;
  if (pattern == "stripes") return Stripes;
  if (pattern == "diamonds") return Berber;
  if (pattern == "trellis") return Trellis;
  if (pattern == "kilim") return Kilim;
  if (pattern == "abstract") return Abstract;
  if (pattern == "persian") return Persian;
  if (pattern == "jute") return Jute;
  if (pattern == "checks") return Checks;
  return Plain;
}

}  // namespace

const std::vector<std::string>& RugPatterns() {
  static const std::vector<std::string> kPatterns{"plain",
                                                  "border",
                                                  "stripes",
                                                  "diamonds",
                                                  "trellis",
                                                  "kilim",
                                                  "abstract",
                                                  "persian",
                                                  "jute",
                                                  "checks"};
  return kPatterns;
}

std::shared_ptr<const Texture> DrawRug(const RugDesign& design, float texel) {
  RugDesign full = design;
  full.palette = FullPalette(design.palette);
  const Loom loom{full};
  const Draw draw = DrawerOf(design.pattern);
  const int width =
      std::clamp(static_cast<int>(design.width / texel), 64, 2400);
  const int height =
      std::clamp(static_cast<int>(design.length / texel), 64, 2400);
  Canvas canvas(width, height, Vec3::Zero());
  Vec3 washed = Vec3::Zero();
  for (const Vec3& colour : design.palette)
    washed += colour / static_cast<float>(design.palette.size());
  washed = Mix(washed, design.palette[0], 0.5f);
  canvas.Paint([&](float cx, float cy, const Vec3&) {
    const float x = (cx - 0.5f) * design.width,
                y = (cy / canvas.aspect() - 0.5f) * design.length;
    Vec3 colour = draw(loom, x, y);
    // Dye lots change along the warp of old rugs; pile lies this way and that.
    const float dye_lots = 0.08f * std::min(1.0f, 2 * design.wear);
    const float abrash =
        dye_lots * Noise2(y * 5, x * 0.3f, design.seed + 50) +
        0.02f * Fbm2(x * 2.3f, y * 2.3f, 3, 0.5f, design.seed + 51);
    if (design.wear > 0) {
      const float worn =
          Fbm2(x * 2.4f, y * 2.4f, 4, 0.6f, design.seed + 52) +
          0.25f * Fbm2(x * 60, y * 14, 2, 0.5f, design.seed + 53);
      colour =
          Mix(colour,
              washed,
              std::clamp(design.wear * (0.45f + 0.9f * worn), 0.0f, 0.85f));
    }
    const float yarn = 0.09f * Noise2(x * 380, y * 380, design.seed + 54);
    return Vec3(colour * (1 + abrash + yarn));
  });
  return canvas.Finish();
}

}  // namespace stage::engine::procedural
