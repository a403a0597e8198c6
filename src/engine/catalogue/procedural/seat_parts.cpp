#include "engine/catalogue/procedural/seat_parts.h"

#include <algorithm>
#include <cmath>

#include "engine/catalogue/procedural/materials.h"
#include "engine/catalogue/procedural/shapes.h"

namespace stage::engine::procedural {
namespace {

constexpr float kPi = static_cast<float>(M_PI);

}  // namespace

Material SeatCover(const Request& request) {
  const std::string cloth = request.choice("cloth");
  if (cloth == "leather") return Leather("upholstery", "#7c5236");
  return Fabric("upholstery", "#b5aca0", cloth);
}

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

void AddFourLegs(const LegPlace& place,
                 const Request& request,
                 MeshBuilder& builder) {
  const auto& [x_front, x_back, z_front, z_back, height, splay] = place;
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

std::vector<ParameterRule> SeatRules(std::vector<ParameterRule> own) {
  own.push_back(
      Choice("cloth",
             {"linen", "boucle", "velvet", "tweed", "wool", "leather"},
             "Cover"));
  own.push_back(Choice(
      "legs", {"wood", "metal", "plinth"}, "Legs; plinth for tub chairs"));
  own.push_back(WoodChoice("Species or finish"));
  own.push_back(Choice(
      "metal", {"black", "brass", "bronze", "steel", "chrome"}, "Metal legs"));
  return own;
}

}  // namespace stage::engine::procedural
