#pragma once

#include <filesystem>

#include "core/photo/photo.h"

namespace stage {

/// As ReadPhoto, but a JPEG may come back reduced, by up to eight, as long as
/// its long edge is not below `long_edge_px`.
Photo ReadPhotoAtLeast(const std::filesystem::path& path, int long_edge_px);

}  // namespace stage
