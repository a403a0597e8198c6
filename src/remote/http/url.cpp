#include "remote/http/url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/error.h"

namespace stage::remote {
namespace {

Error BadUrl(std::string_view text, const std::string& why) {
  return Error(ErrorKind::kUsage, "'" + WithoutQuery(text) + "' " + why);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower;
}

bool IsUnreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

bool Url::is_loopback() const {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") &&
          host.find_first_not_of("0123456789.") == std::string::npos);
}

bool Url::SameOrigin(const Url& other) const {
  return scheme == other.scheme && host == other.host && port == other.port;
}

Url ParseUrl(std::string_view text) {
  const size_t colon = text.find("://");
  Url url;
  url.scheme = Lower(text.substr(0, std::min(colon, text.size())));
  if (colon == std::string_view::npos ||
      (url.scheme != "https" && url.scheme != "http")) {
    throw BadUrl(text, "is no URL: write https://HOST");
  }
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) {
        return c <= ' ' || c == 0x7F || c == '\\';
      })) {
    throw BadUrl(text, "is no URL: it has spaces or control characters");
  }
  std::string_view authority = text.substr(colon + 3);
  const size_t end = authority.find_first_of("/?#");
  if (end != std::string_view::npos) {
    url.rest = authority.substr(end);
    authority = authority.substr(0, end);
  }
  if (authority.find('@') != std::string_view::npos) {
    throw BadUrl("it", "must not hold a user name or password (URL)");
  }
  url.port = url.scheme == "https" ? 443 : 80;
  const size_t bracket = authority.rfind(']');
  const size_t port_at =
      authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (port_at != std::string_view::npos) {
    const std::string_view digits = authority.substr(port_at + 1);
    const auto [last, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (problem != std::errc() || last != digits.data() + digits.size() ||
        url.port < 1 || url.port > 65535) {
      throw BadUrl(text, "is no URL: its port is no number");
    }
    authority = authority.substr(0, port_at);
  }
  url.host = Lower(authority);
  if (url.host.empty()) throw BadUrl(text, "is no URL: it has no host");
  return url;
}

std::string PercentEncoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

std::string QueryText(const Query& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    text += (text.empty() ? "?" : "&") + PercentEncoded(name) + "=" +
            PercentEncoded(value);
  }
  return text;
}

std::string WithoutQuery(std::string_view url) {
  return std::string(url.substr(0, url.find_first_of("?#")));
}

std::string WithoutQueries(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const size_t at = std::min(text.find("http://"), text.find("https://"));
    result += text.substr(0, at);
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    const size_t end = text.find_first_of(" \t\r\n\"'<>()");
    result += WithoutQuery(text.substr(0, end));
    text.remove_prefix(std::min(end, text.size()));
  }
  return result;
}

}  // namespace stage::remote
