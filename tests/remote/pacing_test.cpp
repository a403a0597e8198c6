#include "remote/pacing.h"

#include <doctest/doctest.h>

#include <ctime>

namespace stage::test {
namespace {

using namespace remote;

TEST_CASE("RetryAfterSeconds: numbers and dates, never longer than 5 minutes") {
  CHECK(RetryAfterSeconds("7") == 7);
  CHECK(RetryAfterSeconds("86400") == 300);
  CHECK(RetryAfterSeconds("-5") == 0);
  CHECK_FALSE(RetryAfterSeconds("soon").has_value());
  CHECK_FALSE(RetryAfterSeconds("").has_value());
  const std::time_t later = std::time(nullptr) + 60;
  char date[64];
  std::strftime(
      date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&later));
  const auto seconds = RetryAfterSeconds(date);
  REQUIRE(seconds.has_value());
  CHECK(*seconds > 57);
  CHECK(*seconds <= 60);
}

TEST_CASE("BackoffSeconds: random up to a limit that doubles") {
  double longest = 0;
  for (int i = 0; i < 1000; ++i) {
    const double wait = BackoffSeconds(3, 1, 60);
    CHECK(wait >= 0);
    CHECK(wait <= 4);
    longest = std::max(longest, wait);
  }
  CHECK(longest > 3);
  CHECK(BackoffSeconds(20, 1, 60) <= 60);
}

TEST_CASE("RenderSlots: never more than the limit, given back for others") {
  RenderSlots slots(2);
  CHECK(slots.TryTake());
  CHECK(slots.TryTake());
  CHECK_FALSE(slots.TryTake());
  CHECK_FALSE(slots.Take([] { return true; }));
  slots.GiveBack();
  CHECK(slots.Take({}));
}

TEST_CASE("PollClock: learns how long renders take") {
  PollClock clock(1, 15);
  CHECK(clock.FirstLook(std::nullopt) == 1);
  CHECK(clock.FirstLook(20) == doctest::Approx(20.4));
  // Renders of 2 s; each order is looked after as the clock says.
  double wasted = 0;
  for (int order = 0; order < 400; ++order) {
    const double first = clock.FirstLook(std::nullopt);
    double at = first;
    double early = 0;
    int looks = 1;
    while (at < 2) {
      early = at;
      at += clock.Between(looks++);
    }
    clock.Finished(looks, first, early, at);
    wasted += at - 2;
  }
  CHECK(wasted / 400 < 0.12);
}

}  // namespace
}  // namespace stage::test
