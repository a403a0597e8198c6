#include "core/suggestion.h"

#include <algorithm>
#include <cctype>

namespace stage {
namespace {

/// Lower case, with '_' and blanks as '-': spelling that should not matter.
std::string Plain(std::string_view word) {
  std::string plain;
  for (const char c : word) {
    plain +=
        (c == '_' || c == ' ')
            ? '-'
            : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

/// Optimal string alignment distance.
size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<size_t> before_last(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t exchange = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, exchange});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

}  // namespace

std::string Suggest(std::string_view word,
                    const std::vector<std::string>& candidates) {
  const std::string wanted = Plain(word);
  if (wanted.empty()) return {};
  std::string best;
  size_t best_distance = std::max<size_t>(1, wanted.size() / 3) + 1;
  int begun = 0;
  std::string beginning;
  for (const std::string& candidate : candidates) {
    const std::string plain = Plain(candidate);
    if (wanted.size() >= 3 && plain.starts_with(wanted)) {
      ++begun;
      beginning = candidate;
    }
    const size_t distance = EditDistance(wanted, plain);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return begun == 1 ? beginning : best;
}

std::string UnknownWordMessage(std::string_view kind,
                               std::string_view word,
                               const std::vector<std::string>& candidates) {
  std::string message =
      "unknown " + std::string(kind) + " '" + std::string(word) + "'";
  const std::string suggestion = Suggest(word, candidates);
  if (!suggestion.empty()) {
    return message + ", did you mean '" + suggestion + "'?";
  }
  if (candidates.empty()) return message;
  message += ": use ";
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (i > 0) message += i + 1 == candidates.size() ? " or " : ", ";
    message += candidates[i];
  }
  return message;
}

}  // namespace stage
