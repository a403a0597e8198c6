#pragma once

#include <cstdint>
#include <span>

#include "core/photo/photo.h"

namespace stage {

/// Whether a photo carries Content Credentials: a C2PA manifest store, signed
/// over its bytes and so void once a pixel changes. Looks where the formats
/// keep it (C2PA specification 2.1, appendix A, "Embedding manifests"); what
/// the manifest says is not read, nor its signature checked.
bool HasContentCredentials(PhotoFormat format, std::span<const uint8_t> file);

}  // namespace stage
