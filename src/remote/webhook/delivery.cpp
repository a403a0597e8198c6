#include "remote/webhook/delivery.h"

#include <algorithm>

#include "core/error.h"
#include "core/text_encoding.h"

namespace stage::webhook {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// True for the characters of a header's name (RFC 9110, 5.6.2: token).
bool IsToken(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

/// "POST /hook HTTP/1.1" or "HTTP/1.1 200 OK".
bool IsFirstLine(std::string_view line) {
  return line.starts_with("HTTP/") ||
         line.find(" HTTP/") != std::string_view::npos;
}

void TakeTarget(std::string_view line, Delivery& delivery) {
  const size_t begin = line.find(' ') + 1;
  const size_t end = line.find(' ', begin);
  if (line.starts_with("HTTP/") || end == std::string_view::npos) return;
  delivery.target = line.substr(begin, end - begin);
}

void AddHeader(std::string_view line, Delivery& delivery) {
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || !IsToken(name)) {
    throw Error(ErrorKind::kUsage,
                "not a header field: '" +
                    Printable(ValidUtf8(line.substr(0, 60))) +
                    "': write it as 'Name: value'");
  }
  delivery.headers.emplace_back(name, Trimmed(line.substr(colon + 1)));
}

/// The offset of the empty line's body, or npos.
size_t FindBody(std::string_view bytes) {
  for (size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    const std::string_view rest = bytes.substr(at + 1);
    if (rest.starts_with('\n')) return at + 2;
    if (rest.starts_with("\r\n")) return at + 3;
  }
  return std::string_view::npos;
}

}  // namespace

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return lower;
}

std::vector<std::string> Delivery::HeaderValues(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : headers) {
    if (LowerCase(key) == LowerCase(name)) values.push_back(value);
  }
  return values;
}

void AddHeaders(std::string_view text, Delivery& delivery) {
  bool first = true;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (first && IsFirstLine(line)) {
      TakeTarget(line, delivery);
    } else if (!line.empty()) {
      AddHeader(line, delivery);
    }
    first = false;
  }
}

Delivery ParseStoredRequest(std::string_view bytes) {
  const size_t body = FindBody(bytes);
  if (body == std::string_view::npos) {
    throw Error(ErrorKind::kUsage,
                "no empty line between headers and body: give the headers "
                "with --headers or --header");
  }
  Delivery delivery;
  AddHeaders(bytes.substr(0, body), delivery);
  delivery.body = bytes.substr(body);
  return delivery;
}

}  // namespace stage::webhook
