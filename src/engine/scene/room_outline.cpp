#include "engine/scene/room_outline.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace stage::engine {
namespace {

constexpr double kBehindCamera = 0.8;    // camera heights
constexpr double kSamePlane = 0.09;      // camera heights
constexpr double kParallel = 0.9999;     // cosine
constexpr double kShortestWall = 0.12;   // camera heights
constexpr double kMeets = 0.06;          // relative difference of distance
constexpr double kWidestOpening = 0.45;  // radians
constexpr double kSliver = 0.05;         // radians; narrower sides are missed

Eigen::Vector2d PointAt(const BoundaryRun& run, double azimuth) {
  const double distance = run.Distance(azimuth);
  return {distance * std::sin(azimuth), -distance * std::cos(azimuth)};
}

double Length(const BoundaryRun& run) {
  return (PointAt(run, run.to) - PointAt(run, run.from)).norm();
}

/// The same runs seen in a mirror: left becomes right.
std::vector<BoundaryRun> Mirrored(std::vector<BoundaryRun> runs) {
  std::reverse(runs.begin(), runs.end());
  for (BoundaryRun& run : runs) {
    std::swap(run.from, run.to);
    run.from = -run.from;
    run.to = -run.to;
    if (run.along == Axis::kZ) run.plane = -run.plane;
    run.oblique_normal.x() = -run.oblique_normal.x();
  }
  return runs;
}

bool Meet(const BoundaryRun& a, const BoundaryRun& b) {
  return std::abs(std::log(a.Distance(a.to) / b.Distance(b.from))) < kMeets;
}

/// Joins neighbours in one plane and drops what is too short to be a wall.
std::vector<BoundaryRun> Tidy(const std::vector<BoundaryRun>& runs) {
  std::vector<BoundaryRun> tidy;
  for (const BoundaryRun& run : runs) {
    if (run.along == Axis::kNone || run.to <= run.from) continue;
    if (!std::isfinite(run.Distance(run.from)) ||
        !std::isfinite(run.Distance(run.to)) || Length(run) < kShortestWall) {
      continue;
    }
    if (!tidy.empty() && tidy.back().along == run.along &&
        tidy.back().Normal().dot(run.Normal()) > kParallel &&
        std::abs(tidy.back().plane - run.plane) < kSamePlane) {
      BoundaryRun& last = tidy.back();
      if (Length(run) * (0.1 + run.support) >
          Length(last) * (0.1 + last.support)) {
        last.plane = run.plane;
        last.oblique_normal = run.oblique_normal;
        last.support = run.support;
      }
      last.to = run.to;
      continue;
    }
    tidy.push_back(run);
  }
  return tidy;
}

/// True when the side of a wall that ends on the right, leading back to a
/// farther one, could not be seen, or hardly.
bool SideIsHidden(const BoundaryRun& wall, const BoundaryRun& farther) {
  const Eigen::Vector2d end = PointAt(wall, wall.to);
  if (wall.along == Axis::kOblique || farther.along == Axis::kOblique) {
    return true;
  }
  if (wall.along == Axis::kZ) return wall.plane < 0;
  const double depth = farther.along == Axis::kX
                           ? farther.plane
                           : PointAt(farther, farther.from).y();
  const double seen = std::atan2(end.x(), -depth);
  return seen > wall.to - kSliver;
}

/// Going right, a wall may end and something farther be seen. Where the side
/// of that wall would then be visible, and is not, the wall goes on and has an
/// opening: what is seen through it is left out, up to where the wall or
/// something nearer is seen again.
std::vector<BoundaryRun> CarryOnAcrossOpenings(
    const std::vector<BoundaryRun>& runs) {
  std::vector<BoundaryRun> kept;
  for (const BoundaryRun& run : runs) {
    if (kept.empty()) {
      kept.push_back(run);
      continue;
    }
    BoundaryRun& wall = kept.back();
    const bool jumps_away =
        !Meet(wall, run) && run.Distance(run.from) > wall.Distance(run.from);
    const double middle = 0.5 * (run.from + run.to);
    const bool beyond =
        std::isfinite(wall.Distance(run.to)) &&
        run.Distance(middle) > wall.Distance(middle) * (1 + kMeets);
    // A long stretch beyond a short wall is the room going on, not an opening.
    const bool is_opening = run.to - run.from < kWidestOpening &&
                            wall.to - wall.from > 0.4 * (run.to - run.from);
    if (jumps_away && is_opening && beyond && !SideIsHidden(wall, run)) {
      wall.to = run.to;
      continue;
    }
    kept.push_back(run);
  }
  return Tidy(kept);
}

/// Corner points from left to right; `real[i]` says whether the edge from
/// point i to point i + 1 is a wall.
struct Chain {
  std::vector<Eigen::Vector2d> points;
  std::vector<bool> real;

  void Add(const Eigen::Vector2d& point, bool edge_before_is_real) {
    if (!points.empty()) {
      if ((points.back() - point).norm() < 1e-6) return;
      real.push_back(edge_before_is_real);
    }
    points.push_back(point);
  }
};

/// Adds the corners between two neighbouring walls.
void AddTransition(const BoundaryRun& a, const BoundaryRun& b, Chain& chain) {
  const bool parallel = std::abs(a.Normal().dot(b.Normal())) > kParallel;
  if (!parallel && Meet(a, b)) {
    chain.Add(CornerOf(a, b), true);
    return;
  }
  // The nearer wall ends here; its hidden side leads back to the farther one.
  const bool a_is_nearer = a.Distance(a.to) < b.Distance(b.from);
  const BoundaryRun& near = a_is_nearer ? a : b;
  const BoundaryRun& far = a_is_nearer ? b : a;
  const Eigen::Vector2d end = PointAt(near, a_is_nearer ? a.to : b.from);
  const Eigen::Vector2d seen = PointAt(far, a_is_nearer ? b.from : a.to);
  std::vector<Eigen::Vector2d> corners = {end};
  const Eigen::Vector2d normal = near.Normal();
  if (parallel) {
    corners.push_back(end + normal * (far.plane - normal.dot(end)));
  } else {
    // The farther wall runs across: it is reached a little beyond.
    corners.push_back(end + normal * normal.dot(seen - end));
    corners.push_back(seen);
  }
  if (!a_is_nearer) std::reverse(corners.begin(), corners.end());
  for (const Eigen::Vector2d& corner : corners) chain.Add(corner, true);
}

/// An oblique wall that leaves the picture on the left is carried on to the
/// guessed side wall, or past the camera.
void AddObliqueEnd(const BoundaryRun& first, double left, Chain& chain) {
  const Eigen::Vector2d seen = PointAt(first, first.from);
  Eigen::Vector2d along(first.oblique_normal.y(), -first.oblique_normal.x());
  if (along.dot(seen - PointAt(first, first.to)) < 0) along = -along;
  if (along.x() < 0) {
    const Eigen::Vector2d end = seen + along * ((left - seen.x()) / along.x());
    if (end.y() < kBehindCamera) {
      chain.Add({left, kBehindCamera}, false);
      chain.Add(end, false);
      return;
    }
  }
  const double away = (kBehindCamera - seen.y()) / along.y();
  chain.Add(seen + along * std::max(away, 0.0), false);
}

/// What lies left of the first wall, as far as the camera and behind it.
void AddLeftEnd(const BoundaryRun& first, double box_left, Chain& chain) {
  if (first.along == Axis::kZ && first.plane < 0) {
    chain.Add({first.plane, kBehindCamera}, false);
    return;
  }
  // A wall that leaves the picture on the left: the corner is a guess.
  const Eigen::Vector2d seen = PointAt(first, first.from);
  const double left = std::min({box_left, seen.x() - 0.05, -0.4});
  if (first.along == Axis::kOblique) {
    AddObliqueEnd(first, left, chain);
    return;
  }
  if (first.along == Axis::kZ) {  // looking along a wall on the right
    chain.Add({left, kBehindCamera}, false);
    chain.Add({left, seen.y()}, false);
    chain.Add(seen, false);
    return;
  }
  chain.Add({left, kBehindCamera}, false);
  chain.Add({left, first.plane}, false);
}

bool IsSimpleAroundOrigin(const std::vector<Eigen::Vector2d>& outline) {
  const size_t n = outline.size();
  if (n < 4) return false;
  RoomLayout room;
  room.floor = outline;
  if (!room.Contains({0, 0})) return false;
  const auto side = [](const Eigen::Vector2d& a,
                       const Eigen::Vector2d& b,
                       const Eigen::Vector2d& p) {
    return (b.x() - a.x()) * (p.y() - a.y()) -
           (b.y() - a.y()) * (p.x() - a.x());
  };
  for (size_t i = 0; i < n; ++i) {
    const Eigen::Vector2d &a = outline[i], &b = outline[(i + 1) % n];
    for (size_t j = i + 2; j < n; ++j) {
      if (i == 0 && j + 1 == n) continue;
      const Eigen::Vector2d &c = outline[j], &d = outline[(j + 1) % n];
      if (side(a, b, c) * side(a, b, d) <= 0 &&
          side(c, d, a) * side(c, d, b) <= 0) {
        return false;
      }
    }
  }
  return true;
}

/// Drops corners in the middle of straight walls.
void DropStraightCorners(Chain& chain) {
  for (size_t i = 1; i + 1 < chain.points.size();) {
    const Eigen::Vector2d a = chain.points[i] - chain.points[i - 1];
    const Eigen::Vector2d b = chain.points[i + 1] - chain.points[i];
    const double cross = a.x() * b.y() - a.y() * b.x();
    const bool straight = std::abs(cross) < 1e-9 && a.dot(b) > 0 &&
                          chain.real[i - 1] == chain.real[i];
    if (!straight) {
      ++i;
      continue;
    }
    chain.points.erase(chain.points.begin() + static_cast<long>(i));
    chain.real.erase(chain.real.begin() + static_cast<long>(i));
  }
}

/// The box with each wall moved to the longest run on that side.
RoomLayout BoxOutline(const std::vector<BoundaryRun>& runs, Box box) {
  double left = 0, right = 0, back = 0;
  for (const BoundaryRun& run : runs) {
    if (run.along == Axis::kNone || !std::isfinite(run.Distance(run.from)) ||
        !std::isfinite(run.Distance(run.to))) {
      continue;
    }
    const double seen = (run.to - run.from) * (0.2 + run.support);
    if (run.along == Axis::kX && seen > back) {
      back = seen;
      box.back = run.plane;
    }
    if (run.along == Axis::kZ && run.plane < 0 && seen > left) {
      left = seen;
      box.left = run.plane;
    }
    if (run.along == Axis::kZ && run.plane > 0 && seen > right) {
      right = seen;
      box.right = run.plane;
    }
  }
  RoomLayout room;
  room.floor = {{box.left, box.back},
                {box.left, kBehindCamera},
                {box.right, kBehindCamera},
                {box.right, box.back}};
  room.wall_is_real = {true, false, true, true};
  room.height = box.height;
  return room;
}

}  // namespace

RoomLayout OutlineFromRuns(const std::vector<BoundaryRun>& runs,
                           const Box& box) {
  const RoomLayout fallback = BoxOutline(runs, box);
  std::vector<BoundaryRun> walls = CarryOnAcrossOpenings(Tidy(runs));
  walls = Mirrored(CarryOnAcrossOpenings(Mirrored(walls)));
  if (walls.empty()) return fallback;

  Chain chain;
  AddLeftEnd(walls.front(), box.left, chain);
  for (size_t i = 0; i + 1 < walls.size(); ++i) {
    AddTransition(walls[i], walls[i + 1], chain);
  }
  Chain right;
  AddLeftEnd(Mirrored({walls.back()}).front(), -box.right, right);
  for (size_t i = right.points.size(); i-- > 0;) {
    // The edge to the first of these is the last wall itself.
    chain.Add({-right.points[i].x(), right.points[i].y()},
              i + 1 == right.points.size());
  }
  // A first edge that is a side wall seen in the picture is real.
  if (walls.front().along == Axis::kZ && !chain.real.empty()) {
    chain.real.front() = true;
  }
  DropStraightCorners(chain);

  RoomLayout room;
  room.height = box.height;
  // From left to right is clockwise on the page: turn it round. The closing
  // edge runs behind the camera.
  room.floor.assign(chain.points.rbegin(), chain.points.rend());
  room.wall_is_real.assign(chain.real.rbegin(), chain.real.rend());
  room.wall_is_real.push_back(false);
  if (!IsSimpleAroundOrigin(room.floor)) return fallback;
  return room;
}

}  // namespace stage::engine
