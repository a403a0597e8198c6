#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.h"
#include "engine/scene/analyze_scene.h"

namespace stage::engine {
namespace {

using nlohmann::json;

double Rounded(double value, double digits) {
  return std::round(value * digits) / digits;
}

json PointsJson(const std::vector<Eigen::Vector2d>& points, double digits) {
  json list = json::array();
  for (const Eigen::Vector2d& p : points) {
    list.push_back({Rounded(p.x(), digits), Rounded(p.y(), digits)});
  }
  return list;
}

const char* KindName(OpeningKind kind) {
  switch (kind) {
    case OpeningKind::kWindow:
      return "window";
    case OpeningKind::kDoor:
      return "door";
    case OpeningKind::kPassage:
      return "passage";
  }
  return "";
}

const char* TrustName(SceneTrust trust) {
  switch (trust) {
    case SceneTrust::kRoom:
      return "room";
    case SceneTrust::kFloorOnly:
      return "floor-only";
    case SceneTrust::kNone:
      return "none";
  }
  return "";
}

json CameraJson(const Camera& camera) {
  const Eigen::Vector3d angles = camera.PitchRollYawDegrees();
  return {
      {"focal_px", Rounded(camera.focal_px, 10)},
      {"pitch_deg", Rounded(angles[0], 1000)},
      {"roll_deg", Rounded(angles[1], 1000)},
      {"yaw_deg", Rounded(angles[2], 1000)},
      {"height_m", Rounded(camera.position.y(), 1000)},
      {"center_px",
       {Rounded(camera.center_px.x(), 10), Rounded(camera.center_px.y(), 10)}},
      {"k1", Rounded(camera.k1, 1e5)}};
}

/// Reads sidecars; every complaint names the key by its path.
class SidecarReader {
 public:
  [[noreturn]] static void Fail(const std::string& key,
                                const std::string& wanted) {
    throw Error(ErrorKind::kInput,
                "sidecar: '" + key + "' must be " + wanted +
                    "; `stage analyze --json` prints an example");
  }

  static double Number(const json& value,
                       const std::string& key,
                       double low,
                       double high) {
    if (!value.is_number()) Fail(key, "a number");
    const double number = value.get<double>();
    if (!(number >= low && number <= high)) {
      Fail(key, "between " + json(low).dump() + " and " + json(high).dump());
    }
    return number;
  }

  static std::vector<double> Numbers(const json& value,
                                     const std::string& key,
                                     size_t count,
                                     const std::string& wanted) {
    if (!value.is_array() || value.size() != count ||
        !std::all_of(value.begin(), value.end(), [](const json& v) {
          return v.is_number();
        })) {
      Fail(key, wanted);
    }
    return value.get<std::vector<double>>();
  }
};

void ReadCamera(const json& camera, SceneHints& hints) {
  if (!camera.is_object()) SidecarReader::Fail("camera", "an object");
  const auto number =
      [&](const char* key, double low, double high) -> std::optional<double> {
    if (!camera.contains(key) || camera[key].is_null()) return std::nullopt;
    return SidecarReader::Number(
        camera[key], "camera." + std::string(key), low, high);
  };
  hints.focal_px = number("focal_px", 10, 1e6);
  hints.camera_height_m = number("height_m", 0.1, 20);
  hints.k1 = number("k1", -0.3, 0.5).value_or(0);
  if (camera.contains("center_px") && !camera["center_px"].is_null()) {
    const auto center = SidecarReader::Numbers(
        camera["center_px"], "camera.center_px", 2, "[x, y] in pixels");
    hints.center_px = Eigen::Vector2d(center[0], center[1]);
  }
  const auto pitch = number("pitch_deg", -80, 80);
  const auto roll = number("roll_deg", -45, 45);
  const auto yaw = number("yaw_deg", -180, 180);
  if (pitch && roll && yaw) {
    hints.pitch_roll_yaw_degrees = Eigen::Vector3d(*pitch, *roll, *yaw);
  } else if (pitch || roll || yaw) {
    SidecarReader::Fail("camera",
                        "given with all of pitch_deg, roll_deg and yaw_deg");
  }
}

OpeningKind ReadKind(const json& value, const std::string& key) {
  if (value == "window") return OpeningKind::kWindow;
  if (value == "door") return OpeningKind::kDoor;
  if (value == "passage") return OpeningKind::kPassage;
  SidecarReader::Fail(key, "\"window\", \"door\" or \"passage\"");
}

void ReadOpenings(const json& list, SceneHints& hints) {
  if (!list.is_array()) SidecarReader::Fail("openings", "a list");
  hints.openings.emplace();
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string key = "openings[" + std::to_string(i) + "]";
    const json& item = list[i];
    if (!item.is_object() || !item.contains("kind") || !item.contains("box")) {
      SidecarReader::Fail(key, "an object with 'kind' and 'box'");
    }
    const auto box = SidecarReader::Numbers(
        item["box"], key + ".box", 4, "[x, y, width, height] in pixels");
    if (box[2] <= 0 || box[3] <= 0) {
      SidecarReader::Fail(key + ".box", "of positive width and height");
    }
    hints.openings->push_back({ReadKind(item["kind"], key + ".kind"),
                               box[0],
                               box[1],
                               box[2],
                               box[3]});
  }
}

}  // namespace

json SceneToJson(const Scene& scene) {
  json vanishing = json::array();
  for (const Eigen::Vector3d& v : scene.vanishing_points) {
    vanishing.push_back({v.x(), v.y(), v.z()});
  }
  json openings = json::array();
  for (const Opening& opening : scene.room.openings) {
    const auto box = OpeningBoxPx(scene, opening);
    if (!box) continue;
    openings.push_back({{"kind", KindName(opening.kind)},
                        {"box",
                         {Rounded((*box)[0], 10),
                          Rounded((*box)[1], 10),
                          Rounded((*box)[2], 10),
                          Rounded((*box)[3], 10)}},
                        {"confidence", Rounded(opening.confidence, 1000)}});
  }
  json obstacles = json::array();
  for (const Obstacle& obstacle : scene.obstacles) {
    obstacles.push_back({{"footprint", PointsJson(obstacle.footprint, 1000)},
                         {"height", Rounded(obstacle.height, 1000)}});
  }
  return {
      {"size", {scene.camera.width_px, scene.camera.height_px}},
      {"confidence", Rounded(scene.confidence, 1000)},
      {"trust", TrustName(scene.trust)},
      {"camera", CameraJson(scene.camera)},
      {"vanishing_points", vanishing},
      {"floor_polygon", PointsJson(scene.floor_polygon_px, 10)},
      {"room",
       {{"floor", PointsJson(scene.room.floor, 1000)},
        {"height", Rounded(scene.room.height, 1000)}}},
      {"openings", openings},
      {"obstacles", obstacles},
      {"room_type", scene.room_type},
      {"room_type_probability", Rounded(scene.room_type_probability, 1000)}};
}

SceneHints HintsFromJson(const json& sidecar) {
  SceneHints hints;
  if (!sidecar.is_object()) {
    SidecarReader::Fail("(the whole file)", "a JSON object");
  }
  const auto given = [&](const char* key) {
    return sidecar.contains(key) && !sidecar[key].is_null();
  };
  if (given("camera")) ReadCamera(sidecar["camera"], hints);
  if (given("room")) {
    const json& room = sidecar["room"];
    // A plain string is the room's type, which is not the scene's business.
    if (room.is_object() && room.contains("height")) {
      hints.ceiling_height_m =
          SidecarReader::Number(room["height"], "room.height", 1, 30);
    }
  }
  if (given("floor_polygon")) {
    const json& list = sidecar["floor_polygon"];
    if (!list.is_array() || (!list.empty() && list.size() < 3)) {
      SidecarReader::Fail("floor_polygon", "a list of three or more [x, y]");
    }
    for (size_t i = 0; i < list.size(); ++i) {
      const auto p =
          SidecarReader::Numbers(list[i],
                                 "floor_polygon[" + std::to_string(i) + "]",
                                 2,
                                 "[x, y] in pixels of the upright photo");
      hints.floor_polygon_px.push_back({p[0], p[1]});
    }
  }
  if (given("openings")) ReadOpenings(sidecar["openings"], hints);
  return hints;
}

}  // namespace stage::engine
