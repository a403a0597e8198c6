#include "engine/scene/wall_search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace stage::engine {
namespace {

constexpr double kCellM = 0.015, kLintelM = 2.05, kSkirtingM = 0.09;

int Cells(double metres) { return static_cast<int>(metres / kCellM); }

/// A white wall of 5 m with two uprights, as high as doors, where its skirting
/// stops, and a lintel of which `lintel_share` shows.
RectifiedWall WallWithUprights(double from_m,
                               double to_m,
                               double lintel_share) {
  RectifiedWall wall;
  wall.cell_m = kCellM;
  const cv::Size size(Cells(5), Cells(2.6));
  wall.lab = cv::Mat(size, CV_32FC3, cv::Scalar(85, 0, 0));
  wall.valid = cv::Mat(size, CV_8U, cv::Scalar(255));
  wall.departure = cv::Mat(size, CV_32F, cv::Scalar(0));
  wall.edge_u = cv::Mat(size, CV_32F, cv::Scalar(0));
  wall.edge_v = wall.edge_u.clone();
  const int from = Cells(from_m), to = Cells(to_m), top = Cells(kLintelM);
  for (const int x : {from, to}) wall.edge_u.col(x).rowRange(0, top) = 1;
  const int shown = static_cast<int>(lintel_share * (to - from));
  wall.edge_v.row(top).colRange(from, from + shown) = 1;
  wall.edge_v.row(Cells(kSkirtingM)).colRange(0, from) = 1;
  wall.edge_v.row(Cells(kSkirtingM)).colRange(to, size.width) = 1;
  return wall;
}

/// Doors found that are `width_m` wide.
int DoorsOfWidth(double width_m, double lintel_share) {
  RoomLayout room;
  room.height = 2.6;
  room.ceiling_visible = true;
  const RectifiedWall wall = WallWithUprights(1.5, 1.5 + width_m, lintel_share);
  std::vector<OpeningCandidate> found;
  SearchWall(wall, room, found);
  return static_cast<int>(
      std::ranges::count_if(found, [&](const OpeningCandidate& candidate) {
        return candidate.score > 0.5 &&
               std::abs(candidate.opening.u1 - candidate.opening.u0 - width_m) <
                   0.1;
      }));
}

}  // namespace

TEST_CASE(
    "SearchWall: a bare piece of wall is no door, a leaf as white is one") {
  CHECK(DoorsOfWidth(0.85, 0.6) > 0);
  CHECK(DoorsOfWidth(1.7, 0.6) == 0);
}

TEST_CASE("SearchWall: double doors as white as the wall have a clear frame") {
  CHECK(DoorsOfWidth(1.7, 1) > 0);
}

}  // namespace stage::engine
