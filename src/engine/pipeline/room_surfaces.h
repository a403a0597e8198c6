#pragma once

#include <string>
#include <vector>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// What of a room a pixel shows, furniture left aside.
enum class RoomSurface : uint8_t {
  kNone,  ///< nothing that the scene knows
  kFloor,
  kLowerWall,  ///< up to kLowerWallM
  kUpperWall,
  kCeiling,
  kWindow,
  kDoor,
  kPassage,
};
/// As high as sofas, beds and sideboards reach.
inline constexpr double kLowerWallM = 1.2;

/// Where the rays through the pixels of a picture of this size meet the room.
/// @return  RoomSurface values, one channel
Image<RoomSurface> RoomSurfaces(const Scene& scene, int width, int height);

/// Where a model may furnish freely: floor and lower walls. Windows, doors and
/// passages with what frames them, and all that stands in front of the room in
/// the photo (stairs, fireplaces, what is built in), are left out.
/// @return  255 or 0, one channel, of the surfaces' size
ImageU8 FreeMask(const Scene& scene, const Image<RoomSurface>& surfaces);

/// Floor, walls, openings and pieces in the colours of the ADE20K data set
/// (arXiv:1608.05442), which ControlNets for segmentation were trained on.
/// @param object     1 + index into `functions`; 0: room
/// @param functions  catalogue functions, such as "sofa"
/// @return           RGB of the surfaces' size
ImageU8 SegmentationPicture(const Image<RoomSurface>& surfaces,
                            const Image<uint16_t>& object,
                            const std::vector<std::string>& functions);

}  // namespace stage::engine
