// RoomSurvey's walkway check: where a walker of half a walkway's radius can be,
// on a grid of the floor.

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/plan/room_survey.h"

namespace stage::engine {
namespace {

using Eigen::Vector2d;

constexpr double kCell = 0.1;    // metres
constexpr double kBeyond = 0.4;  // metres of floor assumed behind open sides
constexpr double kReach = 0.5;   // a way this near to a door leads to it
constexpr double kAccess = 0.8;  // and this near to a piece, to the piece

}  // namespace

void RoomSurvey::SurveyWays() {
  const auto& floor = scene_.room.floor;
  if (floor.size() < 3) return;
  Vector2d low = floor.front(), high = floor.front();
  for (const Vector2d& corner : floor) {
    low = low.cwiseMin(corner);
    high = high.cwiseMax(corner);
  }
  ways_.origin = low - Vector2d(kBeyond, kBeyond);
  ways_.width =
      static_cast<int>(std::ceil((high.x() - low.x() + 2 * kBeyond) / kCell));
  ways_.height =
      static_cast<int>(std::ceil((high.y() - low.y() + 2 * kBeyond) / kCell));
  const double walkway = clearances_.walkway_m;
  const std::vector<Wall> walls = scene_.room.Walls();
  ways_.clearance.assign(static_cast<size_t>(ways_.width) * ways_.height, 0);
  for (size_t cell = 0; cell < ways_.clearance.size(); ++cell) {
    const Vector2d point = ways_.At(cell);
    bool open = scene_.room.Contains(point);
    // A side that only closes the outline behind the camera is no wall.
    double clearance = 1e3;
    for (const Wall& wall : walls) {
      const Vector2d offset = point - wall.start;
      const double u = offset.dot(wall.direction);
      const double out = offset.dot(wall.normal);
      if (!wall.real) {
        open = open || (u > 0 && u < wall.length && out <= 0 && out > -kBeyond);
        continue;
      }
      const double beside = std::max({0.0, -u, u - wall.length});
      clearance = std::min(clearance, std::hypot(out, beside));
    }
    for (const Obstacle& obstacle : scene_.obstacles) {
      if (Collide(FloorRect{point, 0, walkway, walkway}, obstacle.footprint)) {
        clearance = 0;
      }
    }
    ways_.clearance[cell] = open ? static_cast<float>(clearance) : 0;
  }
  ways_.empty_room = Components({});
}

std::vector<int> RoomSurvey::Components(
    const std::vector<FloorRect>& solids) const {
  const double body = clearances_.walkway_m / 2;
  cv::Mat wide(ways_.height, ways_.width, CV_8U);
  for (size_t cell = 0; cell < ways_.clearance.size(); ++cell) {
    wide.data[cell] = ways_.clearance[cell] >= body;
  }
  for (const FloorRect& rect : solids) {
    ways_.VisitNear(rect, body, [&](size_t cell, double) {
      wide.data[cell] = 0;
      return true;
    });
  }
  cv::Mat labels;
  cv::connectedComponents(wide, labels, 4, CV_32S);
  return {labels.begin<int>(), labels.end<int>()};
}

int RoomSurvey::ComponentNear(const std::vector<int>& components,
                              const FloorRect& rect) const {
  int best = 0;
  double nearest = kReach;
  ways_.VisitNear(rect, kReach, [&](size_t cell, double distance) {
    if (components[cell] != 0 && distance < nearest) {
      nearest = distance;
      best = components[cell];
    }
    return true;
  });
  return best;
}

bool RoomSurvey::IsWalkable(const std::vector<FloorRect>& solids,
                            const std::vector<FloorRect>& targets) const {
  if (ways_.clearance.empty()) return true;
  const std::vector<int> after = Components(solids);
  std::vector<FloorRect> places;
  for (const FloorRect& zone : door_zones_) {
    places.push_back({zone.center, 0, 0.1, 0.1});
  }
  const Vector2d camera = view_.camera_on_floor();
  if (scene_.room.Contains(camera)) places.push_back({camera, 0, 0.1, 0.1});
  int first_before = 0, first_after = 0;
  for (const FloorRect& place : places) {
    const int empty_room = ComponentNear(ways_.empty_room, place);
    if (empty_room == 0) continue;
    const int furnished = ComponentNear(after, place);
    if (furnished == 0) return false;
    if (first_before == 0) {
      first_before = empty_room;
      first_after = furnished;
    } else if (empty_room == first_before && furnished != first_after) {
      return false;
    }
  }
  if (first_after == 0) return true;
  return std::all_of(targets.begin(), targets.end(), [&](const auto& target) {
    return !ways_.VisitNear(target, kAccess, [&](size_t cell, double) {
      return after[cell] != first_after;
    });
  });
}

bool RoomSurvey::Ways::VisitNear(
    const FloorRect& rect,
    double reach,
    const std::function<bool(size_t, double)>& visit) const {
  const Vector2d right = rect.Right(), front = rect.Front();
  const Vector2d half = (right * rect.width / 2).cwiseAbs() +
                        (front * rect.depth / 2).cwiseAbs() +
                        Vector2d(reach, reach);
  const Vector2d low = (rect.center - half - origin) / kCell;
  const Vector2d high = (rect.center + half - origin) / kCell;
  const int left = std::max(0, static_cast<int>(low.x()));
  const int top = std::max(0, static_cast<int>(low.y()));
  const int end_x = std::min(width, static_cast<int>(high.x()) + 1);
  const int end_z = std::min(height, static_cast<int>(high.y()) + 1);
  for (int z = top; z < end_z; ++z) {
    for (int x = left; x < end_x; ++x) {
      const size_t cell = static_cast<size_t>(z) * width + x;
      const Vector2d offset = At(cell) - rect.center;
      const double beside =
          std::max(0.0, std::abs(offset.dot(right)) - rect.width / 2);
      const double before =
          std::max(0.0, std::abs(offset.dot(front)) - rect.depth / 2);
      const double squared = beside * beside + before * before;
      if (squared >= reach * reach) continue;
      if (!visit(cell, std::sqrt(squared))) return false;
    }
  }
  return true;
}

Eigen::Vector2d RoomSurvey::Ways::At(size_t cell) const {
  return origin + Vector2d(static_cast<double>(cell % width) + 0.5,
                           static_cast<double>(cell / width) + 0.5) *
                      kCell;
}

}  // namespace stage::engine
