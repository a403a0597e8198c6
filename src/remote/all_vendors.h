#pragma once

namespace stage::remote {

class Vendor;

/// One function a vendor; each returns its only, immutable instance.
const Vendor& Iacrea();
const Vendor& ReRoom();
const Vendor& RoomStack();
const Vendor& Vsai();
const Vendor& Vsart();

}  // namespace stage::remote
