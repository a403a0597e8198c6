#include "engine/clutter/plain_walls.h"

#include <opencv2/imgproc.hpp>

#include "engine/clutter/even_surfaces.h"
#include "engine/clutter/working_picture.h"
#include "engine/mat_view.h"

namespace stage::engine {

ImageU8 PlainWalls(const ImageU8& srgb, const Scene& scene) {
  const cv::Mat lab = SmoothLab(WorkingPicture(srgb));
  const EvenSurfaces surfaces =
      FindEvenSurfaces(lab, FloorMask(scene, lab.size()));
  ImageU8 walls(srgb.width(), srgb.height(), 1);
  cv::Mat out = MatOf(walls);
  cv::resize(surfaces.kind == EvenSurfaces::kWalls,
             out,
             out.size(),
             0,
             0,
             cv::INTER_NEAREST);
  return walls;
}

}  // namespace stage::engine
