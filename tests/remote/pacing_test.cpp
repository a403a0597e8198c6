#include "remote/pacing.h"

#include <doctest/doctest.h>

#include <ctime>
#include <functional>
#include <vector>

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

/// Orders whose renders take as long as `render_s` says, ten at a time.
/// @return the seconds that an order was finished before it was seen, on
/// average
double Wasted(PollClock& clock,
              int orders,
              const std::function<double(int)>& render_s,
              bool is_told = false) {
  constexpr int kAtOnce = 10;
  double wasted = 0;
  for (int order = 0; order < orders; order += kAtOnce) {
    std::vector<double> firsts;
    for (int i = 0; i < kAtOnce; ++i) {
      firsts.push_back(clock.FirstLook(std::nullopt));
    }
    for (int i = 0; i < kAtOnce; ++i) {
      const double ready = render_s(order + i);
      double at = firsts[size_t(i)];
      int looks = 1;
      if (at < ready) clock.TooEarly(at);
      while (at < ready) at += clock.Between(looks++);
      clock.Finished(looks,
                     firsts[size_t(i)],
                     at,
                     is_told ? std::optional(ready) : std::nullopt);
      wasted += at - ready;
    }
  }
  return wasted / orders;
}

TEST_CASE("PollClock: the vendor's estimate counts until orders have ended") {
  PollClock clock(3, 15);
  CHECK(clock.FirstLook(std::nullopt) == 2);
  CHECK(clock.FirstLook(20) == doctest::Approx(20.4));
  CHECK(clock.FirstLook(0.1) == 1);
  clock.Finished(1, 3, 3);
  CHECK(clock.FirstLook(20) <= 3);
}

TEST_CASE("PollClock: learns how long renders take") {
  PollClock same(3, 15);
  CHECK(Wasted(same, 400, [](int) { return 2.0; }) < 0.25);
  PollClock varying(3, 15);
  const auto vary = [](int order) { return 6 + 0.1 * (order * 7 % 11); };
  CHECK(Wasted(varying, 400, vary) < 1.0);
}

/// The seconds, by a clock of its own, that 200 orders take whose renders are
/// looked at as PollClock says, ten at a time.
/// @param spread_s  how much longer than `render_s` some take
double BatchSeconds(PollClock& clock, double render_s, double spread_s = 0) {
  constexpr int kOrders = 200;
  constexpr int kAtOnce = 10;
  constexpr double kStep_s = 0.005;
  constexpr double kOnItsWay_s = 0.02;  // an order, or the next one
  struct Slot {
    double submitted = 0, first = 0, next = 0;
    double takes = 0;
    int looks = 0;
    bool is_taken = false;
  };
  std::vector<Slot> slots(kAtOnce);
  double now = 0;
  int begun = 0;
  for (int seen = 0; seen < kOrders; now += kStep_s) {
    for (Slot& slot : slots) {
      if (!slot.is_taken && begun < kOrders) {
        ++begun;
        const double first = clock.FirstLook(std::nullopt);
        slot = {.submitted = now + kOnItsWay_s,
                .first = first,
                .next = first,
                .takes = render_s + spread_s * (begun * 7 % 11) / 10,
                .is_taken = true};
      }
      const double age = now - slot.submitted;
      const double due =
          slot.looks == 0 ? clock.Revised(slot.first) : slot.next;
      if (!slot.is_taken || age < due) continue;
      if (slot.looks++ == 0) slot.first = due;
      if (age >= slot.takes) {
        clock.Finished(slot.looks, slot.first, age);
        slot.is_taken = false;
        ++seen;
      } else {
        if (slot.looks == 1) clock.TooEarly(slot.first);
        slot.next = age + clock.Between(slot.looks);
      }
    }
  }
  return now;
}

TEST_CASE("PollClock: 200 renders of 2 s are through in 1.10 times the ideal") {
  PollClock iacrea(5, 20);
  CHECK(BatchSeconds(iacrea, 2) <= 42);
  PollClock others(3, 15);
  CHECK(BatchSeconds(others, 2) <= 42);
}

TEST_CASE("PollClock: renders of any length cost little waiting") {
  double sum = 0;
  int batches = 0;
  for (const double least_s : {3.0, 5.0}) {
    for (double render_s = 2; render_s < 9; render_s *= 1.1) {
      for (const double spread_s : {0.0, 0.1}) {
        CAPTURE(render_s);
        CAPTURE(spread_s);
        PollClock clock(least_s, 5 * least_s);
        const double ideal_s = 20 * (render_s + spread_s / 2);
        const double ratio = BatchSeconds(clock, render_s, spread_s) / ideal_s;
        CHECK(ratio < 1.16);
        sum += ratio;
        ++batches;
      }
    }
  }
  CHECK(sum / batches < 1.10);
}

TEST_CASE("PollClock: believes the vendor's own times, unless they mislead") {
  PollClock same(3, 15);
  CHECK(Wasted(
            same, 200, [](int) { return 2.0; }, true) < 0.15);
  PollClock misled(3, 15);
  for (int order = 0; order < 40; ++order) {
    const double first = misled.FirstLook(std::nullopt);
    if (first < 3) misled.TooEarly(first);
    misled.Finished(first < 3 ? 2 : 1, first, first < 3 ? first + 3 : first, 1);
  }
  CHECK(misled.FirstLook(std::nullopt) >= 2.7);
}

TEST_CASE("PollClock: never sooner than a second, later looks further apart") {
  PollClock clock(3, 15);
  Wasted(clock, 100, [](int) { return 0.05; });
  CHECK(clock.FirstLook(std::nullopt) >= 1);
  CHECK(clock.Between(1) == 3);
  CHECK(clock.Between(3) > clock.Between(2));
  CHECK(clock.Between(100) == 15);
  CHECK(clock.Between(1, 2.0) == 2);
  CHECK(clock.Between(1, 0.0) == 1);
  CHECK(clock.Between(1, 60.0) == 3);
}

}  // namespace
}  // namespace stage::test
