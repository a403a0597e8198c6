#pragma once

#include <cstdint>
#include <span>

namespace stage {

/// Whether a JPEG, PNG, WebP, TIFF or HEIC file carries Content Credentials: a
/// C2PA manifest store, signed over its bytes and so void once a pixel changes.
/// Looks where the formats keep it (C2PA specification 2.1, appendix A,
/// "Embedding manifests"); what the manifest says is not read, nor its
/// signature checked.
bool HasContentCredentials(std::span<const uint8_t> file);

}  // namespace stage
