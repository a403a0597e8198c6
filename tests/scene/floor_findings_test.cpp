#include "engine/scene/floor_findings.h"

#include <doctest/doctest.h>

namespace stage::engine {
namespace {

Camera EyeAtOne() {
  Camera camera;
  camera.focal_px = 400;
  camera.width_px = 600, camera.height_px = 400;
  camera.center_px = {300, 200};
  camera.position = {0, 1, 0};
  camera.world_to_camera = WorldToCamera(1, 0, 8);
  return camera;
}

/// Whether the floor's end three camera heights away follows sunlight whose
/// edge lies `away` and is a metre or two long.
bool Follows(double away, bool is_sun) {
  const Camera camera = EyeAtOne();
  LineSegment edge;
  edge.start = *camera.Project({-0.6, 0, -away});
  edge.end = *camera.Project({0.6, 0, -away});
  edge.length = edge.weight = (edge.end - edge.start).norm();
  edge.contrast = 20;
  edge.is_sun = is_sun;
  const cv::Mat rgb(400, 600, CV_8UC3, cv::Scalar(150, 140, 130));
  BoundaryRun wall{Axis::kX, -3};
  wall.from = -0.7;
  wall.to = 0.7;
  return FollowsSun(LayoutEvidence(rgb, {edge}, camera), {wall});
}

}  // namespace

TEST_CASE("FollowsSun: the edge of sunlight at the floor's end is no wall") {
  CHECK(Follows(3, true));
  CHECK(Follows(3.05, true));
}

TEST_CASE("FollowsSun: sunlight on the floor, and other lines, are harmless") {
  CHECK(!Follows(2.5, true));
  CHECK(!Follows(3, false));
}

}  // namespace stage::engine
