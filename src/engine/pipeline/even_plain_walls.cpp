#include "engine/pipeline/even_plain_walls.h"

#include <algorithm>
#include <array>

#include "engine/clutter/plain_walls.h"
#include "engine/completion/cast_light.h"
#include "engine/completion/display_picture.h"
#include "engine/completion/wall_light.h"
#include "engine/pipeline/scene_hints.h"

namespace stage::engine {

ImageU8 EvenPlainWalls(const Scene& scene,
                       const ColorConverter& converter,
                       const ImageU8& filled,
                       const ImageU8& relit,
                       Photo& photo) {
  const ImageU8 copy = AnalysisCopy(photo, converter);
  const ImageF gain = EvenWallLight(
      ReadDisplayReduced(
          photo, converter, std::max(copy.width(), copy.height())),
      PlainWalls(copy, scene),
      filled,
      relit);
  ImageU8 changed = RelitPart(gain, photo.width(), photo.height());
  DisplayPicture shown =
      ReadDisplay(photo, converter, 0, 0, photo.width(), photo.height());
  Relight(gain, shown.pixels);
  for (int y = 0; y < changed.height(); ++y) {
    for (int x = 0; x < changed.width(); ++x) {
      if (changed.at(x, y) == 0) continue;
      std::array<float, 3> linear;
      const float* pixel = &shown.pixels.at(x, y);
      std::transform(pixel, pixel + 3, linear.begin(), LinearFromDisplay);
      converter.FromLinear(linear.data(), x, y, 1, photo);
    }
  }
  return changed;
}

}  // namespace stage::engine
