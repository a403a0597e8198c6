#pragma once

#include <httplib.h>

#include <chrono>

#include "vendors/server/call.h"

namespace stage::vendors {

/// Reads the body into `call`: raw, or in parts when it is a form.
/// @param delay  before each piece of up to 4 kB
/// @return false when it broke off
bool ReadBody(const httplib::Request& request,
              const httplib::ContentReader* reader,
              std::chrono::microseconds delay,
              Call& call);
/// The key must come in this vendor's header, in its exact form, and nowhere
/// else.
/// @throws Refusal 401
void CheckKey(const httplib::Request& request,
              const VendorTable& vendor,
              Call& call);
/// Content type and form of the body; fills `call.json`.
/// @throws Refusal 400
void CheckBody(const Endpoint& endpoint, Call& call);
/// @throws Refusal 400 for a parameter that is not the endpoint's
void CheckQuery(const Endpoint& endpoint, const Call& call);
/// A violation for every key or credential header in a request to storage.
void CheckNoKeys(const httplib::Request& request, World& world);
/// Texts and numbers of a request for the journal; pictures shortened.
nlohmann::json SentFields(const Call& call);

}  // namespace stage::vendors
