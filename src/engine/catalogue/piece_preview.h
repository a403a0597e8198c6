#pragma once

#include <cstdint>

#include "core/image.h"
#include "engine/catalogue/mesh.h"

namespace stage::engine {

/// How a piece is shown on a contact sheet.
struct PreviewView {
  int width_px = 256;
  int height_px = 256;
  double yaw_deg = 35;    ///< camera turned from the piece's front to its right
  double pitch_deg = 18;  ///< camera above the horizon
  int samples_per_pixel = 16;
  int threads = 0;  ///< 0: as many as the machine has
};

/// Path traces a piece on a light grey floor with a line every half metre,
/// under a soft studio light. Same mesh and view, same bytes.
/// @return linear RGB, 1 = white
ImageF RenderPiecePreview(const Mesh& mesh, const PreviewView& view);

}  // namespace stage::engine
