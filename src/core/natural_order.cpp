#include "core/natural_order.h"

#include <string>

#include "core/text_encoding.h"

namespace stage {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes the run of digits at the front of `text`, without leading zeros.
std::string_view TakeNumber(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

/// Negative, zero or positive, as strcmp.
int Compare(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const std::string_view number_a = TakeNumber(a);
      const std::string_view number_b = TakeNumber(b);
      if (number_a.size() != number_b.size()) {
        return number_a.size() < number_b.size() ? -1 : 1;
      }
      if (const int order = number_a.compare(number_b)) return order;
    } else {
      const auto byte_a = static_cast<unsigned char>(a.front());
      const auto byte_b = static_cast<unsigned char>(b.front());
      // A folder's photos come before those of its longer-named neighbours.
      if (byte_a != byte_b) {
        if (byte_a == '/') return -1;
        if (byte_b == '/') return 1;
        return byte_a < byte_b ? -1 : 1;
      }
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
}

}  // namespace

bool NaturalLess(std::string_view a, std::string_view b) {
  const int order = Compare(FoldedCase(a), FoldedCase(b));
  return order != 0 ? order < 0 : a < b;
}

}  // namespace stage
