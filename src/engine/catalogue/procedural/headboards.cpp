#include "engine/catalogue/procedural/headboards.h"

#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/noise.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

Material Padding(const Request& request) {
  const std::string cloth = request.choice("cloth");
  return cloth == "leather" ? Leather("upholstery", "#8a5f3d")
                            : Fabric("upholstery", "#bdb4a6", cloth);
}

/// Upright rolls side by side.
void AddChannels(const HeadboardPlace& place,
                 const Material& padding,
                 MeshBuilder& builder) {
  const int count =
      std::max(4, static_cast<int>(std::lround(place.width / 0.125f)));
  const float each = place.width / static_cast<float>(count);
  builder.Add(
      Board({-place.width / 2 + 0.01f, place.bottom, place.back},
            {place.width / 2 - 0.01f, place.top - 0.02f, place.back + 0.05f},
            0.008f),
      padding);
  for (int i = 0; i < count; ++i) {
    const float x = -place.width / 2 + each * static_cast<float>(i);
    Part roll =
        PaddedBlock({x + 0.0005f, place.bottom, place.back + 0.01f},
                    {x + each - 0.0005f, place.top, place.back + 0.088f},
                    0.028f,
                    0.05f);
    for (Vec3& p : roll.positions) {
      const float across = (p.x() - x) / each * 2 - 1;
      const float crown = 0.014f * (1 - across * across);
      if (p.z() > place.back + 0.06f)
        p.z() +=
            crown + 0.0022f * Noise2(p.y() * 9, static_cast<float>(i) * 5.3f);
      if (p.y() > place.top - 0.03f) p.y() += crown * 0.3f;
    }
    ComputeNormals(roll, Weld::kYes);
    builder.Add(roll, padding);
  }
}

/// Large flat cushions with seams between them, in a padded border.
void AddPanels(const HeadboardPlace& place,
               const Material& padding,
               MeshBuilder& builder) {
  const int count = place.width > 1.3f ? 3 : 2;
  const float border = 0.0f;
  const float each = (place.width - 2 * border) / static_cast<float>(count);
  builder.Add(
      Board({-place.width / 2 + 0.008f, place.bottom, place.back},
            {place.width / 2 - 0.008f, place.top - 0.012f, place.back + 0.05f},
            0.008f),
      padding);
  for (int i = 0; i < count; ++i) {
    const float x = -place.width / 2 + border + each * static_cast<float>(i);
    Part pad = PaddedBlock({x + 0.0005f, place.bottom, place.back + 0.008f},
                           {x + each - 0.0005f, place.top, place.back + 0.082f},
                           0.026f,
                           0.04f);
    for (Vec3& p : pad.positions) {
      const float u = (p.x() - x) / each * 2 - 1;
      const float v =
          (p.y() - place.bottom) / (place.top - place.bottom) * 2 - 1;
      if (p.z() > place.back + 0.055f) {
        p.z() += 0.022f * std::max(0.0f,
                                   (1 - std::pow(std::abs(u), 2.6f)) *
                                       (1 - std::pow(std::abs(v), 4.0f))) +
                 0.003f * Fbm2(p.x() * 8, p.y() * 8, 2);
      }
    }
    ComputeNormals(pad, Weld::kYes);
    builder.Add(pad, padding);
  }
}

/// Deep diamonds drawn in by buttons, inside a plain roll.
void AddTufts(const HeadboardPlace& place,
              const Material& padding,
              MeshBuilder& builder) {
  const float roll = 0.05f;
  const float inner_w = place.width - 2 * roll, low = place.bottom,
              high = place.top - roll;
  const int across =
      std::max(5, static_cast<int>(std::lround(inner_w / 0.19f)));
  const float a = inner_w / static_cast<float>(across), b = a * 0.92f;
  const int columns = static_cast<int>(inner_w / 0.02f),
            rows = static_cast<int>((high - low) / 0.024f);
  Part field = Sheet(columns, rows, [&](float u, float v) {
    const float x = (u - 0.5f) * inner_w, y = low + v * (high - low);
    // Diagonal coordinates: buttons at whole numbers of both, creases along
    // whole numbers of either.
    const float p = x / a + (high - y) / b, q = x / a - (high - y) / b;
    const float fp = p - std::round(p), fq = q - std::round(q);
    const float dp = std::abs(fp), dq = std::abs(fq);
    const float pillow =
        std::pow(std::sin(static_cast<float>(M_PI) * std::min(dp, 0.5f)) *
                     std::sin(static_cast<float>(M_PI) * std::min(dq, 0.5f)),
                 0.45f);
    const float button = std::exp(-(dp * dp + dq * dq) / 0.012f);
    const float rim = std::min({x + inner_w / 2, inner_w / 2 - x, high - y});
    const float flatten = std::clamp(rim / 0.05f, 0.0f, 1.0f);
    return Vec3(x,
                y,
                place.back + 0.062f +
                    flatten * (0.042f * pillow - 0.02f * button) +
                    (1 - flatten) * 0.02f);
  });
  builder.Add(field, padding);
  for (int j = 0; j < 12; ++j) {
    for (int i = -across; i <= across; ++i) {
      // p and q whole: x = (p + q) a / 2, depth below the top = (p - q) b / 2.
      const float x = static_cast<float>(i) * a / 2,
                  down = static_cast<float>(j) * b / 2;
      if ((i + j) % 2 != 0 || std::abs(x) > inner_w / 2 - 0.04f ||
          down < 0.04f || high - down < low + 0.02f)
        continue;
      builder.Add(Moved(Ellipsoid({0.012f, 0.012f, 0.006f}, 2, 4),
                        {x, high - down, place.back + 0.049f}),
                  padding);
    }
  }
  builder.Add(
      Board({-place.width / 2 + 0.01f, place.bottom, place.back},
            {place.width / 2 - 0.01f, place.top - 0.01f, place.back + 0.045f},
            0.008f),
      padding);
  for (const float side : {-1.0f, 1.0f}) {
    const float x = side * (place.width / 2 - roll / 2);
    builder.Add(PaddedBlock({x - roll / 2, place.bottom, place.back + 0.005f},
                            {x + roll / 2, place.top, place.back + 0.1f},
                            0.022f,
                            0.05f),
                padding);
  }
  builder.Add(
      PaddedBlock(
          {-place.width / 2 + roll, place.top - roll, place.back + 0.005f},
          {place.width / 2 - roll, place.top, place.back + 0.1f},
          0.022f,
          0.05f),
      padding);
}

/// A padded panel between two wings that come forward.
void AddWings(const HeadboardPlace& place,
              const Material& padding,
              MeshBuilder& builder) {
  const float wing = 0.07f, reach = 0.24f;
  Part pad =
      PaddedBlock({-place.width / 2 + wing, place.bottom, place.back + 0.005f},
                  {place.width / 2 - wing, place.top, place.back + 0.085f},
                  0.025f,
                  0.03f);
  for (Vec3& p : pad.positions) {
    const float u = p.x() / (place.width / 2 - wing);
    if (p.z() > place.back + 0.055f)
      p.z() += 0.018f * (1 - u * u) + 0.003f * Fbm2(p.x() * 7, p.y() * 7, 2);
  }
  ComputeNormals(pad, Weld::kYes);
  builder.Add(pad, padding);
  Part side = PaddedBlock({0, place.bottom, place.back},
                          {wing, place.top, place.back + reach},
                          0.024f,
                          0.03f);
  for (Vec3& p : side.positions) {
    // The wing narrows towards its foot in a soft curve.
    const float v = (p.y() - place.bottom) / (place.top - place.bottom);
    const float shrink = 0.72f + 0.28f * std::sqrt(std::clamp(v, 0.0f, 1.0f));
    p.z() = place.back + (p.z() - place.back) * shrink;
  }
  ComputeNormals(side, Weld::kYes);
  builder.Add(Moved(side, {place.width / 2 - wing, 0, 0}), padding);
  builder.Add(Moved(MirroredX(side), {-place.width / 2 + wing, 0, 0}), padding);
}

/// Posts, rails and round or flat spindles.
void AddSlats(const HeadboardPlace& place,
              const Material& wood,
              MeshBuilder& builder) {
  const float x = place.width / 2, z = place.back + 0.025f;
  for (const float side : {-1.0f, 1.0f}) {
    builder.AddBoard(Rod({side * (x - 0.022f), 0, z},
                         {side * (x - 0.022f), place.top - 0.02f, z},
                         0.018f,
                         0.021f,
                         24),
                     wood);
  }
  builder.AddBoard(Board({-x, place.top - 0.075f, place.back + 0.008f},
                         {x, place.top, place.back + 0.042f},
                         0.012f,
                         4),
                   wood);
  builder.AddBoard(
      Board({-x + 0.02f, place.bottom + 0.08f, place.back + 0.012f},
            {x - 0.02f, place.bottom + 0.13f, place.back + 0.038f},
            0.008f,
            3),
      wood);
  const int count = static_cast<int>(place.width / 0.105f);
  for (int i = 1; i < count; ++i) {
    const float at =
        -x + 2 * x * static_cast<float>(i) / static_cast<float>(count);
    builder.AddBoard(Rod({at, place.bottom + 0.12f, z},
                         {at, place.top - 0.06f, z},
                         0.0095f,
                         0.0095f,
                         14),
                     wood);
  }
}

/// A bent wooden frame around a woven field.
void AddRattan(const HeadboardPlace& place,
               const Material& wood,
               MeshBuilder& builder) {
  const float x = place.width / 2 - 0.022f, z = place.back + 0.03f;
  const float corner = std::min(0.28f, (place.top - place.bottom) * 0.5f);
  std::vector<Vec3> path{{-x, 0.02f, z}, {-x, place.top - corner, z}};
  for (int i = 1; i <= 10; ++i) {
    const float a = static_cast<float>(M_PI) / 2 * static_cast<float>(i) / 10;
    path.push_back({-x + corner - corner * std::cos(a),
                    place.top - 0.022f - corner + corner * std::sin(a),
                    z});
  }
  const size_t half = path.size();
  for (size_t i = half; i-- > 0;)
    path.push_back({-path[i].x(), path[i].y(), z});
  builder.AddBoard(Tube(path, 0.022f, 20), wood);
  builder.AddBoard(Rod({-x, place.bottom + 0.02f, z},
                       {x, place.bottom + 0.02f, z},
                       0.017f,
                       0.017f,
                       18),
                   wood);
  for (const float at : {-x / 3, x / 3}) {
    builder.AddBoard(Rod({at, place.bottom + 0.02f, z},
                         {at, place.top - 0.025f, z},
                         0.013f,
                         0.013f,
                         16),
                     wood);
  }
  const Part field = Sheet(60, 30, [&](float u, float v) {
    const float px = (u - 0.5f) * 2 * x;
    const float into = std::max(0.0f, std::abs(px) - (x - corner));
    const float top = place.top - 0.022f - corner +
                      std::sqrt(std::max(0.0f, corner * corner - into * into));
    return Vec3(px, place.bottom + 0.02f + v * (top - place.bottom - 0.02f), z);
  });
  builder.Add(Thicken(field, 60, 30, [](float, float) { return 0.006f; }),
              Woven("basket", "cane"));
}

/// One or two broad boards, leaning a little back.
void AddPlanks(const HeadboardPlace& place,
               const Material& wood,
               MeshBuilder& builder) {
  const float x = place.width / 2, middle = (place.bottom + place.top) / 2;
  builder.AddBoard(Board({-x, place.bottom, place.back + 0.005f},
                         {x, middle - 0.0015f, place.back + 0.04f},
                         0.005f,
                         3),
                   wood);
  builder.AddBoard(Board({-x, middle + 0.0015f, place.back + 0.005f},
                         {x, place.top, place.back + 0.04f},
                         0.005f,
                         3),
                   wood);
  for (const float side : {-1.0f, 1.0f}) {
    builder.AddBoard(Board({side * (x - 0.2f) - 0.025f, 0, place.back},
                           {side * (x - 0.2f) + 0.025f,
                            place.top - 0.06f,
                            place.back + 0.012f},
                           0.003f),
                     wood);
  }
}

/// Iron tube with a soft curve above upright bars.
void AddIron(const HeadboardPlace& place,
             const Material& metal,
             MeshBuilder& builder) {
  const float x = place.width / 2 - 0.016f, z = place.back + 0.02f;
  const float shoulder = place.top - 0.2f;
  std::vector<Vec3> bow;
  for (int i = 0; i <= 32; ++i) {
    const float t = static_cast<float>(i) / 32 * 2 - 1;
    bow.push_back({t * x,
                   shoulder + (place.top - 0.012f - shoulder) *
                                  std::sqrt(std::max(0.0f, 1 - t * t * t * t)),
                   z});
  }
  builder.Add(Tube(bow, 0.012f, 16), metal);
  for (const float side : {-1.0f, 1.0f}) {
    builder.Add(
        Rod({side * x, 0, z}, {side * x, shoulder, z}, 0.015f, 0.015f, 18),
        metal);
    builder.Add(Moved(Ellipsoid({0.02f, 0.02f, 0.02f}),
                      {side * x, shoulder + 0.012f, z}),
                metal);
  }
  const float rail = place.bottom + 0.05f;
  builder.Add(Rod({-x, rail, z}, {x, rail, z}, 0.009f, 0.009f, 14), metal);
  builder.Add(Rod({-x, shoulder - 0.06f, z},
                  {x, shoulder - 0.06f, z},
                  0.009f,
                  0.009f,
                  14),
              metal);
  const int count = static_cast<int>(place.width / 0.13f);
  for (int i = 1; i < count; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(count) * 2 - 1;
    const float top =
        shoulder + (place.top - 0.012f - shoulder) *
                       std::sqrt(std::max(0.0f, 1 - t * t * t * t));
    builder.Add(Rod({t * x, rail, z}, {t * x, top, z}, 0.006f, 0.006f, 12),
                metal);
  }
}

}  // namespace

const std::vector<std::string>& HeadboardStyles() {
  static const std::vector<std::string> kStyles{"channel",
                                                "panel",
                                                "tufted",
                                                "winged",
                                                "slat",
                                                "rattan",
                                                "plank",
                                                "iron"};
  return kStyles;
}

bool IsUpholstered(const std::string& style) {
  return style == "channel" || style == "panel" || style == "tufted" ||
         style == "winged";
}

float HeadboardDepth(const std::string& style) {
  return IsUpholstered(style) ? 0.105f : 0.055f;
}

void AddHeadboard(const HeadboardPlace& place,
                  const Request& request,
                  MeshBuilder& builder) {
  const std::string style = request.choice("headboard");
  const Material wood = Wood(request.choice("wood"));
  if (style == "channel") AddChannels(place, Padding(request), builder);
  if (style == "panel") AddPanels(place, Padding(request), builder);
  if (style == "tufted") AddTufts(place, Padding(request), builder);
  if (style == "winged") AddWings(place, Padding(request), builder);
  if (style == "slat") AddSlats(place, wood, builder);
  if (style == "rattan") AddRattan(place, wood, builder);
  if (style == "plank") AddPlanks(place, wood, builder);
  if (style == "iron") AddIron(place, Metal(request.choice("metal")), builder);
}

}  // namespace stage::engine::procedural
