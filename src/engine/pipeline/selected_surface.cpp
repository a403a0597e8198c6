#include "engine/pipeline/selected_surface.h"

#include <opencv2/imgproc.hpp>

#include "core/error.h"

namespace stage::engine {
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

ImageU8 SelectedFloor(const Scene& scene, const std::string& photo_name) {
  ImageU8 mask(scene.camera.width_px, scene.camera.height_px, 1);
  cv::Mat large(mask.height(), mask.width(), CV_8U, mask.data());
  if (scene.trust != SceneTrust::kNone) {
    const ImageU8& free = scene.free_floor;
    cv::resize(cv::Mat(free.height(),
                       free.width(),
                       CV_8U,
                       const_cast<uint8_t*>(free.data())),
               large,
               large.size(),
               0,
               0,
               cv::INTER_LINEAR);
    cv::threshold(large, large, 127, 255, cv::THRESH_BINARY);
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
