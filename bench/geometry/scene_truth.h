#pragma once

#include <Eigen/Core>
#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/scene/room_layout.h"
#include "engine/scene/seen_room.h"

namespace stage::bench {

using TruthSegment = std::pair<Eigen::Vector2d, Eigen::Vector2d>;
using PixelBox = Eigen::Vector4d;  ///< x, y, width, height

/// The annotated geometry of one photo, in pixels of the upright file.
struct SceneTruth {
  int width_px = 0;
  int height_px = 0;
  std::vector<Eigen::Vector2d> floor_polygon;
  std::vector<TruthSegment> vertical_edges;
  std::vector<std::vector<TruthSegment>> horizontal_lines;  ///< by direction
  std::vector<PixelBox> windows, doors;
  double camera_height_m = 0, ceiling_m = 0;  ///< 0: not known
};

/// @throws nlohmann::json::exception when a key is missing
SceneTruth ReadTruth(const nlohmann::json& entry);

/// Found, wanted and matched boxes at an overlap of one half.
struct BoxCounts {
  int found = 0, wanted = 0, matched = 0;
  double precision() const { return found ? double(matched) / found : 1; }
  double recall() const { return wanted ? double(matched) / wanted : 1; }
  BoxCounts& operator+=(const BoxCounts& other);
};

struct SceneScore {
  double floor_iou = 0;
  double horizontal_error_deg = 0;  ///< median over segments; -1: none
  double vertical_error_deg = 0;
  BoxCounts windows, doors;  ///< passages count as doors
  double scale = 0;          ///< found / true camera height; 0: not known
  double ceiling = 0;        ///< the same of the ceiling in camera heights
};

/// What a segmentation network that is never wrong would see, at the
/// resolution of one: a quarter of 512 pixels on the shorter side.
engine::SeenRoom SeenTruth(const SceneTruth& truth);

SceneScore ScoreScene(const engine::Scene& scene, const SceneTruth& truth);

}  // namespace stage::bench
