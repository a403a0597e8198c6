#include "engine/catalogue/procedural/detail.h"

namespace stage::engine::procedural {
namespace {

constexpr float kTau = 6.2831853f;

/// A plain weave of two threads: height and slopes of the upper one.
/// @param phase_u, phase_v  position in threads
Slope PlainWeave(float phase_u, float phase_v) {
  const float su = std::sin(phase_u * kTau / 2),
              sv = std::sin(phase_v * kTau / 2);
  const float cu = std::cos(phase_u * kTau / 2),
              cv = std::cos(phase_v * kTau / 2);
  // Where the product is positive the warp lies on top, else the weft; the
  // dips between threads are the zero lines.
  const float product = su * sv;
  return {std::abs(product) - 0.405f,
          std::copysign(cu * sv, product),
          std::copysign(su * cv, product)};
}

/// Slow unevenness that every cloth has: dye, wear, nap.
float Mottle(const DetailPoint& at) {
  return 0.6f * Noise3(at.position * 9.0f, 11) * at.Keep(0.1f) +
         0.4f * Noise3(at.position * 45.0f, 12) * at.Keep(0.022f);
}

struct WeaveStyle {
  float pitch;        ///< metres a thread
  float relief;       ///< slope of the threads
  float thread_tone;  ///< albedo spread from thread to thread
  float gap_tone;     ///< albedo dip between threads
  float mottle;
};

SurfaceDetail Weave(const WeaveStyle& style,
                    float scale,
                    const DetailPoint& at) {
  const float pitch = scale > 0 ? scale : style.pitch;
  // Threads wander a little, so that the weave never looks printed.
  const float wander_u = Noise2(at.u * 35, at.v * 35, 21) * 0.35f;
  const float wander_v = Noise2(at.u * 35, at.v * 35, 22) * 0.35f;
  const float pu = at.u / pitch + wander_u, pv = at.v / pitch + wander_v;
  SurfaceDetail detail;
  float tone = style.mottle * Mottle(at);
  const float keep = at.Keep(pitch * 2);
  float du = 0, dv = 0;
  if (keep > 0) {
    const Slope weave = PlainWeave(pu, pv);
    tone += keep * style.gap_tone * weave.value;
    du -= keep * style.relief * weave.dx;
    dv -= keep * style.relief * weave.dy;
  }
  // Slubs: single threads, a few centimetres long, lighter or thicker.
  const float slub_keep = at.Keep(pitch * 2.5f);
  const Slope warp = {Noise2(pu * 0.75f, at.v * 22, 23), 0, 0};
  const Slope weft = {Noise2(at.u * 22, pv * 0.75f, 24), 0, 0};
  tone += slub_keep * style.thread_tone * (warp.value + weft.value);
  du += slub_keep * style.relief * 0.5f * warp.value;
  dv += slub_keep * style.relief * 0.5f * weft.value;
  // Coarser bands of thick and thin yarn survive at room distance.
  const float band_keep = at.Keep(0.008f);
  const float bands =
      Noise2(at.u * 240, at.v * 9, 25) + Noise2(at.u * 9, at.v * 240, 26);
  tone += band_keep * 0.55f * style.thread_tone * bands;
  detail.albedo_factor.setConstant(1 + tone);
  detail.normal_offset = at.Tilt(du, dv);
  return detail;
}

/// Height of the creases of washed cloth, metres: sharp soft ridges, thick here
/// and smooth there, at two sizes.
float CreaseHeight(float u, float v) {
  const float bend_u = 0.5f * Noise2(u * 6, v * 6, 27);
  const float bend_v = 0.5f * Noise2(u * 6, v * 6, 28);
  const float large = 1 - std::abs(Noise2(u * 8 + bend_u, v * 11 + bend_v, 29));
  const float small =
      1 - std::abs(Noise2(u * 27 + 2 * bend_v, v * 21 + 2 * bend_u, 30));
  const float where =
      std::clamp(0.55f + 0.9f * Noise2(u * 3, v * 3, 33), 0.1f, 1.0f);
  return where * (0.006f * large * large * large +
                  0.0014f * small * small * small * small);
}

/// Bed linen: the weave, on cloth that was washed and not ironed.
SurfaceDetail Creased(SurfaceDetail weave, const DetailPoint& at) {
  const float keep = at.Keep(0.03f);
  if (keep <= 0) return weave;
  const float step = std::max(0.002f, 0.5f * at.footprint);
  const float height = CreaseHeight(at.u, at.v);
  weave.normal_offset +=
      at.Tilt(keep * (height - CreaseHeight(at.u + step, at.v)) / step,
              keep * (height - CreaseHeight(at.u, at.v + step)) / step);
  return weave;
}

/// Little loops of yarn: round bumps with dark valleys.
SurfaceDetail Boucle(float scale, const DetailPoint& at) {
  const float size = scale > 0 ? scale : 0.0075f;
  const float keep = at.Keep(size), fine_keep = at.Keep(size * 0.45f);
  const float f = 1 / size;
  const Slope loops = NoiseSlope2(at.u * f, at.v * f, 31);
  const Slope curls =
      NoiseSlope2(at.u * f * 2.3f + 3 * loops.value, at.v * f * 2.3f, 32);
  SurfaceDetail detail;
  const float tone = keep * 0.17f * loops.value +
                     fine_keep * 0.11f * curls.value + 0.05f * Mottle(at);
  detail.albedo_factor.setConstant(1 + tone);
  detail.normal_offset =
      at.Tilt(-0.42f * keep * loops.dx - 0.25f * fine_keep * curls.dx,
              -0.42f * keep * loops.dy - 0.25f * fine_keep * curls.dy);
  return detail;
}

/// Short upright pile: stroked one way here, the other way there.
SurfaceDetail Velvet(const DetailPoint& at) {
  const Slope nap = NoiseSlope2(
      at.u * 11 + 0.8f * Noise2(at.u * 4, at.v * 4, 41), at.v * 7, 42);
  const float pile = Noise2(at.u * 900, at.v * 900, 43) * at.Keep(0.0011f);
  const float strokes = Noise2(at.u * 60, at.v * 21, 44) * at.Keep(0.02f);
  SurfaceDetail detail;
  const float tone =
      0.075f * nap.value * at.Keep(0.08f) + 0.035f * strokes + 0.05f * pile;
  detail.albedo_factor.setConstant(1 + tone);
  detail.normal_offset = at.Tilt(0.10f * nap.value + 0.05f * strokes,
                                 0.07f * nap.dx * 0.3f + 0.12f * pile);
  detail.roughness_offset = 0.08f * nap.value;
  return detail;
}

/// Stocking stitch: columns of V.
SurfaceDetail Knit(float scale, const DetailPoint& at) {
  const float width = scale > 0 ? scale : 0.009f;
  const float height = width * 0.75f;
  const float x = at.u / width + 0.12f * Noise2(at.u * 30, at.v * 30, 51);
  const float column = x - std::floor(x) - 0.5f;
  const float y = at.v / height - 1.1f * std::abs(column) +
                  0.15f * Noise2(at.u * 30, at.v * 30, 52);
  const float row = y - std::floor(y) - 0.5f;
  const float keep = at.Keep(height);
  const float groove =
      0.5f * (1 + std::cos(kTau * 2 *
                           std::abs(column)));  // middle and edge of a column
  const float ridge = std::cos(kTau * row);
  const float fuzz = Noise2(at.u * 700, at.v * 700, 53) * at.Keep(0.0015f);
  SurfaceDetail detail;
  detail.albedo_factor.setConstant(
      1 + keep * (0.10f * ridge - 0.13f * (groove - 0.5f)) + 0.06f * fuzz +
      0.05f * Mottle(at));
  detail.normal_offset =
      at.Tilt(keep * 0.35f * std::sin(kTau * 2 * column) + 0.15f * fuzz,
              keep * 0.3f * std::sin(kTau * row) + 0.1f * fuzz);
  return detail;
}

/// Felted wool: short hairs in all directions.
SurfaceDetail Wool(const DetailPoint& at) {
  const Slope tufts = NoiseSlope2(at.u * 260, at.v * 260, 61);
  const float hairs =
      Noise2(at.u * 900 + 2 * tufts.value, at.v * 300, 62) * at.Keep(0.0016f);
  const float keep = at.Keep(0.004f);
  SurfaceDetail detail;
  detail.albedo_factor.setConstant(1 + 0.09f * keep * tufts.value +
                                   0.07f * hairs + 0.07f * Mottle(at));
  detail.normal_offset = at.Tilt(-0.16f * keep * tufts.dx + 0.15f * hairs,
                                 -0.16f * keep * tufts.dy);
  return detail;
}

/// Cut pile of a carpet: tufts with dark gaps and strokes of lying pile.
SurfaceDetail Pile(float scale, const DetailPoint& at) {
  const float size = scale > 0 ? scale : 0.006f;
  const Slope tufts = NoiseSlope2(at.u / size, at.v / size, 71);
  const float keep = at.Keep(size);
  const float strokes =
      Noise2(at.u * 26 + Noise2(at.u * 9, at.v * 9, 72), at.v * 14, 73) *
      at.Keep(0.04f);
  SurfaceDetail detail;
  detail.albedo_factor.setConstant(1 + 0.15f * keep * tufts.value +
                                   0.07f * strokes + 0.03f * Mottle(at));
  detail.normal_offset = at.Tilt(-0.35f * keep * tufts.dx + 0.16f * strokes,
                                 -0.35f * keep * tufts.dy);
  return detail;
}

/// The deep pile of a shaggy rug: locks of yarn that lie each their own way,
/// strands within them, dark where three locks meet.
SurfaceDetail Shag(float scale, const DetailPoint& at) {
  const float size = scale > 0 ? scale : 0.011f;  // of a lock
  const float keep = at.Keep(1.6f * size), strand_keep = at.Keep(0.3f * size);
  // Locks follow each other, as if a hand had gone over them.
  const float lie = kTau * 0.5f * Noise2(at.u * 5, at.v * 5, 91);
  const float x = at.u / size, y = at.v / size;
  const int column = static_cast<int>(std::floor(x));
  const int row = static_cast<int>(std::floor(y));
  float nearest = 9, second = 9, turn = 0, px = 0, py = 0, shade = 0;
  for (int k = 0; k < 9; ++k) {
    const int c = column + k % 3 - 1, r = row + k / 3 - 1;
    const uint32_t cell = static_cast<uint32_t>(c) * 73856093U ^
                          static_cast<uint32_t>(r) * 19349663U;
    const float dx = x - static_cast<float>(c) - 0.15f - 0.7f * HashUnit(cell);
    const float dy =
        y - static_cast<float>(r) - 0.15f - 0.7f * HashUnit(cell + 1);
    const float away = dx * dx + dy * dy;
    if (away >= nearest) {
      second = std::min(second, away);
      continue;
    }
    second = nearest;
    nearest = away;
    turn = lie + 2.4f * (HashUnit(cell + 2) - 0.5f);
    px = dx;
    py = dy;
    shade = HashUnit(cell + 3) - 0.5f;
  }
  const float cosine = std::cos(turn), sine = std::sin(turn);
  const float along = cosine * px + sine * py;
  const float across = cosine * py - sine * px;
  const float strand =
      std::sin(kTau * (3.2f * across + 0.35f * std::sin(4 * along) + shade));
  const float gap = std::sqrt(second) - std::sqrt(nearest);  // 0 between locks
  SurfaceDetail detail;
  detail.albedo_factor.setConstant(
      1 + keep * (0.1f * shade + 0.2f * (std::min(gap, 0.45f) - 0.3f)) +
      strand_keep * 0.09f * strand + 0.04f * Mottle(at));
  // A lock leans the way it lies and is round across.
  const float lean = 0.22f * keep, round = 0.28f * keep,
              ridge = 0.2f * strand_keep * std::cos(kTau * 3.2f * across);
  detail.normal_offset =
      at.Tilt(lean * cosine - (round * across + ridge) * sine,
              lean * sine + (round * across + ridge) * cosine);
  return detail;
}

/// Strands over and under: baskets, jute, cane.
SurfaceDetail Basket(float pitch,
                     float tone,
                     float relief,
                     const DetailPoint& at) {
  const float keep = at.Keep(pitch * 1.6f);
  const float pu = at.u / pitch,
              pv = at.v / pitch + 0.15f * Noise2(at.u * 60, at.v * 15, 81);
  const Slope weave = PlainWeave(pu, pv);
  const bool warp = std::sin(pu * kTau / 2) * std::sin(pv * kTau / 2) > 0;
  const float fibre = warp ? Noise2(at.u / pitch * 9, at.v * 120, 82)
                           : Noise2(at.u * 120, at.v / pitch * 9, 83);
  const float strand =
      warp
          ? HashUnit(
                static_cast<uint32_t>(static_cast<int>(std::floor(pu))) * 2 + 1)
          : HashUnit(static_cast<uint32_t>(static_cast<int>(std::floor(pv))) *
                     2);
  SurfaceDetail detail;
  detail.albedo_factor.setConstant(1 + keep * tone * 1.6f * weave.value +
                                   keep * tone * 0.6f * (strand - 0.5f) +
                                   at.Keep(pitch * 0.25f) * 0.12f * fibre +
                                   0.06f * Mottle(at));
  detail.normal_offset =
      at.Tilt(-relief * keep * weave.dx, -relief * keep * weave.dy);
  return detail;
}

}  // namespace

SurfaceDetail FabricDetail(uint64_t variant,
                           float scale,
                           const DetailPoint& at) {
  switch (variant) {
    case Word("cotton"):
      return Weave({0.0006f, 0.14f, 0.018f, 0.05f, 0.025f}, scale, at);
    case Word("percale"):
      return Creased(Weave({0.0006f, 0.14f, 0.018f, 0.05f, 0.025f}, scale, at),
                     at);
    case Word("washed"):
      return Creased(Weave({0.0013f, 0.26f, 0.06f, 0.14f, 0.045f}, scale, at),
                     at);
    case Word("tweed"):
      return Weave({0.0028f, 0.32f, 0.11f, 0.18f, 0.06f}, scale, at);
    case Word("boucle"):
      return Boucle(scale, at);
    case Word("velvet"):
      return Velvet(at);
    case Word("knit"):
      return Knit(scale, at);
    case Word("wool"):
      return Wool(at);
    case Word("pile"):
      return Pile(scale, at);
    case Word("shag"):
      return Shag(scale, at);
    case Word("jute"):
      return Basket(scale > 0 ? scale : 0.007f, 0.3f, 0.5f, at);
    case Word("rattan"):
    case Word("cane"):
      return Basket(scale > 0 ? scale : 0.0085f, 0.36f, 0.6f, at);
    default:  // linen
      return Weave({0.0013f, 0.26f, 0.06f, 0.14f, 0.045f}, scale, at);
  }
}

}  // namespace stage::engine::procedural
