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
  cv::Mat wide(ways_.height, ways_.width, CV_8U, cv::Scalar(0));
  for (size_t cell = 0; cell < ways_.clearance.size(); ++cell) {
    if (ways_.clearance[cell] < body) continue;
    const Vector2d point = ways_.At(cell);
    wide.data[cell] =
        std::none_of(solids.begin(), solids.end(), [&](const FloorRect& rect) {
          return rect.Distance(point) < body;
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
  for (size_t cell = 0; cell < components.size(); ++cell) {
    if (components[cell] == 0) continue;
    const double distance = rect.Distance(ways_.At(cell));
    if (distance < nearest) {
      nearest = distance;
      best = components[cell];
    }
  }
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
    for (size_t cell = 0; cell < after.size(); ++cell) {
      if (after[cell] == first_after &&
          target.Distance(ways_.At(cell)) < kAccess) {
        return true;
      }
    }
    return false;
  });
}

Eigen::Vector2d RoomSurvey::Ways::At(size_t cell) const {
  return origin + Vector2d(static_cast<double>(cell % width) + 0.5,
                           static_cast<double>(cell / width) + 0.5) *
                      kCell;
}

}  // namespace stage::engine
