#pragma once

#include <functional>
#include <string>

#include "remote/http/transport.h"
#include "remote/pacing.h"

namespace stage::remote {

/// How a request that costs nothing is tried again.
struct Persistence {
  int attempts = 6;  ///< in a row without any progress
  Cancelled cancelled;
  /// True when the last attempt brought something: the count begins anew.
  std::function<bool()> progressed;
  /// Told before each wait.
  std::function<void(const std::string& why, double wait_s)> on_retry;
};

/// Sends until there is an answer other than "later": what cannot be reached,
/// breaks off, or answers 408, 425, 429 or 5xx is tried again after a growing
/// wait, or the one that Retry-After names.
/// @return the last answer
/// @throws what `send` threw last; Error(kInterrupted) when cancelled
HttpResponse SendPersistently(const std::function<HttpResponse()>& send,
                              const Persistence& persistence);

}  // namespace stage::remote
