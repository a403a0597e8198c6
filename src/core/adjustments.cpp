#include "core/adjustments.h"

#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

#include "core/error.h"
#include "core/suggestion.h"

namespace stage {
namespace {

struct Amount {
  const char* name;
  double Adjustments::*value;
  double most;  ///< the range is -most to most
};

constexpr auto kAmounts = std::to_array<Amount>({
    {"exposure", &Adjustments::exposure, 5},
    {"warm", &Adjustments::warm, 100},
    {"tint", &Adjustments::tint, 100},
    {"contrast", &Adjustments::contrast, 100},
    {"highlights", &Adjustments::highlights, 100},
    {"shadows", &Adjustments::shadows, 100},
    {"whites", &Adjustments::whites, 100},
    {"blacks", &Adjustments::blacks, 100},
    {"clarity", &Adjustments::clarity, 100},
    {"saturation", &Adjustments::saturation, 100},
    {"vibrance", &Adjustments::vibrance, 100},
});
constexpr auto kVerticals = "verticals";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

double ParseAmount(const Amount& amount, std::string_view text) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  double value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_number = error == std::errc() && !digits.empty() &&
                         end == digits.data() + digits.size() &&
                         !(digits.size() < text.size() && digits[0] == '-');
  if (!is_number || !(std::abs(value) <= amount.most)) {
    const std::string most = std::to_string(static_cast<int>(amount.most));
    throw Error(ErrorKind::kUsage,
                "--adjust " + std::string(amount.name) + "=" +
                    std::string(text) + ": expected a number from -" + most +
                    " to " + most);
  }
  return value;
}

void Apply(std::string_view name, std::string_view value, Adjustments& to) {
  if (name == kVerticals) {
    if (value != "auto") {
      throw Error(ErrorKind::kUsage,
                  "--adjust verticals=" + std::string(value) +
                      ": write verticals=auto");
    }
    to.verticals = true;
    return;
  }
  for (const Amount& amount : kAmounts) {
    if (amount.name == name) {
      to.*amount.value = ParseAmount(amount, value);
      return;
    }
  }
  throw Error(ErrorKind::kUsage,
              UnknownWordMessage("adjustment", name, AdjustmentNames()));
}

}  // namespace

bool Adjustments::ChangesTones() const {
  for (const Amount& amount : kAmounts) {
    if (this->*amount.value != 0) return true;
  }
  return false;
}

std::vector<std::string> AdjustmentNames() {
  std::vector<std::string> names;
  names.reserve(std::size(kAmounts) + 1);
  for (const Amount& amount : kAmounts) names.emplace_back(amount.name);
  names.emplace_back(kVerticals);
  return names;
}

Adjustments ParseAdjustments(std::string_view text) {
  Adjustments adjustments;
  std::vector<std::string_view> seen;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view item = Trimmed(text.substr(begin, end - begin));
    const size_t equals = item.find('=');
    const std::string_view name = Trimmed(item.substr(0, equals));
    if (name.empty() || equals == std::string_view::npos) {
      if (!name.empty())
        Apply(name, name == kVerticals ? "" : "0", adjustments);
      throw Error(ErrorKind::kUsage,
                  "--adjust " + std::string(text) +
                      ": write NAME=VALUE, several with commas, such as "
                      "warm=+10,exposure=+0.3,verticals=auto");
    }
    for (const std::string_view other : seen) {
      if (other == name) {
        throw Error(
            ErrorKind::kUsage,
            "--adjust: " + std::string(name) + " is given more than once");
      }
    }
    seen.push_back(name);
    Apply(name, Trimmed(item.substr(equals + 1)), adjustments);
    begin = end + 1;
  }
  if (!adjustments.ChangesTones() && !adjustments.verticals) {
    throw Error(ErrorKind::kUsage,
                "--adjust " + std::string(text) + ": changes nothing");
  }
  return adjustments;
}

}  // namespace stage
