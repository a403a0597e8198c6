#include "engine/pipeline/selected_surface.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/error.h"
#include "engine/mat_view.h"
#include "engine/pipeline/floor_edges.h"

namespace stage::engine {
namespace {

// Of the long edge: less is the outline's own inaccuracy.
constexpr double kLeastThing = 0.008;

/// @param scale  pixels of `mask` a pixel of the outline
void Fill(const std::vector<Eigen::Vector2d>& outline,
          double scale,
          cv::Mat& mask) {
  constexpr int kFractionBits = 4;
  std::vector<cv::Point> corners;
  for (const Eigen::Vector2d& corner : outline) {
    const Eigen::Vector2d at =
        (corner * scale).array() * (1 << kFractionBits) - 0.5;
    corners.emplace_back(static_cast<int>(std::lround(at.x())),
                         static_cast<int>(std::lround(at.y())));
  }
  cv::fillPoly(mask,
               std::vector<std::vector<cv::Point>>{corners},
               cv::Scalar(255),
               cv::LINE_8,
               kFractionBits);
}

/// What stands on the floor: within its outline, but not free.
/// @param width  of the picture that the outline's pixels are of
cv::Mat StandsOn(const ImageU8& free_floor,
                 const std::vector<Eigen::Vector2d>& outline,
                 int width) {
  cv::Mat within(free_floor.height(), free_floor.width(), CV_8U, cv::Scalar(0));
  Fill(outline, static_cast<double>(free_floor.width()) / width, within);
  cv::Mat standing = within & ~MatOf(free_floor);
  const int least = std::max(
      3,
      static_cast<int>(kLeastThing * std::max(within.cols, within.rows)) | 1);
  cv::morphologyEx(
      standing,
      standing,
      cv::MORPH_OPEN,
      cv::getStructuringElement(cv::MORPH_ELLIPSE, {least, least}));
  return standing;
}

}  // namespace

void CheckSelection(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name == "floor") continue;
    const bool has_edges = name.starts_with("wall") || name == "ceiling" ||
                           name.starts_with("window");
    throw Error(
        ErrorKind::kModel,
        "--select '" + name + "': " +
            (has_edges ? "skirting, sockets, lamps and frames are not told "
                         "from it on this machine"
                       : "on this machine only the floor is found by name") +
            "; give the area with --mask");
  }
}

ImageU8 SelectedFloor(const Scene& scene,
                      const ImageU8& srgb,
                      const std::string& photo_name) {
  ImageU8 mask(scene.camera.width_px, scene.camera.height_px, 1);
  cv::Mat large = MatOf(mask);
  if (scene.trust != SceneTrust::kNone) {
    const double scale = static_cast<double>(mask.width()) / srgb.width();
    std::vector<Eigen::Vector2d> outline;
    for (const Eigen::Vector2d& corner : scene.floor_polygon_px) {
      outline.push_back(corner / scale);
    }
    const cv::Mat standing = StandsOn(scene.free_floor, outline, srgb.width());
    outline = AlignFloorEdges(std::move(outline), srgb);
    Fill(outline, scale, large);
    cv::Mat covered;
    cv::resize(standing, covered, large.size(), 0, 0, cv::INTER_CUBIC);
    large.setTo(0, covered > 127);
  }
  if (cv::countNonZero(large) == 0) {
    throw Error(ErrorKind::kGeometry,
                photo_name +
                    ": --select floor: the floor could not be made out well "
                    "enough; give the area with --mask");
  }
  return mask;
}

}  // namespace stage::engine
