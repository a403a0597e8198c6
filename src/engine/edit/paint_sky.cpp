#include "engine/edit/paint_sky.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace stage::engine {
namespace {

constexpr int kSkyLongEdgePx = 1536;

}  // namespace

double LowestSkyDegrees(const Camera& camera, const cv::Mat& mask) {
  const Camera small = camera.Resized(mask.cols, mask.rows);
  std::vector<cv::Point> pixels;
  cv::findNonZero(mask, pixels);
  std::vector<double> elevations;
  for (size_t i = 0; i < pixels.size(); i += 17) {
    const double up =
        small.Ray({pixels[i].x + 0.5, pixels[i].y + 0.5}).normalized().y();
    elevations.push_back(std::asin(std::clamp(up, -1.0, 1.0)) * 180 / CV_PI);
  }
  if (elevations.empty()) return 0;
  const auto low =
      elevations.begin() + static_cast<long>(elevations.size() / 20);
  std::nth_element(elevations.begin(), low, elevations.end());
  return *low;
}

cv::Mat PaintSky(const SkyModel& model,
                 const Camera& camera,
                 const cv::Mat& mask,
                 const WorkControl& control) {
  const double scale =
      std::min(1.0,
               static_cast<double>(kSkyLongEdgePx) /
                   std::max(camera.width_px, camera.height_px));
  const Camera small =
      camera.Resized(std::max(1, static_cast<int>(camera.width_px * scale)),
                     std::max(1, static_cast<int>(camera.height_px * scale)));
  cv::Mat near, radiance(small.height_px, small.width_px, CV_32FC3);
  cv::dilate(mask, near, cv::Mat::ones(3, 3, CV_8U), {-1, -1}, 15);
  cv::resize(near, near, radiance.size(), 0, 0, cv::INTER_NEAREST);
  radiance.setTo(0);
  ParallelRows(radiance.rows, control, [&](int first, int end) {
    for (int y = first; y < end; ++y) {
      for (int x = 0; x < radiance.cols; ++x) {
        if (!near.at<uchar>(y, x)) continue;
        radiance.at<cv::Vec3f>(y, x) =
            model.Radiance(small.Ray({x + 0.5, y + 0.5}));
      }
    }
  });
  return radiance;
}

Camera SkyCamera(const Camera& estimated) {
  Camera camera = estimated;
  const Eigen::Vector3d angles = camera.PitchRollYawDegrees();
  if (std::abs(angles.x()) > 20 || std::abs(angles.y()) > 5) {
    camera.world_to_camera = WorldToCamera(0, 0, 0);
  } else {
    // Straight on: clouds and glow are laid out around the view.
    camera.world_to_camera = WorldToCamera(angles.x(), angles.y(), 0);
  }
  return camera;
}

}  // namespace stage::engine
