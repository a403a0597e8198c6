#include "remote/http/url.h"

#include <doctest/doctest.h>

#include "core/error.h"

namespace stage::test {
namespace {

using namespace remote;

TEST_CASE("Url: parts, default ports and capitals") {
  const Url url = ParseUrl("HTTPS://Example.COM/a/B?c=D");
  CHECK(url.scheme == "https");
  CHECK(url.host == "example.com");
  CHECK(url.port == 443);
  CHECK(url.rest == "/a/B?c=D");
  CHECK(ParseUrl("http://[::1]:8080/x").port == 8080);
  CHECK(ParseUrl("http://[::1]:8080/x").is_loopback());
}

TEST_CASE("Url: what could be taken for another host is refused") {
  for (const char* text : {"ftp://a/",
                           "file:///etc/passwd",
                           "example.com",
                           "https://key@evil.example/",
                           "https://a b/",
                           "https://a\\@evil.example/",
                           "https://:443/",
                           "https://a:99999/",
                           "https://a:4x/",
                           "https://a\r\nX: y/"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(ParseUrl(text), Error);
  }
}

TEST_CASE("Url: the origin is scheme, host and port") {
  const Url base = ParseUrl("https://api.example/v2");
  CHECK(base.SameOrigin(ParseUrl("https://API.example:443/other")));
  CHECK_FALSE(base.SameOrigin(ParseUrl("http://api.example/v2")));
  CHECK_FALSE(base.SameOrigin(ParseUrl("https://api.example:444/v2")));
  CHECK_FALSE(base.SameOrigin(ParseUrl("https://api.example.evil/v2")));
  CHECK_FALSE(ParseUrl("http://127.0.0.1.evil.example/").is_loopback());
}

TEST_CASE("Url: signatures in queries are left out of texts") {
  CHECK(WithoutQueries(
            "see https://s3.example/a.png?X-Sig=abc, or \"http://b/?t=1\"") ==
        "see https://s3.example/a.png or \"http://b/\"");
  CHECK(QueryText({{"a b", "c&d"}, {"e", ""}}) == "?a%20b=c%26d&e=");
}

}  // namespace
}  // namespace stage::test
