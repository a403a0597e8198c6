#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stage::webhook {

/// A body above this is no webhook: deliveries carry ids and links.
inline constexpr size_t kLargestBody = 1 << 20;

/// One call of a vendor, exactly as it came over the wire: the body's bytes
/// are what a signature covers, so nothing is parsed or normalised.
struct Delivery {
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::string target = {};  ///< path and query, as in the request line

  /// All values of a header; names match in any case (RFC 9110, 5.1).
  std::vector<std::string> HeaderValues(std::string_view name) const;
};

/// Adds the header fields of "Name: value" lines. A request line or status
/// line in front is allowed; a request line gives the target.
/// @throws Error(kUsage) naming a line that is no header field
void AddHeaders(std::string_view text, Delivery& delivery);

/// Reads a whole stored request: headers, an empty line, the body.
/// @throws Error(kUsage) without an empty line, or as AddHeaders does
Delivery ParseStoredRequest(std::string_view bytes);

/// ASCII lower case, for header names.
std::string LowerCase(std::string_view text);

}  // namespace stage::webhook
