#include "engine/plan/room_survey.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace stage::engine {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kCell = 0.1;         // metres, floor grid
constexpr double kWallGap = 0.015;    // pieces may not touch a wall closer
constexpr double kOnWall = 0.45;      // nearer counts as before the wall
constexpr double kBelievable = 0.25;  // openings below are not believed
constexpr double kFloorSill = 0.3;    // a lower sill reaches the floor
constexpr double kMaxTaken = 0.06;    // of a footprint's visible floor
constexpr double kOverSill = 0.14;    // metres of a back seen before a window

ImageF ToLab(const ImageU8& srgb) {
  if (srgb.empty()) return {};
  const cv::Mat bytes(
      srgb.height(), srgb.width(), CV_8UC3, const_cast<uint8_t*>(srgb.data()));
  cv::Mat rgb, small, lab;
  bytes.convertTo(rgb, CV_32FC3, 1.0 / 255);
  // Detail finer than the wall cells is texture, not furniture.
  cv::GaussianBlur(rgb, small, {}, std::max(1.0, srgb.width() / 700.0));
  cv::cvtColor(small, lab, cv::COLOR_RGB2Lab);
  ImageF result(srgb.width(), srgb.height(), 3);
  std::copy_n(
      lab.ptr<float>(), result.size_bytes() / sizeof(float), result.data());
  return result;
}

bool ReachesFloor(const Opening& opening) {
  return opening.kind != OpeningKind::kWindow || opening.v0 < kFloorSill;
}

/// The mask's value at a point of the picture, given in fractions.
bool MaskAt(const ImageU8& mask, const Vector2d& at) {
  const int x =
      std::clamp(static_cast<int>(at.x() * mask.width()), 0, mask.width() - 1);
  const int y = std::clamp(
      static_cast<int>(at.y() * mask.height()), 0, mask.height() - 1);
  return mask.at(x, y) > 127;
}

}  // namespace

std::string_view MisfitName(Misfit misfit) {
  constexpr std::array<std::string_view, static_cast<size_t>(Misfit::kCount)>
      kNames = {"fits",
                "near the camera",
                "overlaps",
                "outside",
                "door",
                "obstacle",
                "window",
                "taken floor",
                "cropped",
                "too large",
                "hides",
                "hidden",
                "clearance"};
  return kNames.at(static_cast<size_t>(misfit));
}

RoomSurvey::RoomSurvey(const Scene& scene,
                       const ImageU8& srgb,
                       const Clearances& clearances)
    : scene_(scene),
      clearances_(clearances),
      view_(scene.camera),
      line_of_sight_(scene) {
  std::erase_if(scene_.room.openings, [](const Opening& opening) {
    return opening.confidence < kBelievable;
  });
  const ImageF lab = ToLab(srgb);
  const std::vector<Wall> walls = scene_.room.Walls();
  for (size_t i = 0; i < walls.size(); ++i) {
    std::vector<Opening> openings;
    for (const Opening& opening : scene_.room.openings) {
      if (opening.wall == static_cast<int>(i)) openings.push_back(opening);
    }
    walls_.emplace_back(walls[i], openings, scene_.room.height, view_, lab);
    for (const Opening& opening : openings) {
      const WallSurvey& wall = walls_.back();
      if (ReachesFloor(opening)) {
        const Vector3d middle =
            wall.At((opening.u0 + opening.u1) / 2, 0, clearances_.door_m / 2);
        door_zones_.push_back({{middle.x(), middle.z()},
                               YawTowards(wall.wall().normal),
                               opening.u1 - opening.u0 + 0.1,
                               clearances_.door_m});
      }
      const auto seen = view_.Look({wall.At(opening.u0, opening.v0),
                                    wall.At(opening.u1, opening.v0),
                                    wall.At(opening.u1, opening.v1),
                                    wall.At(opening.u0, opening.v1)});
      if (seen && seen->share > 0) {
        opening_views_.push_back(*seen);
        const Vector3d center = wall.At((opening.u0 + opening.u1) / 2, 0);
        opening_views_.back().distance =
            (Vector2d(center.x(), center.z()) - view_.camera_on_floor()).norm();
      }
    }
  }
  SurveyFloor();
  SurveyWays();
}

void RoomSurvey::SurveyFloor() {
  const auto& floor = scene_.room.floor;
  if (floor.size() < 3) return;
  Vector2d low = floor.front(), high = floor.front();
  for (const Vector2d& corner : floor) {
    low = low.cwiseMin(corner);
    high = high.cwiseMax(corner);
  }
  grid_origin_ = low;
  grid_width_ = std::max(1, static_cast<int>((high.x() - low.x()) / kCell) + 1);
  grid_height_ =
      std::max(1, static_cast<int>((high.y() - low.y()) / kCell) + 1);
  grid_.assign(static_cast<size_t>(grid_width_) * grid_height_, 0);
  for (int z = 0; z < grid_height_; ++z) {
    for (int x = 0; x < grid_width_; ++x) {
      const Vector2d point = low + Vector2d(x + 0.5, z + 0.5) * kCell;
      uint8_t& cell = grid_[static_cast<size_t>(z) * grid_width_ + x];
      if (!scene_.room.Contains(point)) continue;
      cell |= kInside;
      const auto at = view_.Project({point.x(), 0, point.y()});
      if (!at || at->x() < 0 || at->x() > 1 || at->y() < 0 || at->y() > 1) {
        continue;
      }
      cell |= kSeen;
      if (!scene_.free_floor.empty() && !MaskAt(scene_.free_floor, *at)) {
        cell |= kTaken;
      } else {
        visible_floor_m2_ += kCell * kCell;
      }
    }
  }
}

double RoomSurvey::OccupiedFloor(const FloorRect& rect, Unseen unseen) const {
  int seen = 0, taken = 0, total = 0;
  constexpr int kSteps = 8;
  const Vector2d across = rect.Right() * rect.width;
  const Vector2d along = rect.Front() * rect.depth;
  const Vector2d middle = rect.center - grid_origin_;
  for (int i = 0; i < kSteps; ++i) {
    for (int j = 0; j < kSteps; ++j) {
      const Vector2d point = middle + across * ((i + 0.5) / kSteps - 0.5) +
                             along * ((j + 0.5) / kSteps - 0.5);
      const int x = static_cast<int>(std::floor(point.x() / kCell));
      const int z = static_cast<int>(std::floor(point.y() / kCell));
      ++total;
      if (x < 0 || z < 0 || x >= grid_width_ || z >= grid_height_) continue;
      const uint8_t cell = grid_[static_cast<size_t>(z) * grid_width_ + x];
      seen += (cell & kSeen) != 0;
      taken += (cell & kTaken) != 0;
    }
  }
  if (!walls_are_known() && unseen == Unseen::kMustBeSure) {
    return 1 - static_cast<double>(seen - taken) / total;
  }
  return seen > 0 ? static_cast<double>(taken) / seen : 0;
}

bool RoomSurvey::CoversWindow(const FloorRect& rect,
                              double height,
                              double beside) const {
  for (const WallSurvey& wall : walls_) {
    const WallSurvey::Shadow shadow = wall.ShadowOf(rect);
    if (shadow.distance > kOnWall || shadow.distance < -0.3) continue;
    for (const Opening& opening : wall.openings()) {
      if (shadow.u1 < opening.u0 + beside || shadow.u0 > opening.u1 - beside) {
        continue;
      }
      if (height > opening.v0 + kOverSill) return true;
    }
  }
  return false;
}

Misfit RoomSurvey::WhyNotFree(const FloorRect& rect,
                              double height,
                              double beside) const {
  if (!LiesInside(rect, scene_.room.floor, kWallGap)) return Misfit::kOutside;
  for (const FloorRect& zone : door_zones_) {
    if (Collide(rect, zone, 0)) return Misfit::kDoor;
  }
  for (const Obstacle& obstacle : scene_.obstacles) {
    if (Collide(rect.Grown(0.05), obstacle.footprint)) {
      return Misfit::kObstacle;
    }
  }
  if (CoversWindow(rect, height, beside)) return Misfit::kWindow;
  return OccupiedFloor(rect) <= kMaxTaken ? Misfit::kNone : Misfit::kTaken;
}

double RoomSurvey::BusyBehind(const FloorRect& rect, double reach) const {
  if (!walls_are_known()) return 0;
  double busiest = 0;
  for (const WallSurvey& wall : walls_) {
    if (!wall.wall().real) continue;
    const WallSurvey::Shadow shadow = wall.ShadowOf(rect);
    if (shadow.distance > reach || shadow.distance < -0.3) continue;
    if (shadow.u1 < 0 || shadow.u0 > wall.wall().length) continue;
    busiest = std::max(busiest, wall.Busy(shadow.u0, shadow.u1, 0.2, 2.1));
  }
  return busiest;
}

double RoomSurvey::ForegroundShare(const BoxView& view) const {
  if (scene_.foreground.empty() || view.share <= 0) return 0;
  constexpr int kSteps = 12;
  int covered = 0;
  const Vector2d span = view.high - view.low;
  for (int i = 0; i < kSteps; ++i) {
    for (int j = 0; j < kSteps; ++j) {
      covered +=
          MaskAt(scene_.foreground,
                 view.low + span.cwiseProduct(Vector2d((i + 0.5) / kSteps,
                                                       (j + 0.5) / kSteps)));
    }
  }
  return static_cast<double>(covered) / (kSteps * kSteps);
}

}  // namespace stage::engine
