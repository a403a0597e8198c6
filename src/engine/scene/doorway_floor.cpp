#include "engine/scene/doorway_floor.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <vector>

namespace stage::engine {
namespace {

constexpr int kColumns = 48;  ///< of an opening that are looked along

/// A line up through an opening, from its sill to its top or the horizon.
struct Climb {
  Eigen::Vector2d from, to;  ///< pixels
  double floor = 0;          ///< part of it that looks like floor
  double Length() const { return (to - from).norm(); }
  Eigen::Vector2d Begin() const {  ///< well within the room's own floor
    constexpr double kOverlapPx = 3;
    return from - (to - from).normalized() * kOverlapPx;
  }
  Eigen::Vector2d End() const { return from + (to - from) * floor; }
};

bool LooksLikeFloor(const cv::Mat& likelihood, const Eigen::Vector2d& pixel) {
  constexpr float kLikely = 0.2f;
  const cv::Point at(static_cast<int>(pixel.x()), static_cast<int>(pixel.y()));
  return at.inside({0, 0, likelihood.cols, likelihood.rows}) &&
         likelihood.at<float>(at) > kLikely;
}

/// How far up from the sill floor is seen; a sill of another colour is passed.
double FloorShare(const cv::Mat& likelihood, const Climb& climb) {
  constexpr double kSillPx = 4, kGapPx = 3;
  const int length = static_cast<int>(climb.Length());
  double last = 0;
  for (int i = 0; i < length; ++i) {
    const double t = static_cast<double>(i) / length;
    if (LooksLikeFloor(likelihood, climb.from + (climb.to - climb.from) * t)) {
      last = i;
    } else if (i - last > (last == 0 ? kSillPx : kGapPx)) {
      break;
    }
  }
  return length > 0 ? last / length : 0;
}

std::optional<Climb> ClimbAt(const Camera& camera,
                             const Wall& wall,
                             const Opening& opening,
                             double u) {
  constexpr double kShortestPx = 12;
  const Eigen::Vector2d foot = wall.start + wall.direction * u;
  const double top_m = std::min(opening.v1, camera.position.y() * 0.98);
  const auto from = camera.Project({foot.x(), 0, foot.y()});
  const auto to = camera.Project({foot.x(), top_m, foot.y()});
  if (!from || !to || from->x() < 1 || from->x() > camera.width_px - 1 ||
      from->y() > camera.height_px - 1) {
    return std::nullopt;
  }
  const Climb climb{*from, *to};
  if (climb.Length() < kShortestPx) return std::nullopt;
  return climb;
}

/// Evens out single columns: the next room's wall ends its floor in lines.
void Smooth(std::vector<Climb>& climbs) {
  constexpr int kReach = 3;
  const std::vector<Climb> raw = climbs;
  const int count = static_cast<int>(raw.size());
  for (int i = 0; i < count; ++i) {
    std::vector<double> near;
    for (int j = std::max(0, i - kReach); j <= std::min(count - 1, i + kReach);
         ++j) {
      near.push_back(raw[j].floor);
    }
    std::nth_element(near.begin(), near.begin() + near.size() / 2, near.end());
    climbs[i].floor = near[near.size() / 2];
  }
}

/// The lines up through an opening if floor is seen through it, else none.
std::vector<Climb> ClimbsThrough(const Camera& camera,
                                 const Wall& wall,
                                 const Opening& opening,
                                 const cv::Mat& likelihood) {
  constexpr double kMostly = 0.6;
  constexpr double kToHorizon = 0.85, kHardly = 0.04;
  std::vector<Climb> climbs;
  for (int i = 0; i < kColumns; ++i) {
    const double t = (i + 0.5) / kColumns;
    auto climb = ClimbAt(
        camera, wall, opening, opening.u0 + (opening.u1 - opening.u0) * t);
    if (!climb) continue;
    climb->floor = FloorShare(likelihood, *climb);
    climbs.push_back(*climb);
  }
  if (climbs.size() < kColumns / 6) return {};
  Smooth(climbs);
  const auto seen = std::ranges::count_if(climbs, [](const Climb& climb) {
    return climb.floor > kHardly && climb.floor < kToHorizon;
  });
  if (static_cast<double>(seen) <
      kMostly * static_cast<double>(climbs.size())) {
    return {};
  }
  return climbs;
}

}  // namespace

void AddDoorwayFloor(const Scene& scene,
                     const cv::Mat& likelihood,
                     cv::Mat& floor) {
  const Camera camera = scene.camera.Resized(floor.cols, floor.rows);
  const std::vector<Wall> walls = scene.room.Walls();
  for (const Opening& opening : scene.room.openings) {
    if (opening.kind == OpeningKind::kWindow) continue;
    const std::vector<Climb> climbs =
        ClimbsThrough(camera, walls[opening.wall], opening, likelihood);
    for (size_t i = 0; i + 1 < climbs.size(); ++i) {
      std::vector<cv::Point> part;
      for (const Eigen::Vector2d& p : {climbs[i].Begin(),
                                       climbs[i].End(),
                                       climbs[i + 1].End(),
                                       climbs[i + 1].Begin()}) {
        part.emplace_back(static_cast<int>(std::lround(p.x())),
                          static_cast<int>(std::lround(p.y())));
      }
      cv::fillConvexPoly(floor, part, cv::Scalar(255));
    }
  }
}

}  // namespace stage::engine
