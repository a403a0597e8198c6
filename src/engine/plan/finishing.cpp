#include "engine/plan/finishing.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "core/error.h"
#include "engine/catalogue/procedural/procedural_pieces.h"
#include "engine/plan/surface_probe.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kCurtainDepth = 0.14;  // metres off the wall
constexpr double kCurtainPanel = 0.3;   // of wall that a panel takes
constexpr double kOverlap = 0.08;       // of the glass that it covers
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

/// A generated sofa is made with its cushions, and sometimes with a blanket
/// over the arm that the camera sees best; what the style sets itself stays.
void DressMadeSofa(const StyleSheet& sheet,
                   const PictureView& view,
                   Item& sofa) {
  const nlohmann::json known = ProceduralParameters(sofa.picked.piece->id);
  nlohmann::json& chosen = sofa.picked.parameters;
  const double density = sheet.density();
  if (known.contains("cushions") && !chosen.contains("cushions")) {
    int count = 2;
    if (sofa.rect.width > 1.8 && density > 0.45) {
      count += sheet.choice().Unit("sofa cushions") < density ? 2 : 1;
    }
    chosen["cushions"] = count;
  }
  if (known.contains("throw") && !chosen.contains("throw") &&
      sheet.choice().Unit("sofa throw") < density) {
    const double side =
        (view.camera_on_floor() - sofa.rect.center).dot(sofa.rect.Right());
    chosen["throw"] = side > 0 ? "right" : "left";
  }
}

/// True when a drawn-back panel fits beside a window (side -1: at its u0).
bool HasRoomForPanel(const RoomSurvey& survey,
                     const Arrangement& arrangement,
                     size_t wall_index,
                     const Opening& window,
                     double side,
                     double top) {
  const WallSurvey& wall = survey.walls()[wall_index];
  const double low = side < 0 ? window.u0 - kCurtainPanel : window.u1;
  const double high = low + kCurtainPanel;
  if (low < 0.02 || high > wall.wall().length - 0.02) return false;
  if (wall.Busy(low, high, 0.3, 2.0) > 0.45) return false;
  for (const Opening& other : wall.openings()) {
    if (&other != &window && high > other.u0 - 0.03 && low < other.u1 + 0.03) {
      return false;
    }
  }
  FloorRect panel;
  const Eigen::Vector3d at =
      wall.At((low + high) / 2, 0, kCurtainDepth / 2 + 0.015);
  panel.center = {at.x(), at.z()};
  panel.yaw = YawTowards(wall.wall().normal);
  panel.width = kCurtainPanel + kOverlap;
  panel.depth = kCurtainDepth;
  for (const Item& piece : arrangement.items()) {
    if (piece.function != "rug" && piece.bottom < top &&
        Collide(panel, piece.rect, 0.01)) {
      return false;
    }
  }
  for (const Obstacle& obstacle : survey.scene().obstacles) {
    if (Collide(panel, obstacle.footprint)) return false;
  }
  return true;
}

/// A pair of curtains stands off the wall: seen along it, they would hide the
/// window that they are to frame.
bool IsSeenAlongWall(const RoomSurvey& survey,
                     const WallSurvey& wall,
                     const Opening& window) {
  constexpr double kLeastFacing = 0.6;  // cosine
  const Eigen::Vector3d middle = wall.At((window.u0 + window.u1) / 2, 0, 0);
  const Eigen::Vector2d to_camera =
      survey.view().camera_on_floor() - Eigen::Vector2d(middle.x(), middle.z());
  return to_camera.normalized().dot(wall.wall().normal) < kLeastFacing;
}

}  // namespace

void AddSoftGoods(const StyleSheet& sheet, Arrangement& arrangement) {
  for (Item& item : arrangement.items()) {
    if (item.function == "sofa" && item.picked.piece->source == "procedural") {
      DressMadeSofa(sheet, arrangement.survey().view(), item);
    }
  }
  const std::vector<Item> hosts = arrangement.items();
  for (const Item& host : hosts) {
    if (host.function != "sofa" && host.function != "armchair") continue;
    if (host.picked.piece->source == "procedural") continue;
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
      if (window.kind != OpeningKind::kWindow || window.confidence < kSure ||
          window.u1 - window.u0 < 0.5 ||
          IsSeenAlongWall(survey, wall, window)) {
        continue;
      }
      const double top = std::min(window.v1 + 0.18, ceiling - 0.05);
      // Both panels or none: half a pair looks like a mistake.
      if (top < window.v1 + 0.06 ||
          !HasRoomForPanel(survey, arrangement, w, window, -1, top) ||
          !HasRoomForPanel(survey, arrangement, w, window, 1, top)) {
        continue;
      }
      Item item = SoftItem(*picked, Item{}, "curtain");
      const double width = window.u1 - window.u0 + 2 * kCurtainPanel;
      item.wall = static_cast<int>(w);
      item.rect.yaw = YawTowards(wall.wall().normal);
      item.rect.width = width;
      item.rect.depth = kCurtainDepth;
      item.picked.size = {width, kCurtainDepth, top - 0.01};
      if (item.picked.piece->source == "procedural") {
        item.picked.parameters["stack"] =
            std::clamp((kCurtainPanel + kOverlap) / width, 0.05, 0.5);
      }
      const Eigen::Vector3d at =
          wall.At((window.u0 + window.u1) / 2, 0, kCurtainDepth / 2 + 0.015);
      item.rect.center = {at.x(), at.z()};
      item.bottom = 0.01;
      const auto view = survey.view().Look(item.rect, 0, top);
      if (!view || view->visible_fraction < 0.35) continue;
      item.view = *view;
      arrangement.items().push_back(item);
    }
  }
}

void SettleOnSurfaces(const Catalogue& catalogue, Arrangement& arrangement) {
  std::vector<Item>& items = arrangement.items();
  std::vector<std::unique_ptr<SurfaceProbe>> probes(items.size());
  for (size_t i = items.size(); i-- > 0;) {
    Item& item = items[i];
    if (item.solid || item.bottom < 0.1 || item.wall >= 0 || item.hangs ||
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

void SeedPieces(const StyleSheet& sheet, Arrangement& arrangement) {
  for (Item& item : arrangement.items()) {
    if (item.picked.piece->source != "procedural") continue;
    // Two of a kind in one group are twins but for what hands make.
    if (item.picked.parameters.contains("seed")) continue;
    item.picked.parameters["seed"] = static_cast<int>(
        sheet.choice().Bits(item.function + std::to_string(item.group)) % 1000);
  }
}

}  // namespace stage::engine
