#include "engine/clutter/floor_fit.h"

#include "engine/clutter/even_surfaces.h"
#include "engine/clutter/working_picture.h"

namespace stage::engine {

double FloorMisfit(const ImageU8& srgb, const Scene& scene) {
  const cv::Mat lab = SmoothLab(WorkingPicture(srgb));
  return FloorCuts(lab, FloorMask(scene, lab.size()));
}

}  // namespace stage::engine
