#pragma once

#include "remote/vendor_spec.h"

namespace stage::remote::vsart {

/// What Virtual Staging ART does, as data.
extern const VendorSpec kSpec;

inline constexpr int kMostRenders = 10;  ///< a request

}  // namespace stage::remote::vsart
