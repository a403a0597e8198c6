#include "engine/catalogue/procedural/bedding.h"

#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/draped_surface.h"
#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"
#include "engine/catalogue/procedural/soft_goods.h"

namespace stage::engine::procedural {
namespace {

constexpr float kDuvetThickness = 0.045f;

/// Bed linen is washed and slept in: the same cloth, with creases.
Material BedCloth(const std::string& slot,
                  const std::string& hex,
                  const std::string& cloth) {
  const bool smooth = cloth == "cotton", woven = cloth == "linen";
  return Fabric(slot, hex, smooth ? "percale" : woven ? "washed" : cloth);
}

void AddMattress(const MattressPlace& place, MeshBuilder& builder) {
  Part mattress = PaddedBlock({-place.width / 2, place.bottom, place.head},
                              {place.width / 2, place.top, place.foot},
                              0.045f,
                              0.05f);
  for (Vec3& p : mattress.positions) {
    const float y = (p.y() - place.bottom) / (place.top - place.bottom);
    p.y() += y * 0.004f * Fbm2(p.x() * 4, p.z() * 4, 3);
  }
  ComputeNormals(mattress, Weld::kYes);
  builder.Add(mattress, BedCloth("linen", "#e7e4de", "cotton"));
}

Colliders MattressBody(const MattressPlace& place) {
  Colliders colliders;
  colliders.AddBox({-place.width / 2, place.bottom - 0.2f, place.head},
                   {place.width / 2, place.top, place.foot},
                   0.045f);
  colliders.AddPlane({0, 0.01f, 0}, Vec3::UnitY());
  return colliders;
}

struct Duvet {
  int columns, rows;
  float width, length;
  Part sheet;  ///< the middle of its thickness, draped
};

/// A cover a little larger than it needs to be, dropped onto the mattress.
Duvet DrapeDuvet(const MattressPlace& place,
                 float start,
                 float overhang,
                 uint32_t seed) {
  Duvet duvet;
  constexpr float kCell = 0.055f;
  duvet.width = place.width + 2 * overhang;
  duvet.length = place.foot - start + overhang * 0.9f;
  duvet.columns = static_cast<int>(duvet.width / kCell);
  duvet.rows = static_cast<int>(duvet.length / kCell);
  const float y = place.top + kDuvetThickness / 2 + 0.006f;
  // v runs from the foot to the head, so that the face looks up.
  duvet.sheet = Sheet(duvet.columns, duvet.rows, [&](float u, float v) {
    const float x = (u - 0.5f) * duvet.width,
                z = start + (1 - v) * duvet.length;
    const float swell =
        0.012f *
        Fbm2(x * 3.3f + static_cast<float>(seed % 51), z * 3.3f, 4, 0.6f, seed);
    return Vec3(x, y + swell, z);
  });
  ClothSettings drape;
  drape.tightness = 1.022f;
  drape.bend = 0.22f;
  drape.stretch = 0.9f;
  drape.gravity = {0, -3.2f, 0};
  drape.steps = 280;
  drape.damping = 3;
  drape.friction = 1.5f;
  drape.pinned = [&](const Vec3& p) {
    return p.z() < start + 0.1f && std::abs(p.x()) < place.width / 2 - 0.05f;
  };
  drape.margin = kDuvetThickness / 2;
  drape.smoothing = 0;
  Drape(duvet.sheet, MattressBody(place), drape);
  EvenRim(duvet.sheet, duvet.columns, duvet.rows, 6, 10);
  duvet.sheet = RefineGrid(duvet.sheet, duvet.columns, duvet.rows);
  duvet.columns *= 2;
  duvet.rows *= 2;
  return duvet;
}

void AddDuvet(const Duvet& duvet,
              const std::string& cloth,
              uint32_t seed,
              MeshBuilder& builder) {
  const auto filling = [&](float u, float v) {
    const float edge = std::min({u * duvet.width,
                                 (1 - u) * duvet.width,
                                 v * duvet.length,
                                 (1 - v) * duvet.length});
    const float hem =
        0.3f + 0.7f * std::sqrt(std::clamp(edge / 0.1f, 0.0f, 1.0f));
    const float lumps =
        1 +
        0.35f *
            Fbm2(u * duvet.width * 7, v * duvet.length * 7, 3, 0.5f, seed + 3);
    return kDuvetThickness * hem * lumps;
  };
  builder.Add(Thicken(duvet.sheet, duvet.columns, duvet.rows, filling, 12),
              BedCloth("duvet", "#ddd8cf", cloth));
}

/// The head end turned back over the duvet, showing its other side.
void AddFold(const DrapedSurface& surface,
             const Duvet& duvet,
             float depth,
             uint32_t seed,
             MeshBuilder& builder) {
  constexpr float kRound = 0.42f;  // part of v that is the round fold
  const int columns = duvet.columns * 3 / 4, rows = 18;
  Part band = Sheet(columns, rows, [&](float u, float v) {
    const float s = u * duvet.width;
    // Flat at both ends, or one would look into the fold from the side.
    const float to_end = std::min(u, 1 - u) * duvet.width;
    const float open =
        0.3f + 0.7f * std::sqrt(std::clamp(to_end / 0.12f, 0.0f, 1.0f));
    const float lift = open * (kDuvetThickness * 0.5f + 0.018f);
    if (v < kRound) {
      // Half a circle around the head edge, from below to above.
      const float angle = static_cast<float>(M_PI) * (v / kRound - 0.5f);
      const float radius = lift * 0.92f;
      const float out = radius * std::cos(angle);
      const Vec3 edge = surface.At(s, duvet.length, radius * std::sin(angle));
      const Vec3 along = (surface.At(s, duvet.length, 0) -
                          surface.At(s, duvet.length - 0.03f, 0))
                             .normalized();
      return Vec3(edge + along * out * 0.8f);
    }
    const float t = (v - kRound) / (1 - kRound);
    const float reach =
        depth * (1 + 0.05f * Fbm2(s * 2.5f, 0.3f, 3, 0.5f, seed + 9));
    const float swell =
        0.011f * Fbm2(s * 5, t * depth * 6 + 3, 3, 0.5f, seed + 5) +
        0.012f * std::sin(static_cast<float>(M_PI) * t);
    return surface.At(
        s, duvet.length - t * reach, lift * (1 - 0.25f * t) + swell);
  });
  const auto filling = [&](float u, float v) {
    const float edge = std::min(u, 1 - u) * duvet.width;
    return 0.026f *
           (0.35f + 0.65f * std::sqrt(std::clamp(edge / 0.06f, 0.0f, 1.0f))) *
           (v > 0.93f ? 0.6f : 1.0f);
  };
  builder.Add(Thicken(band, columns, rows, filling, 5),
              BedCloth("linen", "#e7e4de", "cotton"));
}

/// A blanket laid over the foot of the bed, not quite straight.
void AddThrow(const DrapedSurface& surface,
              const Duvet& duvet,
              float overhang,
              const std::string& cloth,
              uint32_t seed,
              MeshBuilder& builder) {
  const float foot_edge = overhang * 0.9f;  // where the mattress ends
  const float breadth = 0.52f;
  const float from = foot_edge + 0.13f;
  const float slant = 0.07f * (HashUnit(seed + 77) - 0.5f) + 0.03f;
  const int columns = duvet.columns, rows = 20;
  Part blanket = Sheet(columns, rows, [&](float u, float v) {
    const float s = duvet.width * (0.03f + 0.94f * u);
    const float waver = 0.018f * Fbm2(s * 2.2f, v * 1.5f, 3, 0.5f, seed + 21);
    const float t = from + v * breadth + slant * (u - 0.5f) + waver;
    // Long shallow folds run across the bed.
    const float folds =
        0.009f *
            std::max(0.0f,
                     Fbm2(s * 2.1f, v * 7.5f, 2, 0.5f, seed + 22) + 0.15f) +
        0.004f * Fbm2(s * 14, v * 12, 2, 0.5f, seed + 23);
    return surface.At(s, t, kDuvetThickness * 0.62f + 0.008f + folds);
  });
  const Material material = Fabric("throw", "#a58f78", cloth);
  builder.Add(
      Thicken(
          blanket, columns, rows, [](float, float) { return 0.011f; }, 4),
      material);
}

Pose Leaning(float x, float y, float z, float degrees, float turn) {
  // A pillow lies in the x-y plane with its face to +Z: tip it back.
  return At(x, y, z) * TurnedY(turn) * TurnedX(-degrees);
}

void AddCorded(const Pillow& pillow,
               const Material& material,
               MeshBuilder& builder) {
  const Cushion cushion = Finish(pillow, 0.004f);
  builder.Add(cushion.cover, material);
  builder.Add(cushion.piping, material);
}

void AddPillows(const MattressPlace& place,
                const BeddingOptions& options,
                uint32_t seed,
                MeshBuilder& builder) {
  Random random(seed + 5);
  const bool wide = place.width > 1.15f;
  Colliders around;
  around.AddPlane({0, place.top + 0.002f, 0}, Vec3::UnitY());
  around.AddPlane({0, 0, place.head + 0.012f}, Vec3::UnitZ());
  const Material linen = BedCloth("linen", "#e7e4de", "cotton");
  const Material sham = BedCloth("duvet", "#ddd8cf", options.duvet_cloth);
  const float pitch = wide ? place.width * 0.485f : 0;
  const float pillow_width = wide ? std::min(0.74f, place.width * 0.46f)
                                  : std::min(0.7f, place.width * 0.82f);
  const int across = wide ? 2 : 1;
  const int rows = std::min(2, (options.pillows + across - 1) / across);
  float front = place.head;
  for (int row = 0; row < rows; ++row) {
    for (int i = 0; i < across; ++i) {
      if (row * across + i >= options.pillows) break;
      const float x = wide ? pitch * (static_cast<float>(i) - 0.5f) : 0;
      // The back row stands, the next leans on it.
      const float tall = options.pillows_lie ? 0.42f : row == 0 ? 0.6f : 0.47f;
      Pillow pillow =
          MakePillow(pillow_width,
                     tall,
                     0.38f,
                     seed + static_cast<uint32_t>(row * 2 + i) * 13 + 1,
                     row == 0 ? 0.05f : 0.043f);
      const float lean = options.pillows_lie ? 78.0f : row == 0 ? 18.0f : 34.0f;
      const float reach = options.pillows_lie ? 0.24f : 0.115f;
      Settle(pillow,
             Leaning(x + random.Range(-0.012f, 0.012f),
                     place.top + (options.pillows_lie ? 0.11f : tall * 0.48f),
                     front + reach + 0.02f * static_cast<float>(row),
                     lean,
                     random.Range(-4, 4)),
             around,
             75);
      builder.Add(Finish(pillow).cover, row == 0 ? sham : linen);
    }
    // Those in front lean on a soft wall, tipped as the pillows are.
    front += 0.2f;
    const float tip =
        (row == 0 ? 14.0f : 30.0f) * static_cast<float>(M_PI) / 180;
    around.AddPlane({0, place.top, front + 0.03f},
                    Vec3(0, std::sin(tip), std::cos(tip)));
  }
  if (options.cushions == 0) return;
  const Material accent = Fabric("accent", "#6f7d78", options.accent_cloth);
  const float lean = 38;
  if (options.cushions == 1 || !wide) {
    Pillow lumbar = MakePillow(
        std::min(0.75f, place.width * 0.55f), 0.32f, 0.5f, seed + 91);
    Settle(
        lumbar,
        Leaning(0, place.top + 0.15f, front + 0.13f, lean, random.Range(-3, 3)),
        around,
        75);
    AddCorded(lumbar, accent, builder);
    return;
  }
  for (int i = 0; i < 2; ++i) {
    Pillow cushion = MakePillow(
        0.47f, 0.47f, 0.44f, seed + 101 + static_cast<uint32_t>(i), 0.036f);
    const float x = pitch * (static_cast<float>(i) - 0.5f) * 0.86f;
    Settle(cushion,
           Leaning(
               x, place.top + 0.215f, front + 0.12f, lean, random.Range(-9, 9)),
           around,
           75);
    AddCorded(cushion, accent, builder);
  }
  if (options.cushions < 3) return;
  Pillow lumbar = MakePillow(0.56f, 0.31f, 0.5f, seed + 111, 0.03f);
  front += 0.15f;
  const float tip = 36 * static_cast<float>(M_PI) / 180;
  around.AddPlane({0, place.top, front + 0.03f},
                  Vec3(0, std::sin(tip), std::cos(tip)));
  Settle(
      lumbar,
      Leaning(0.01f, place.top + 0.14f, front + 0.14f, 44, random.Range(-4, 4)),
      around,
      75);
  builder.Add(
      Finish(lumbar).cover,
      Fabric("throw",
             "#a58f78",
             options.throw_cloth == "knit" ? "wool" : options.throw_cloth));
}

}  // namespace

void AddBedding(const MattressPlace& place,
                const BeddingOptions& options,
                uint32_t seed,
                MeshBuilder& builder) {
  AddMattress(place, builder);
  if (options.duvet) {
    const float start =
        place.head + std::min(0.62f, (place.foot - place.head) * 0.32f);
    const Duvet duvet = DrapeDuvet(place, start, options.overhang, seed);
    AddDuvet(duvet, options.duvet_cloth, seed, builder);
    const DrapedSurface surface(
        duvet.sheet, duvet.columns, duvet.rows, duvet.width, duvet.length);
    if (options.fold) AddFold(surface, duvet, 0.27f, seed, builder);
    if (options.throw_blanket)
      AddThrow(
          surface, duvet, options.overhang, options.throw_cloth, seed, builder);
  }
  AddPillows(place, options, seed, builder);
}

}  // namespace stage::engine::procedural
