#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/secrets.h"
#include "remote/http/transport.h"
#include "remote/http/url.h"

namespace stage::remote {

/// Gets files of a host that may ask for a token, and from wherever it sends
/// us on to. The token goes to that host alone (same scheme, name and port),
/// never along with a redirect elsewhere, never into a log or message.
class GuardedGet {
 public:
  /// @param home       the origin that the token is for
  /// @param token      may be empty
  /// @throws Error(kCredentials) when the token would travel in the clear:
  ///         over http, other than to this machine
  GuardedGet(std::shared_ptr<Transport> transport,
             const std::string& home,
             Secret token);

  bool has_token() const { return !token_.empty(); }
  /// Sends a request, with at most five redirects, never from https to http.
  /// @throws TransportError; Error(kVendorUnavailable) for redirects that lead
  ///         nowhere
  HttpResponse Send(HttpRequest request) const;
  /// A text of others with token and queries taken out, for messages.
  std::string Clean(const std::string& text) const;

 private:
  std::shared_ptr<Transport> transport_;
  Url home_;
  Secret token_;
};

}  // namespace stage::remote
