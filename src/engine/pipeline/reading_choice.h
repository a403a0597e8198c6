#pragma once

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// Which reading of a room to furnish after things were taken out of it.
enum class ReadingVerdict { kUseEmptied, kUseAround, kDisagree };

/// Compares two readings of one room by the floors they find. Those that agree
/// are one; of others that is used whose floor goes along the edges of what is
/// seen, or which is clearly surer.
/// @param emptied_srgb  8-bit RGB analysis copy without the things
/// @param emptied       read from that
/// @param around        read from the photo, without what the things hid
ReadingVerdict ChooseReading(const ImageU8& emptied_srgb,
                             const Scene& emptied,
                             const Scene& around);

/// Overlap of the floors of two readings of one photo: intersection over
/// union, 0..1; 0 where either has none.
double FloorOverlap(const Scene& a, const Scene& b);

}  // namespace stage::engine
