#include "core/photographic_wish.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace stage {
namespace {

struct Wish {
  std::string_view word;
  std::string_view adjustment;
  std::string_view amount, small_amount;
};

constexpr auto kWishes = std::to_array<Wish>({
    {"brighter", "exposure", "+0.3", "+0.15"},
    {"brighten", "exposure", "+0.3", "+0.15"},
    {"lighter", "exposure", "+0.3", "+0.15"},
    {"darker", "exposure", "-0.3", "-0.15"},
    {"darken", "exposure", "-0.3", "-0.15"},
    {"warmer", "warm", "+10", "+5"},
    {"cooler", "warm", "-10", "-5"},
    {"colder", "warm", "-10", "-5"},
    {"contrast", "contrast", "+15", "+8"},
    {"clearer", "clarity", "+15", "+8"},
    {"crisper", "clarity", "+15", "+8"},
    {"vivid", "vibrance", "+20", "+10"},
    {"vibrant", "vibrance", "+20", "+10"},
    {"colorful", "vibrance", "+20", "+10"},
    {"colourful", "vibrance", "+20", "+10"},
    {"verticals", "verticals", "auto", "auto"},
    {"upright", "verticals", "auto", "auto"},
    {"straighten", "verticals", "auto", "auto"},
});

// Say nothing of their own.
constexpr auto kFillers = std::to_array<std::string_view>(
    {"make",   "it",       "the",     "a",      "an",       "and",    "please",
     "photo",  "picture",  "image",   "room",   "this",     "more",   "be",
     "should", "look",     "overall", "colors", "colours",  "lines",  "with",
     "add",    "increase", "raise",   "bit",    "slightly", "little", "lot",
     "much",   "some",     "of"});
constexpr auto kSmall =
    std::to_array<std::string_view>({"bit", "slightly", "little"});

template <size_t kCount>
bool Has(const std::array<std::string_view, kCount>& words,
         std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalpha(byte) || byte > 127) {
      words.back() += static_cast<char>(std::tolower(byte));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

std::string AdjustmentsForWish(std::string_view prompt) {
  std::vector<std::pair<std::string_view, std::string_view>> found;
  bool small = false;
  for (const std::string& word : WordsOf(prompt)) {
    small |= Has(kSmall, word);
    if (Has(kFillers, word)) continue;
    const auto wish =
        std::find_if(kWishes.begin(), kWishes.end(), [&](const Wish& w) {
          return w.word == word;
        });
    if (wish == kWishes.end()) return {};
    const std::pair adjustment(wish->adjustment,
                               small ? wish->small_amount : wish->amount);
    small = false;
    const auto same =
        std::find_if(found.begin(), found.end(), [&](const auto& other) {
          return other.first == adjustment.first;
        });
    if (same == found.end()) {
      found.push_back(adjustment);
    } else if (same->second != adjustment.second) {
      return {};
    }
  }
  std::string text;
  for (const auto& [name, amount] : found) {
    if (!text.empty()) text += ',';
    text.append(name).append(1, '=').append(amount);
  }
  return text;
}

}  // namespace stage
