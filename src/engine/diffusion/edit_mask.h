#pragma once

#include "core/photo/photo.h"
#include "core/staging_job.h"

namespace stage::engine {

/// What an edit may change: its mask file at the photo's size, its box, or
/// everything. One channel, 255 or 0.
/// @throws Error(kInput) when the mask cannot be read, covers nothing, or the
///         box leaves the photo
ImageU8 EditMask(const EditParameters& edit, const Photo& photo);

}  // namespace stage::engine
