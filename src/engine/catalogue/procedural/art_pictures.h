#pragma once

#include "engine/catalogue/procedural/canvas.h"

namespace stage::engine::procedural {

const std::vector<std::string>& ArtSubjects();

/// Paints a picture.
/// @param subject  one of ArtSubjects()
/// @param palette  linear colours; the lightest becomes the ground, the darkest
///                 the ink, the rest keep their order
/// @param long_edge_px  of the picture
std::shared_ptr<const Texture> PaintPicture(const std::string& subject,
                                            float width,
                                            float height,
                                            const std::vector<Vec3>& palette,
                                            uint32_t seed,
                                            int long_edge_px);

}  // namespace stage::engine::procedural
