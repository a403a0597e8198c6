#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/image.h"
#include "engine/catalogue/mesh.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// One mesh at its place: p_world = rotate_y(yaw) * p + position.
struct RenderObject {
  std::shared_ptr<const Mesh> mesh;
  Eigen::Vector3d position{0, 0, 0};
  double yaw = 0;
  bool lies_on_floor = false;  ///< a rug: takes the floor's sun patches
};

struct RenderOptions {
  /// Mean over pixels that show furniture in a picture of 1536 px; larger
  /// pictures take fewer a pixel. Spread to where noise is.
  int samples_per_pixel = 12;
  uint64_t seed = 0;
  int threads = 0;                       ///< 0: as many as the process may use
  std::function<void(double)> progress;  ///< fraction 0..1; may be empty
  std::function<bool()> cancelled;       ///< may be empty
};

/// What furniture does to the photo, at render size.
struct RenderLayers {
  ImageF furniture;  ///< linear RGB, premultiplied by coverage
  ImageF coverage;   ///< 0..1, one channel
  ImageF ratio;      ///< RGB, light with / without furniture; 1: unchanged
  ImageF gloss;      ///< RGB, added mirror light; empty: the floor is matt
  ImageF depth;      ///< metres along the ray of the first hit
  ImageF normal;     ///< world space
  Image<uint16_t> object;  ///< 1 + index into objects; 0: room
};

/// Path traces `objects` into the room of `scene` with the photo as the light.
/// Same seed, same result, whatever the thread count.
/// @param photo_linear  render-size copy of the photo, linear RGB
/// @throws Error(kInterrupted) when cancelled
RenderLayers Render(const Scene& scene,
                    const ImageF& photo_linear,
                    const std::vector<RenderObject>& objects,
                    const RenderOptions& options);

}  // namespace stage::engine
