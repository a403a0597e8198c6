#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stage::remote {

/// The parts of an http or https URL (RFC 3986) that decisions are made on.
struct Url {
  std::string scheme;  ///< lower case
  std::string host;    ///< lower case; IPv6 in brackets
  int port = 0;        ///< the scheme's own when none is written
  std::string rest;    ///< path and query

  /// True for 127.0.0.0/8, ::1 and localhost.
  bool is_loopback() const;
  /// Same scheme, host and port (RFC 6454).
  bool SameOrigin(const Url& other) const;
};

/// @throws Error(kUsage) for what is no http or https URL, and for one with a
///         user name, a fragment or control characters
Url ParseUrl(std::string_view text);

/// Percent-encodes all but unreserved characters.
std::string PercentEncoded(std::string_view text);

using Query = std::vector<std::pair<std::string, std::string>>;
/// "?a=1&b=2", or nothing.
std::string QueryText(const Query& query);

/// The URL without its query, which may hold a signature or token.
std::string WithoutQuery(std::string_view url);

/// Every http(s) URL in a text without its query; for messages that others
/// wrote.
std::string WithoutQueries(std::string_view text);

}  // namespace stage::remote
