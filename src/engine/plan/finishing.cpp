#include "engine/plan/finishing.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "core/error.h"
#include "engine/plan/surface_probe.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kCurtainDepth = 0.14;  // metres off the wall
constexpr double kCurtainPanel = 0.42;  // width of a gathered panel
constexpr double kSure = 0.5;           // windows worth dressing

std::shared_ptr<const Mesh> MeshOf(const Catalogue& catalogue,
                                   const Item& item) {
  try {
    return catalogue.Load(item.picked.piece->id,
                          item.picked.size,
                          item.picked.overrides,
                          item.picked.parameters);
  } catch (const Error&) {
    return nullptr;  // the renderer will report it; nothing is put on it
  }
}

MemberSpec Spec(const std::string& function, double most_width) {
  MemberSpec spec;
  spec.function = spec.role = function;
  spec.max_width = most_width;
  return spec;
}

Item SoftItem(const PickedPiece& picked,
              const Item& host,
              const std::string& function) {
  Item item;
  item.picked = picked;
  item.role = item.function = function;
  item.group = host.group;
  item.solid = false;
  item.rect.width = picked.width();
  item.rect.depth = picked.depth();
  return item;
}

/// Two or three cushions in the corners of a sofa, one on a reading chair.
void CushionsOn(const StyleSheet& sheet,
                const Item& host,
                const Seat& seat,
                Arrangement& arrangement) {
  const auto picked = sheet.Pick(Spec("cushion", 0.6));
  if (!picked) return;
  const double inner = seat.right - seat.left;
  const double size = picked->width();
  struct Spot {
    double x, turn;
  };
  std::vector<Spot> spots;
  if (host.function == "sofa") {
    const double edge = inner / 2 - size / 2 - 0.02;
    const double middle = (seat.left + seat.right) / 2;
    if (edge < size / 2) return;
    spots.push_back({middle - edge, 0.22});
    spots.push_back({middle + edge, -0.22});
    if (sheet.density() > 0.55 && inner > 1.5) {
      const double side = sheet.choice().Unit("third cushion") < 0.5 ? 1 : -1;
      spots.push_back({middle + side * (edge - size * 0.72), -side * 0.1});
    }
  } else if (inner > size && sheet.density() > 0.5 && host.group > 0) {
    spots.push_back({(seat.left + seat.right) / 2, 0.05});
  }
  for (size_t i = 0; i < spots.size(); ++i) {
    Item item = SoftItem(*picked, host, "cushion");
    item.rect.yaw = host.rect.yaw + spots[i].turn;
    item.rect.center = host.rect.At(
        spots[i].x, seat.back + picked->depth() / 2 + (i == 2 ? 0.09 : 0.02));
    item.bottom = seat.height;
    item.picked.parameters["seed"] =
        static_cast<int>(sheet.choice().Bits("cushion") % 900 + i);
    arrangement.Add(item);
  }
}

}  // namespace

void AddSoftGoods(const StyleSheet& sheet, Arrangement& arrangement) {
  const std::vector<Item> hosts = arrangement.items();
  for (const Item& host : hosts) {
    if (host.function != "sofa" && host.function != "armchair") continue;
    const auto mesh = MeshOf(sheet.catalogue(), host);
    if (mesh == nullptr) continue;
    const auto seat = SurfaceProbe(*mesh).FindSeat();
    if (!seat) continue;
    CushionsOn(sheet, host, *seat, arrangement);
  }
}

void AddCurtains(const StyleSheet& sheet, Arrangement& arrangement) {
  const RoomSurvey& survey = arrangement.survey();
  const auto picked = sheet.Pick(Spec("curtain", 6));
  if (!picked || !survey.walls_are_known()) return;
  const double ceiling = survey.scene().room.height;
  for (size_t w = 0; w < survey.walls().size(); ++w) {
    const WallSurvey& wall = survey.walls()[w];
    if (!wall.wall().real) continue;
    for (const Opening& window : wall.openings()) {
      if (window.kind != OpeningKind::kWindow || window.confidence < kSure) {
        continue;
      }
      const double rod = std::min(window.v1 + 0.16, ceiling - 0.06);
      // Both panels or none: half a pair looks like a mistake.
      std::vector<Item> panels;
      for (const double side : {-1.0, 1.0}) {
        const double u = side < 0 ? window.u0 - kCurtainPanel / 2 + 0.08
                                  : window.u1 + kCurtainPanel / 2 - 0.08;
        const double low = u - kCurtainPanel / 2, high = u + kCurtainPanel / 2;
        if (low < 0.02 || high > wall.wall().length - 0.02) break;
        const double beside0 = side < 0 ? low : window.u1 + 0.02;
        const double beside1 = side < 0 ? window.u0 - 0.02 : high;
        if (wall.Busy(beside0, beside1, 0.2, 2.1) > 0.35) break;
        bool other = false;
        for (const Opening& opening : wall.openings()) {
          other |= &opening != &window && high > opening.u0 - 0.02 &&
                   low < opening.u1 + 0.02;
        }
        if (other) break;
        Item item = SoftItem(*picked, Item{}, "curtain");
        item.rect.yaw = YawTowards(wall.wall().normal);
        item.rect.width = kCurtainPanel;
        item.rect.depth = kCurtainDepth;
        item.picked.size = {kCurtainPanel, kCurtainDepth, rod};
        item.wall = static_cast<int>(w);
        const Eigen::Vector3d at = wall.At(u, 0, kCurtainDepth / 2 + 0.02);
        item.rect.center = {at.x(), at.z()};
        item.bottom = 0.01;
        bool blocked = false;
        for (const Item& piece : arrangement.items()) {
          blocked |= piece.bottom < rod && piece.function != "rug" &&
                     Collide(item.rect, piece.rect, 0.01);
        }
        for (const Obstacle& obstacle : survey.scene().obstacles) {
          blocked |= Collide(item.rect, obstacle.footprint);
        }
        const auto view = survey.view().Look(item.rect, 0, rod);
        if (blocked || !view || survey.OccupiedFloor(item.rect) > 0.6) break;
        item.view = *view;
        panels.push_back(item);
      }
      if (panels.size() != 2) continue;
      if (panels[0].view.visible_fraction < 0.3 &&
          panels[1].view.visible_fraction < 0.3) {
        continue;
      }
      for (const Item& panel : panels) {
        if (panel.view.visible_fraction > 0.02) {
          arrangement.items().push_back(panel);
        }
      }
    }
  }
}

void SettleOnSurfaces(const Catalogue& catalogue, Arrangement& arrangement) {
  std::vector<Item>& items = arrangement.items();
  std::vector<std::unique_ptr<SurfaceProbe>> probes(items.size());
  for (size_t i = items.size(); i-- > 0;) {
    Item& item = items[i];
    if (item.solid || item.bottom < 0.1 || item.wall >= 0 ||
        item.function == "cushion" || item.function == "throw") {
      continue;
    }
    bool stands = false;
    for (size_t k = 0; k < items.size() && !stands; ++k) {
      const Item& host = items[k];
      if (!host.solid || host.rect.Distance(item.rect.center) > 0.01) continue;
      if (probes[k] == nullptr) {
        const auto mesh = MeshOf(catalogue, host);
        if (mesh == nullptr) continue;
        probes[k] = std::make_unique<SurfaceProbe>(*mesh);
      }
      const Vector2d offset = item.rect.center - host.rect.center;
      const auto level = probes[k]->Stand(offset.dot(host.rect.Right()),
                                          offset.dot(host.rect.Front()),
                                          item.rect.width,
                                          item.rect.depth);
      if (!level) continue;
      item.bottom = host.bottom + *level;
      stands = true;
    }
    if (!stands) {
      items.erase(items.begin() + i);
      probes.erase(probes.begin() + i);
    }
  }
}

void DrawPatterns(const StyleSheet& sheet, Arrangement& arrangement) {
  for (Item& item : arrangement.items()) {
    std::string part;
    if (item.function == "rug") part = "rugs";
    if (item.function == "wall_art") part = "art";
    if (item.function == "curtain") part = "curtains";
    if (part.empty() || item.picked.piece->source != "procedural") continue;
    const nlohmann::json entry = sheet.Entry(part, std::to_string(item.group));
    nlohmann::json& parameters = item.picked.parameters;
    parameters.update(entry.value("parameters", nlohmann::json::object()));
    if (entry.value("takes_colours", true)) {
      parameters["colours"] = entry.at("colours");
    }
    if (!parameters.contains("seed")) {
      parameters["seed"] = static_cast<int>(
          sheet.choice().Bits(part + std::to_string(item.group)) % 1000);
    }
  }
}

}  // namespace stage::engine
