#include "engine/pipeline/planar_image.h"

namespace stage::engine {

PlanarImage PlanarOf(const ImageU8& srgb) {
  PlanarImage planar(srgb.width(), srgb.height());
  for (int y = 0; y < srgb.height(); ++y) {
    for (int x = 0; x < srgb.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        planar.row(c, y)[x] = static_cast<float>(srgb.at(x, y, c)) / 255;
      }
    }
  }
  return planar;
}

}  // namespace stage::engine
