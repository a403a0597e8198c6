#pragma once

#include <optional>
#include <string>

#include "core/image.h"
#include "engine/scene/room_layout.h"

namespace stage::engine {

/// One of two photos that may show one room.
struct RoomView {
  std::string name;  ///< for messages
  ImageU8 srgb;      ///< 8-bit RGB, of any size
  Scene scene;
  std::string no_room;  ///< what it shows instead of a room: "floor plan"
};

/// Whether two photos are views of one room.
struct ViewComparison {
  bool compatible = false;
  /// They surely are not, and no other look at them would help: one shows no
  /// room, nothing to be recognised, or another kind of room.
  bool hard_rejected = false;
  std::string rejection_reason;  ///< empty when compatible
  int matches = 0;               ///< points that look alike in both
  int consistent = 0;            ///< of these, what one camera's move explains
  /// How far the second camera is turned to the right of the first, degrees;
  /// nullopt when incompatible.
  std::optional<double> turn_degrees;
};

/// Compares what two photos show of a room; what is seen through windows does
/// not count, as another room may look out on the same garden.
ViewComparison CompareViews(const RoomView& first, const RoomView& second);

}  // namespace stage::engine
