#pragma once

namespace stage::remote {

class Vendor;

/// One function a vendor; each returns its only, immutable instance.
const Vendor& RoomStack();

}  // namespace stage::remote
