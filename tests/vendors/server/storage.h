#pragma once

#include <httplib.h>

#include <optional>
#include <string>

#include "vendors/server/call.h"

namespace stage::vendors {

/// What the storage host has at a path:
///   /<vendor>/results/<id>.<ext>?X-Signature=...   signed links, no key
///   /vsart/uploads/<name>                          public
///   /host/<file>                                   the user's own web space
/// Else 404; 403 for a wrong or expired signature.
Answer StoredFile(const httplib::Request& request,
                  World& world,
                  const std::optional<Fault>& fault);

/// The links handed out until now to the result at this path go bad.
void ExpireLinks(const std::string& path, World& world);

}  // namespace stage::vendors
