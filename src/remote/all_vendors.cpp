#include "remote/all_vendors.h"

#include "core/suggestion.h"
#include "remote/vendor.h"

namespace stage::remote {

const std::vector<const Vendor*>& AllVendors() {
  static const std::vector<const Vendor*> vendors = {
      &Iacrea(),
      &ReRoom(),
      &RoomStack(),
      &Vsai(),
      &Vsart(),
  };
  return vendors;
}

const Vendor& FindVendor(const std::string& name) {
  std::vector<std::string> names;
  for (const Vendor* vendor : AllVendors()) {
    if (vendor->spec().name == name) return *vendor;
    names.emplace_back(vendor->spec().name);
  }
  throw Error(ErrorKind::kUsage, UnknownWordMessage("vendor", name, names));
}

}  // namespace stage::remote
