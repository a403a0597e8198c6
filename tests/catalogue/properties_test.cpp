#include "engine/catalogue/properties.h"

#include <doctest/doctest.h>

using stage::engine::ParseProperties;

TEST_CASE("Properties: a value may hold '#', blanks and '='") {
  const auto p =
      ParseProperties("id#12=Blend Swap CC-0#sofa2\nname#12=a = b\n");
  CHECK(p.at("id#12") == "Blend Swap CC-0#sofa2");
  CHECK(p.at("name#12") == "a = b");
}

TEST_CASE("Properties: bytes are ISO-8859-1 and become UTF-8") {
  CHECK(ParseProperties("licence=\xA9 Am\xE9lie").at("licence") ==
        "\xC2\xA9 Am\xC3\xA9lie");
}

TEST_CASE("Properties: \\uXXXX is any character, pairs of surrogates one") {
  const auto p = ParseProperties("a=H\\u00f4i\nb=\\uD83D\\uDE00\nc=\\uD83D!\n");
  CHECK(p.at("a") == "H\xC3\xB4i");
  CHECK(p.at("b") == "\xF0\x9F\x98\x80");
  CHECK(p.at("c") == "\xEF\xBF\xBD!");
}

TEST_CASE("Properties: a trailing backslash continues, an escaped one ends") {
  const auto p = ParseProperties("a=one \\\r\n   two\nb=end\\\\\nc=3\n");
  CHECK(p.at("a") == "one two");
  CHECK(p.at("b") == "end\\");
  CHECK(p.at("c") == "3");
}

TEST_CASE("Properties: comments, separators and escaped separators") {
  const auto p = ParseProperties(
      "# x=1\n  ! y=2\nk1 : v1\nk2 v2\nk\\=3\\:=v3\nempty=\n\\ttab=t\\tt\n");
  CHECK(!p.contains("x"));
  CHECK(!p.contains("y"));
  CHECK(p.at("k1") == "v1");
  CHECK(p.at("k2") == "v2");
  CHECK(p.at("k=3:") == "v3");
  CHECK(p.at("empty").empty());
  CHECK(p.at("\ttab") == "t\tt");
}

TEST_CASE("Properties: nonsense is read without harm") {
  CHECK(ParseProperties("").empty());
  CHECK(ParseProperties("a=\\u12").at("a") == "u12");
  CHECK(ParseProperties("a=b\\").at("a") == "b");
  CHECK(ParseProperties("=value").at("") == "value");
}
