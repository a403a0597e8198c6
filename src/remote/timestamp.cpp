#include "remote/timestamp.h"

#include <charconv>
#include <cmath>
#include <regex>
#include <string>

namespace stage::remote {
namespace {

using std::chrono::milliseconds;

/// Seconds stay below this for three thousand years; milliseconds passed it in
/// 1973.
constexpr double kLeastMilliseconds = 1e11;

std::optional<TimePoint> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() ||
      !(number > 0) || number > 1e15) {
    return std::nullopt;
  }
  const double ms = number < kLeastMilliseconds ? number * 1000 : number;
  return TimePoint(milliseconds(std::llround(ms)));
}

std::optional<TimePoint> ParseIso8601(const std::string& text) {
  static const std::regex form(
      R"((\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?)"
      R"((?:[Zz]|([+-])(\d\d):?(\d\d)))");
  std::smatch part;
  if (!std::regex_match(text, part, form)) return std::nullopt;
  const auto number = [&](int group) {
    return part[group].matched ? std::stoi(part[group].str()) : 0;
  };
  const std::chrono::year_month_day date{
      std::chrono::year(number(1)),
      std::chrono::month(static_cast<unsigned>(number(2))),
      std::chrono::day(static_cast<unsigned>(number(3)))};
  if (!date.ok() || number(4) > 23 || number(5) > 59 || number(6) > 60) {
    return std::nullopt;
  }
  const auto offset =
      std::chrono::hours(number(9)) + std::chrono::minutes(number(10));
  const double fraction_s =
      part[7].matched ? std::stod("0" + part[7].str()) : 0;
  const auto local =
      std::chrono::sys_days(date) + std::chrono::hours(number(4)) +
      std::chrono::minutes(number(5)) + std::chrono::seconds(number(6)) +
      milliseconds(std::llround(fraction_s * 1000));
  return part[8] == "-" ? local + offset : local - offset;
}

}  // namespace

std::optional<TimePoint> ParseTimestamp(std::string_view text) {
  if (text.size() > 40) return std::nullopt;
  if (const auto number = ParseNumber(text)) return number;
  return ParseIso8601(std::string(text));
}

TimePoint Now() {
  return std::chrono::time_point_cast<milliseconds>(
      std::chrono::system_clock::now());
}

std::optional<double> SecondsBetween(std::string_view begin,
                                     std::string_view end) {
  const auto first = ParseTimestamp(begin);
  const auto last = ParseTimestamp(end);
  if (!first || !last || *last <= *first) return std::nullopt;
  return std::chrono::duration<double>(*last - *first).count();
}

}  // namespace stage::remote
