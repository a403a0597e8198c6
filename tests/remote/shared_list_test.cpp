#include "remote/shared_list.h"

#include <doctest/doctest.h>

namespace stage::test {
namespace {

using nlohmann::json;
using remote::SharedList;

TEST_CASE("SharedList: one request serves all that came before it") {
  int asked = 0;
  bool is_busy = true;
  SharedList list(
      {.least_s = 3600, .most_waiting = 3, .is_busy = [&] { return is_busy; }});
  const auto ask = [&] { return json{++asked}; };
  CHECK(list.For("a", ask) == nullptr);
  CHECK(list.For("b", ask) == nullptr);
  REQUIRE(list.For("c", ask) != nullptr);
  CHECK(*list.For("a", ask) == json{1});
  CHECK(*list.For("b", ask) == json{1});
  is_busy = false;
  CHECK(list.For("d", ask) == nullptr);  // too soon after the last
  CHECK(asked == 1);
}

TEST_CASE("SharedList: asked for at once when nothing else is at work") {
  int asked = 0;
  SharedList list({.most_waiting = 10, .is_busy = [] { return false; }});
  const auto ask = [&] { return json{++asked}; };
  REQUIRE(list.For("a", ask) != nullptr);
  // What "a" got is older than its second wish.
  REQUIRE(list.For("a", ask) != nullptr);
  CHECK(asked == 2);
}

TEST_CASE("SharedList: when no more come, the last ones are waited for") {
  int asked = 0;
  bool is_busy = true;
  bool is_ending = false;
  SharedList list({.most_waiting = 2,
                   .is_busy = [&] { return is_busy; },
                   .is_ending = [&] { return is_ending; }});
  const auto ask = [&] { return json{++asked}; };
  CHECK(list.For("a", ask) == nullptr);
  is_ending = true;
  CHECK(list.For("b", ask) == nullptr);
  CHECK(list.For("c", ask) == nullptr);
  is_busy = false;
  REQUIRE(list.For("c", ask) != nullptr);
  CHECK(*list.For("a", ask) == json{1});
  CHECK(asked == 1);
}

TEST_CASE("SharedList: a request that fails is not the last") {
  SharedList list({.most_waiting = 1});
  CHECK_THROWS(list.For("a", []() -> json { throw std::runtime_error("no"); }));
  CHECK(list.For("a", [] { return json(1); }) != nullptr);
}

}  // namespace
}  // namespace stage::test
