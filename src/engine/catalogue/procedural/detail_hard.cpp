#include "engine/catalogue/procedural/detail.h"

namespace stage::engine::procedural {
namespace {

struct WoodStyle {
  float ring;           ///< metres between annual rings at the heart
  float ring_tone;      ///< albedo spread of early and late wood
  float fibre_tone;     ///< spread of fine streaks
  float pores;          ///< darkness of pores
  float board_tone;     ///< slow change along a board
  Eigen::Vector3f hue;  ///< how dark wood departs a channel; mean tone kept
};

/// Boards are cut beside the heart of a tree that is not quite straight, so
/// rings meet the face in flames.
SurfaceDetail Grain(const WoodStyle& style,
                    float scale,
                    const DetailPoint& at) {
  const float size = scale > 0 ? scale / 0.006f : 1;
  const float u = at.u / size, v = at.v / size;
  // The heart wanders across and away from the face.
  const float bow = 0.05f * Noise2(u * 0.8f, v * 1.5f, 101) +
                    0.012f * Noise2(u * 3, v * 6, 102);
  const float away = 0.045f + 0.05f * Noise2(u * 0.55f, v * 0.4f + 7.7f, 103);
  const float side = v + bow - 0.11f * std::floor(v / 0.11f + 0.5f);
  const float radius = std::sqrt(side * side + away * away);
  const float rings = radius / style.ring + 0.35f * Noise2(u * 5, v * 60, 104);
  const float phase = rings - std::floor(rings);
  // Early wood fades slowly into late wood, then stops sharply. Mean 0.
  const float saw = phase < 0.8f ? phase / 0.8f : (1 - phase) / 0.2f;
  const float late = saw * saw - 0.3333f;
  // Rings are seen ever more edge-on towards the flame's middle.
  const float apparent = style.ring / std::max(0.25f, std::abs(side) / radius);
  const float ring_keep = at.Keep(apparent * size * 0.8f);
  const float fibre = Noise2(u * 7, v * 420, 105) * at.Keep(0.0026f * size);
  const float streak = Noise2(u * 2.2f, v * 95, 106) * at.Keep(0.011f * size);
  const float broad = Noise2(u * 0.9f, v * 7, 107);
  float pore = 0;
  if (style.pores > 0) {
    const float keep = at.Keep(0.0011f * size);
    if (keep > 0) {
      const float dashes = Noise2(u * 55, v * 1300, 108);
      pore = keep * (std::max(0.0f, dashes - 0.25f) - 0.0358f);
    }
  }
  const float tone = -style.ring_tone * ring_keep * late +
                     style.fibre_tone * (fibre + 1.1f * streak) -
                     style.pores * pore + style.board_tone * broad;
  SurfaceDetail detail;
  detail.albedo_factor = Eigen::Vector3f::Ones() + tone * style.hue;
  detail.normal_offset =
      at.bitangent * (0.05f * fibre + 0.1f * pore * style.pores);
  detail.roughness_offset =
      0.05f * fibre - 0.06f * ring_keep * late + 0.03f * broad;
  return detail;
}

/// The nearest of scattered points: distance to it and to the second one.
struct Cell {
  float nearest, second;
  uint32_t id;
};
Cell Cells2(float x, float y, uint32_t seed) {
  const float fx = std::floor(x), fy = std::floor(y);
  Cell cell{9, 9, 0};
  for (int j = -1; j <= 1; ++j) {
    for (int i = -1; i <= 1; ++i) {
      const float cx = fx + static_cast<float>(i),
                  cy = fy + static_cast<float>(j);
      uint32_t h =
          static_cast<uint32_t>(static_cast<int32_t>(cx)) * 0x8da6b343U +
          static_cast<uint32_t>(static_cast<int32_t>(cy)) * 0xd8163841U + seed;
      h ^= h >> 15;
      h *= 0x7feb352dU;
      h ^= h >> 14;
      const float px = cx + static_cast<float>(h & 1023U) / 1024.0f - x;
      const float py = cy + static_cast<float>(h >> 10 & 1023U) / 1024.0f - y;
      const float distance = px * px + py * py;
      if (distance < cell.nearest) {
        cell.second = cell.nearest;
        cell.nearest = distance;
        cell.id = h >> 20;
      } else if (distance < cell.second) {
        cell.second = distance;
      }
    }
  }
  cell.nearest = std::sqrt(cell.nearest);
  cell.second = std::sqrt(cell.second);
  return cell;
}

SurfaceDetail Marble(const DetailPoint& at) {
  const Eigen::Vector3f p = at.position;
  const Eigen::Vector3f warp(Noise3(p * 3, 201), Noise3(p * 3, 202), 0);
  const Eigen::Vector3f q(p.x() * 2.2f + p.y() + 0.9f * warp.x(),
                          p.y() * 2 + p.z() * 0.7f + 0.9f * warp.y(),
                          p.z() * 1.4f);
  const float ridge = 1 - std::min(1.0f, std::abs(Noise3(q, 203)) * 7);
  const float hair = 1 - std::min(1.0f, std::abs(Noise3(q * 3.1f, 204)) * 14);
  const float cloud = Noise3(p * 6, 205);
  SurfaceDetail detail;
  const float vein =
      (ridge * ridge * (0.6f + 0.4f * cloud) - 0.0794f) * at.Keep(0.02f);
  const float tone = -0.36f * vein -
                     0.12f * (hair * hair - 0.0679f) * at.Keep(0.006f) +
                     0.03f * cloud;
  detail.albedo_factor =
      Eigen::Vector3f::Ones() + tone * Eigen::Vector3f(1.03f, 1.0f, 0.97f);
  return detail;
}

SurfaceDetail Travertine(const DetailPoint& at) {
  const Eigen::Vector3f p = at.position;
  const float level = p.y() + 0.35f * p.x() + 0.2f * p.z();
  const float bands = Noise2(
      level * 38 + 0.7f * Noise3(p * 5, 211), p.x() * 1.3f + p.z() * 2, 212);
  const float fine =
      Noise2(level * 170, p.x() * 9 + p.z() * 9, 213) * at.Keep(0.006f);
  const float holes = Noise2(level * 120 + 3, (p.x() + p.z()) * 40, 214);
  const float pit = std::max(0.0f, holes - 0.42f) * at.Keep(0.009f);
  SurfaceDetail detail;
  const float tone = 0.10f * bands + 0.05f * fine -
                     1.5f * (pit - 0.0109f * at.Keep(0.009f)) +
                     0.05f * Noise3(p * 14, 215);
  detail.albedo_factor =
      Eigen::Vector3f::Ones() + tone * Eigen::Vector3f(0.9f, 1.0f, 1.15f);
  detail.normal_offset = at.Tilt(0.5f * pit, -0.8f * pit);
  detail.roughness_offset = 0.3f * pit;
  return detail;
}

SurfaceDetail Terrazzo(const DetailPoint& at) {
  const Cell big = Cells2(at.u * 42, at.v * 42, 221);
  const Cell small = Cells2(at.u * 130 + 5, at.v * 130, 222);
  const auto chip = [](const Cell& cell, float share) {
    if (cell.second - cell.nearest < 0.16f ||
        static_cast<float>(cell.id & 255U) > share * 255)
      return 0.0f;
    return static_cast<float>(cell.id >> 8 & 15U) / 15.0f - 0.62f;
  };
  const float tone = 0.55f * chip(big, 0.55f) * at.Keep(0.012f) +
                     0.35f * chip(small, 0.5f) * at.Keep(0.004f) +
                     0.055f * at.Keep(0.012f) * 0.55f +
                     0.02f * Noise3(at.position * 40, 223);
  SurfaceDetail detail;
  const float warm = static_cast<float>(big.id & 7U) / 7.0f - 0.5f;
  detail.albedo_factor = Eigen::Vector3f(
      1 + tone * (1 - 0.3f * warm), 1 + tone, 1 + tone * (1 + 0.3f * warm));
  return detail;
}

SurfaceDetail Concrete(float strength, const DetailPoint& at) {
  const Eigen::Vector3f p = at.position;
  const float cloud = 0.6f * Noise3(p * 5, 231) + 0.4f * Noise3(p * 17, 232);
  const float grit = Noise3(p * 260, 233) * at.Keep(0.004f);
  SurfaceDetail detail;
  detail.albedo_factor.setConstant(1 +
                                   strength * (0.11f * cloud + 0.06f * grit));
  detail.normal_offset =
      at.Tilt(0.06f * grit, 0.05f * Noise3(p * 240, 234) * at.Keep(0.004f));
  detail.roughness_offset = 0.06f * cloud;
  return detail;
}

}  // namespace

SurfaceDetail WoodDetail(uint64_t variant, float scale, const DetailPoint& at) {
  switch (variant) {
    case Word("walnut"):
      return Grain(
          {0.0075f, 0.24f, 0.15f, 0.8f, 0.14f, {0.92f, 1.0f, 1.1f}}, scale, at);
    case Word("ash"):
      return Grain(
          {0.006f, 0.16f, 0.07f, 0.7f, 0.05f, {0.8f, 1.0f, 1.25f}}, scale, at);
    case Word("teak"):
      return Grain(
          {0.007f, 0.17f, 0.13f, 0.6f, 0.09f, {0.85f, 1.0f, 1.2f}}, scale, at);
    case Word("pine"):
      return Grain(
          {0.0085f, 0.2f, 0.05f, 0, 0.05f, {0.7f, 1.0f, 1.4f}}, scale, at);
    case Word("stained"):
    case Word("ebonised"):
    case Word("black"):
      return Grain({0.006f, 0.3f, 0.22f, 1.2f, 0.06f, {1, 1, 1}}, scale, at);
    case Word("painted"):
    case Word("white"): {
      // Grain telegraphs faintly through paint; the brush leaves the rest.
      SurfaceDetail detail =
          Grain({0.006f, 0.008f, 0.006f, 0.05f, 0.006f, {1, 1, 1}}, scale, at);
      detail.normal_offset +=
          at.bitangent *
          (0.012f * Noise2(at.u * 12, at.v * 300, 121) * at.Keep(0.004f));
      return detail;
    }
    default:  // oak
      return Grain(
          {0.006f, 0.17f, 0.09f, 0.9f, 0.06f, {0.82f, 1.0f, 1.22f}}, scale, at);
  }
}

SurfaceDetail LeatherDetail(float scale, const DetailPoint& at) {
  const float size = scale > 0 ? scale : 0.0022f;
  SurfaceDetail detail;
  const float mottle = 0.6f * Noise3(at.position * 13, 301) +
                       0.4f * Noise3(at.position * 50, 302) * at.Keep(0.02f);
  float crease = 0;
  const float keep = at.Keep(size * 1.5f);
  if (keep > 0) {
    const float warp = Noise2(at.u * 200, at.v * 200, 303) * 0.5f;
    const Cell pebble = Cells2(at.u / size + warp, at.v / size - warp, 304);
    crease = keep * (std::max(0.0f, 0.25f - (pebble.second - pebble.nearest)) -
                     0.066f);
  }
  const Slope wrinkle = NoiseSlope2(at.u * 90, at.v * 55, 305);
  const float wrinkle_keep = at.Keep(0.011f);
  detail.albedo_factor.setConstant(1 + 0.075f * mottle - 0.7f * crease +
                                   0.025f * wrinkle_keep * wrinkle.value);
  detail.normal_offset =
      at.Tilt(-0.05f * wrinkle_keep * wrinkle.dx + 0.35f * crease,
              -0.05f * wrinkle_keep * wrinkle.dy);
  detail.roughness_offset = 0.07f * mottle + 0.5f * crease;
  return detail;
}

SurfaceDetail StoneDetail(uint64_t variant, float, const DetailPoint& at) {
  switch (variant) {
    case Word("travertine"):
      return Travertine(at);
    case Word("terrazzo"):
      return Terrazzo(at);
    case Word("concrete"):
      return Concrete(1, at);
    case Word("slate"):
      return Concrete(1.3f, at);
    default:
      return Marble(at);
  }
}

SurfaceDetail MetalDetail(uint64_t variant, float, const DetailPoint& at) {
  SurfaceDetail detail;
  if (variant == Word("polished")) return detail;
  if (variant == Word("powder")) {
    const Slope peel = NoiseSlope2(at.u * 500, at.v * 500, 401);
    const float keep = at.Keep(0.002f);
    detail.normal_offset =
        at.Tilt(-0.02f * keep * peel.dx, -0.02f * keep * peel.dy);
    detail.albedo_factor.setConstant(1 + 0.06f * Noise3(at.position * 12, 402));
    detail.roughness_offset = 0.04f * Noise3(at.position * 30, 403);
    return detail;
  }
  const float lines = Noise2(at.u * 9, at.v * 2600, 404) * at.Keep(0.0006f);
  const float smear = Noise2(at.u * 4, at.v * 180, 405) * at.Keep(0.006f);
  detail.normal_offset = at.bitangent * (0.05f * lines + 0.012f * smear);
  detail.albedo_factor.setConstant(1 + 0.04f * smear + 0.03f * lines);
  detail.roughness_offset =
      0.05f * smear + 0.04f * Noise3(at.position * 16, 406);
  return detail;
}

SurfaceDetail PlainDetail(uint64_t variant, float, const DetailPoint& at) {
  SurfaceDetail detail;
  const float cloud = Noise3(at.position * 11, 501);
  const float keep = at.Keep(0.005f);
  const Slope peel = NoiseSlope2(at.u * 210, at.v * 210, 502);
  const bool thrown = variant == Word("ceramic");
  // Hands leave faint rings on a thrown pot; a spray gun leaves orange peel.
  const float ring =
      thrown ? Noise2(at.position.y() * 170, cloud, 503) * at.Keep(0.006f) : 0;
  const float speck =
      thrown ? std::max(0.0f, Noise3(at.position * 330, 504) - 0.55f) *
                   at.Keep(0.003f)
             : 0;
  detail.albedo_factor.setConstant(
      1 + (thrown ? 0.03f : 0.012f) * cloud + 0.015f * ring -
      0.6f * (speck - 0.0011f * (thrown ? at.Keep(0.003f) : 0)));
  detail.normal_offset = at.Tilt(-0.006f * keep * peel.dx,
                                 -0.006f * keep * peel.dy + 0.02f * ring);
  detail.roughness_offset = 0.04f * cloud + 0.03f * ring;
  return detail;
}

SurfaceDetail FoliageDetail(const DetailPoint& at) {
  SurfaceDetail detail;
  const float blotch = Noise3(at.position * 21, 601);
  const float fine = Noise3(at.position * 120, 602) * at.Keep(0.008f);
  // Lighter leaves are yellower.
  const float tone = 0.17f * blotch + 0.06f * fine;
  detail.albedo_factor =
      Eigen::Vector3f(1 + 1.2f * tone, 1 + tone, 1 + 0.7f * tone);
  detail.normal_offset = at.Tilt(0.08f * fine, 0.05f * blotch);
  detail.roughness_offset = 0.06f * blotch;
  return detail;
}

}  // namespace stage::engine::procedural
