#include "engine/scene/ceiling_fit.h"

#include <doctest/doctest.h>

#include <cmath>

namespace stage::engine {
namespace {

constexpr double kBack = -2.5, kRight = 1.5;  // camera heights

/// A grey room of two walls that meet at the right, seen with lines of one's
/// choice.
class GreyRoom {
 public:
  GreyRoom() {
    camera_.width_px = 800, camera_.height_px = 900;
    camera_.center_px = {400, 500};
    camera_.focal_px = 450;
    camera_.world_to_camera = WorldToCamera(0, 0, 0);
    camera_.position = {0, 1, 0};
  }
  void AddLine(const Eigen::Vector3d& from, const Eigen::Vector3d& to) {
    LineSegment line;
    line.start = *camera_.Project(from);
    line.end = *camera_.Project(to);
    line.weight = line.length = (line.end - line.start).norm();
    line.contrast = 20;
    lines_.push_back(line);
  }
  void AddOnBack(double x0, double x1, double height) {
    AddLine({x0, height, kBack}, {x1, height, kBack});
  }
  void AddUpright(double x, double top) {
    AddLine({x, 0.05, kBack}, {x, top, kBack});
  }
  CeilingFit Fit(double start) const {
    BoundaryRun back{Axis::kX, kBack}, right{Axis::kZ, kRight};
    const double corner = std::atan2(kRight, -kBack);
    back.from = -0.7;
    back.to = right.from = corner;
    right.to = 0.72;
    const cv::Mat rgb(900, 800, CV_8UC3, cv::Scalar(150, 150, 150));
    const cv::Mat lab(450, 400, CV_32FC3, cv::Scalar(60, 0, 0));
    return FitCeiling(
        LayoutEvidence(rgb, lines_, camera_), lab, {back, right}, start);
  }

 private:
  Camera camera_;
  std::vector<LineSegment> lines_;
};

}  // namespace

TEST_CASE(
    "FitCeiling: the top of a door that ends at its jambs is no ceiling") {
  GreyRoom room;
  room.AddOnBack(-1.2, 0.6, 1.6);  // longer than what shows of the ceiling
  room.AddUpright(-1.2, 1.6);
  room.AddUpright(0.6, 1.6);
  room.AddOnBack(0.2, kRight, 1.95);
  CHECK(room.Fit(1.6).height == doctest::Approx(1.95).epsilon(0.02));
}

TEST_CASE("FitCeiling: corners run on above what is no ceiling") {
  GreyRoom room;
  room.AddOnBack(-1.9, kRight, 1.6);  // a picture rail
  const CeilingFit with_low_corner = room.Fit(1.6);
  room.AddUpright(kRight, 1.98);
  const CeilingFit fit = room.Fit(1.6);
  CHECK(fit.support < with_low_corner.support - 0.2);
  CHECK(fit.least_height > 1.85);
  CHECK(fit.least_height < 2.15);
}

}  // namespace stage::engine
